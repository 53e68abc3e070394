package sandbox

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"wirelark/runtime"
)

// A prompt is used as a shell is: the front lends the user's terminal, or
// fills and empties pipes. In the place of a program, the engine itself has the
// other end.

// A Seat is where somebody uses a prompt.
type Seat struct {
	In, Out, Err *os.File
	// Terminal says that all three are one, which hands over each key as it is
	// typed and ends lines with \r\n.
	Terminal bool

	lab     *Lab
	screens [2]bool
}

// A prompt is one that waits for the front.
type prompt struct {
	use   func(context.Context, *Seat)
	ended chan struct{}
}

// Prompt calls use with the user's terminal, or with pipes if the lab is there
// for its prompt, and waits for its end. The context ends with the lab's user.
// The lab's deadline does not pass meanwhile.
func (l *Lab) Prompt(ctx context.Context, use func(context.Context, *Seat)) error {
	select {
	case l.terminal <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-l.terminal }()
	p := &prompt{use, make(chan struct{})}
	l.prompt.Store(p)
	_, err := l.borrow(ctx, "")
	if !l.prompt.CompareAndSwap(p, nil) {
		<-p.ended
	}
	return err
}

// servePrompt lets a client use the prompt that waits, once.
func (l *Lab) servePrompt(c conn, r request, files []*os.File) {
	p := l.prompt.Swap(nil)
	if p == nil {
		closeAll(files)
		_ = speak(c, answer{Error: "no script waits at a prompt"})
		return
	}
	defer close(p.ended)
	s, master, err := seatOf(r, files)
	if err != nil {
		_ = speak(c, answer{Error: err.Error()})
		return
	}
	defer s.close()
	var give []*os.File
	if master != nil {
		give = append(give, master)
	}
	err = speak(c, answer{Started: true}, give...)
	closeAll(give) // the client's is the only one now
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	left := c.left()
	go func() { // ends with the connection, which serve closes
		<-left
		cancel(ErrGone)
	}()
	s.lab = l
	if !s.Terminal {
		l.display(0, s.Out, r.Screens[0])
		l.display(1, s.Err, r.Screens[1])
	}
	p.use(ctx, s)
	l.display(0, nil, false)
	l.display(1, nil, false)
	s.close() // so that nothing more can be shown when the end is told
	_ = speak(c, answer{Ended: true})
}

// Show says what shows the lab's own outputs as far as they go to the same
// terminal: who draws a line there must know of all that is written.
func (s *Seat) Show(w io.Writer) {
	for i, screen := range s.screens {
		if screen {
			s.lab.display(i, w, true)
		}
	}
}

// seatOf makes a seat of what a client asks for, whose files it takes. Of a
// terminal, the master is for the client.
func seatOf(r request, files []*os.File) (*Seat, *os.File, error) {
	if !r.Terminal {
		if len(files) != 3 {
			closeAll(files)
			return nil, nil, fmt.Errorf("a prompt needs a terminal or three files")
		}
		return &Seat{In: files[0], Out: files[1], Err: files[2]}, nil, nil
	}
	closeAll(files)
	master, tty, err := runtime.Terminal{Kind: r.Kind, Rows: r.Rows, Cols: r.Cols}.Open()
	if err != nil {
		return nil, nil, err
	}
	defer tty.Close()
	// Raw before anybody can type, and one that a reader need not hold when it
	// is closed.
	if _, err = term.MakeRaw(int(tty.Fd())); err == nil {
		var fd int
		if fd, err = unix.FcntlInt(tty.Fd(), unix.F_DUPFD_CLOEXEC, 0); err == nil {
			_ = unix.SetNonblock(fd, true)
			f := os.NewFile(uintptr(fd), "terminal")
			return &Seat{In: f, Out: f, Err: f, Terminal: true, screens: r.Screens}, master, nil
		}
	}
	master.Close()
	return nil, nil, fmt.Errorf("terminal: %w", err)
}

func (s *Seat) close() { closeAll([]*os.File{s.In, s.Out, s.Err}) }

// Size is how many columns and rows the terminal has now.
func (s *Seat) Size() (cols, rows int) {
	raw, err := s.In.SyscallConn()
	if err != nil {
		return 0, 0
	}
	_ = raw.Control(func(fd uintptr) { cols, rows, err = term.GetSize(int(fd)) })
	if err != nil {
		return 0, 0
	}
	return cols, rows
}

// A display is an output of the engine's program. The front shows it, but for
// when somebody sits at a prompt on the same terminal. Writes are whole: several
// goroutines write.
type display struct {
	mu     *sync.Mutex // of all displays
	w      io.Writer
	at     io.Writer // the prompt's, nil without one
	clean  bool      // what is shown there goes to a terminal
	filter filter
}

// display says where an output is shown, nil for by the front.
func (l *Lab) display(i int, at io.Writer, clean bool) {
	d := l.displays[i]
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at, d.clean, d.filter = at, clean, filter{}
}

func (d *display) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at == nil {
		return d.w.Write(p)
	}
	shown := p
	if d.clean {
		shown = d.filter.clean(p)
	}
	if _, err := d.at.Write(shown); err != nil {
		return 0, err
	}
	return len(p), nil
}
