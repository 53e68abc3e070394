package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A Visit is the use of a node by a person or by a program of theirs.
type Visit struct {
	Stdin, Stdout, Stderr *os.File
	Node                  string
	Argv                  []string // nil for a shell

	// Of the front's own visits.
	stop    <-chan struct{} // it wants it to end
	prompt  bool            // of the engine, in the place of a program
	screens [2]bool         // stdout, stderr of the lab are terminals
	pipes   bool            // though stdin may be a terminal
}

// ErrGone says that the lab ended while it was visited.
var ErrGone = errors.New("the lab is gone")

// errStopped is the end of a visit that the front wanted to end.
var errStopped = errors.New("the shell was ended")

// atTerminal reports whether the program gets a terminal; if not, it reads
// and writes pipes. A command whose output is to be processed gets none, or
// each of its lines would end in a carriage return.
func (v *Visit) atTerminal() bool {
	return !v.pipes && term.IsTerminal(int(v.Stdin.Fd())) && (v.Argv == nil || term.IsTerminal(int(v.Stdout.Fd())))
}

// run uses a node of the lab at the other end of the connection, which it
// closes, and returns the exit code of the program.
func (v *Visit) run(c conn) (int, error) {
	defer c.Close()
	if v.atTerminal() {
		return v.lend(c)
	}
	return v.copy(c)
}

// startTime is how long the start of a program may take.
const startTime = 20 * time.Second

// begin asks for the program. It returns the master of its terminal, if it
// has one.
func (v *Visit) begin(c conn, r request, give ...*os.File) (*os.File, error) {
	r.Node, r.Argv, r.Prompt, r.Screens = v.Node, v.Argv, v.prompt, v.screens
	// Who has closed the other end may have said why.
	if err := speak(c, r, give...); err != nil && !errors.Is(err, unix.EPIPE) {
		return nil, fmt.Errorf("ask for a program: %w", err)
	}
	_ = c.SetReadDeadline(time.Now().Add(startTime))
	var a answer
	files, err := hear(c, &a)
	_ = c.SetReadDeadline(time.Time{})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errSilent
	case err != nil:
		return nil, ErrGone
	case a.Error != "":
		closeAll(files)
		return nil, errors.New(printable(a.Error))
	case a.Started && r.Terminal && len(files) == 1:
		return files[0], nil
	case a.Started && !r.Terminal && len(files) == 0:
		return nil, nil
	}
	closeAll(files)
	return nil, errSenseless
}

// lend lends the user's terminal to the program. It is as before when this
// returns.
func (v *Visit) lend(c conn) (int, error) {
	resized, signals := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)
	end, err := newEnding()
	if err != nil {
		return 0, fmt.Errorf("pipe: %w", err)
	}
	in := int(v.Stdin.Fd())
	cols, rows, _ := term.GetSize(in)
	master, err := v.begin(c, request{Terminal: true, Kind: cmp.Or(os.Getenv("TERM"), "dumb"), Rows: uint16(rows), Cols: uint16(cols)})
	if err != nil {
		end.close()
		return 0, err
	}
	if v.stop == nil { // the front has its own way with them
		signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT)
		defer signal.Stop(signals)
	}
	before, err := term.MakeRaw(in)
	if err != nil {
		master.Close()
		end.close()
		return 0, fmt.Errorf("terminal: %w", err)
	}
	defer term.Restore(in, before)
	fd := int(master.Fd())
	_ = unix.SetNonblock(fd, true) // else a shell that does not read would hold us
	shown := pump{from: master, to: v.Stdout, end: end, rest: true}.start()
	typed := pump{from: v.Stdin, to: master, end: end}.start()
	o := v.watch(master, c.outcome(), resized, signals, shown, typed)
	end.over.set()
	if o.ended {
		select {
		case <-shown:
		case <-signals:
		case <-v.stop:
		}
	}
	end.cut.set()
	if o.err != nil {
		_, _ = v.Stdout.WriteString("\r\n") // who says so begins a line
	}
	if finished(shown) && finished(typed) {
		master.Close()
		end.close()
	}
	return o.code, o.err
}

// An outcome is how a visit ended.
type outcome struct {
	code  int
	err   error
	ended bool // because the program did, or the lab
}

// watch waits for the end of a program that has our terminal.
func (v *Visit) watch(master *os.File, end <-chan outcome, resized, signals <-chan os.Signal, shown, typed <-chan error) outcome {
	for {
		if cols, rows, err := term.GetSize(int(v.Stdin.Fd())); err == nil {
			_ = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(rows), Col: uint16(cols)})
		}
		select {
		case <-resized:
		case o := <-end:
			return o
		case err := <-shown:
			if shown = nil; err != nil { // nobody reads us
				return outcome{code: 128 + int(syscall.SIGPIPE)}
			}
		case err := <-typed:
			if typed = nil; err == nil { // nobody types: the terminal is gone
				return outcome{code: 128 + int(syscall.SIGHUP)}
			}
		case sig := <-signals:
			return outcome{code: 128 + int(sig.(syscall.Signal))}
		case <-v.stop:
			return outcome{err: errStopped}
		}
	}
}

// outcome waits for the end of the program that was begun.
func (c conn) outcome() <-chan outcome {
	end := make(chan outcome, 1)
	go func() { // ends with the program, or when the connection is closed
		var a answer
		files, err := hear(c, &a)
		closeAll(files)
		if err != nil || !a.Ended {
			end <- outcome{255, ErrGone, true}
			return
		}
		end <- outcome{a.Code & 0xff, nil, true}
	}()
	return end
}

// copy copies between our files and pipes that the program has: ours lead to
// places of the host's.
func (v *Visit) copy(c conn) (int, error) {
	end, err := newEnding()
	if err != nil {
		return 0, fmt.Errorf("pipe: %w", err)
	}
	ours, theirs, err := threePipes()
	if err == nil {
		_, err = v.begin(c, request{}, theirs...)
	}
	closeAll(theirs)
	if err != nil {
		closeAll(ours)
		end.close()
		return 0, err
	}
	_ = unix.SetNonblock(int(ours[0].Fd()), true) // else a program that does not read would hold us
	fed := pump{from: v.Stdin, to: ours[0], end: end}.start()
	go func() { // ends with the program
		<-fed
		ours[0].Close() // the end of our input is that of the program's
	}()
	var copied sync.WaitGroup
	for i, to := range []*os.File{1: v.Stdout, 2: v.Stderr} {
		if to != nil {
			copied.Go(func() { // ends with the program
				_ = pump{from: ours[i], to: to, end: end, rest: true}.run()
				ours[i].Close() // if nobody reads us, the program feels it
			})
		}
	}
	var o outcome
	select {
	case o = <-c.outcome():
	case <-v.stop:
		o.err = errStopped
		end.cut.set() // who reads us may never do so
	}
	end.over.set()
	copied.Wait()
	if finished(fed) {
		end.close()
	}
	return o.code, o.err
}

// threePipes are the ends of a program's stdin, stdout and stderr that are
// ours, and those that are its own.
func threePipes() (ours, theirs []*os.File, err error) {
	for i := range 3 {
		var fds [2]int
		if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
			return ours, theirs, fmt.Errorf("pipe: %w", err)
		}
		r, w := os.NewFile(uintptr(fds[0]), "pipe"), os.NewFile(uintptr(fds[1]), "pipe")
		if i == 0 {
			r, w = w, r
		}
		ours, theirs = append(ours, r), append(theirs, w)
	}
	return ours, theirs, nil
}
