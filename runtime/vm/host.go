package vm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// emulator is QEMU for the one processor that is supported.
const emulator = "qemu-system-x86_64"

// A Machine is a kernel and what it shall run.
type Machine struct {
	Kernel   *Kernel
	Args     []string // of the program, argv[0] first
	Program  string   // absolute path; "" for this program
	Env      []string
	Dir      string   // where it runs
	Writable []string // folders of the host's that it may write, as Share(0), Share(1) …; all others it may read
	Shown    []string // what must be seen even under /tmp: of the rest of that, nothing is
	Virtual  bool     // time is: it jumps whenever everything waits
	Memory   string   // "" for 1G
	settings string   // what the guest has a copy of; "" for /etc

	Stdout, Stderr io.Writer
	// Signals end the program, the third the machine; nil for the process's own.
	Signals <-chan os.Signal
}

// Times that only pass if something is broken: an emulated kernel is up within
// 20 seconds on a machine that is overloaded, and beats each second.
const (
	bootTime = 3 * time.Minute
	deafTime = 2 * time.Minute
	// A minute of virtual time takes a busy guest a minute and a half.
	virtualDeafTime = 15 * time.Minute
	endTime         = 5 * time.Second
)

// A Fault says that the machine failed, not the program in it.
type Fault struct {
	Text    string
	Console []string // the last lines of the guest's console
	Booted  bool     // the program had been started
}

func (f *Fault) Error() string { return f.Text }

// Share is where the guest finds a folder that it may write. Not in its place:
// of a folder with a mount below it a lab cannot have a writable view.
func Share(i int) string { return fmt.Sprintf("%s/share%d", ownDir, i) }

// Check refuses what cannot be booted here.
func Check() error { return need(emulator) }

// Run boots the kernel, runs the program, and returns its exit code when
// nothing is left of the machine. It must be called on the main goroutine.
func (m *Machine) Run() (int, error) {
	if err := Check(); err != nil {
		return 0, err
	}
	if m.Signals == nil {
		own := make(chan os.Signal, 4)
		Listen(own)
		defer signal.Stop(own)
		m.Signals = own
	}
	dir, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return 0, fmt.Errorf("folder for the machine: %w", pathless(err))
	}
	defer os.RemoveAll(dir)
	lock, err := claim(dir)
	if err != nil {
		return 0, err
	}
	defer lock.Close()
	sweep(filepath.Dir(dir))
	j := &job{Args: m.Args, Program: m.Program, Env: m.Env, Dir: m.Dir, Virtual: m.Virtual, Shown: m.Shown, Settings: cmp.Or(m.settings, "/etc"), Shares: map[string]string{}}
	for i, path := range m.Writable {
		j.Shares[filepath.Base(Share(i))] = path
	}
	first, err := initramfs(m.Kernel, j)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(dir, "initramfs"), first, 0o600); err != nil {
		return 0, fmt.Errorf("folder for the machine: %w", pathless(err))
	}
	memory := m.Memory
	if memory == "" {
		memory = "1G"
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("socket: %w", err)
	}
	_ = unix.SetNonblock(fds[0], true)
	port, far := os.NewFile(uintptr(fds[0]), "port"), os.NewFile(uintptr(fds[1]), "port")
	defer port.Close()
	argv := command(m.Kernel, dir, j, memory)
	var complaint strings.Builder
	q := &exec.Cmd{Args: argv, ExtraFiles: []*os.File{far}, Stdout: &complaint, Stderr: &complaint, SysProcAttr: attributes(), WaitDelay: endTime}
	q.Path, err = exec.LookPath(argv[0])
	if err == nil {
		err = q.Start()
	}
	far.Close()
	if err != nil {
		return 0, fmt.Errorf("start %s: %w", emulator, err)
	}
	deaf := deafTime
	if m.Virtual {
		deaf = virtualDeafTime
	}
	end, err := m.attend(port, bootTime, deaf)
	_ = q.Process.Kill() // what there was to write is written
	_ = q.Wait()
	var f *Fault
	if errors.As(err, &f) {
		f.Console = lastLines(filepath.Join(dir, "console"), complaint.String())
	}
	if err == nil && end.Err != "" {
		err = &Fault{Text: "the guest: " + end.Err, Console: lastLines(filepath.Join(dir, "console"), complaint.String())}
	}
	return end.Code, err
}

// attend shows what the guest says until the program has ended, and passes
// signals on; the third ends the machine.
func (m *Machine) attend(port *os.File, boot, deaf time.Duration) (ending, error) {
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	go func() { // ends with attend
		count := 0
		for {
			select {
			case <-ctx.Done():
				return
			case sig := <-m.Signals:
				if sig == syscall.SIGPIPE {
					continue // it becomes an error of the write
				}
				if count++; count > 2 {
					stop(errKilled)
					return
				}
				_ = writeFrame(port, toSignal, []byte{byte(sig.(syscall.Signal))})
			}
		}
	}()
	release := context.AfterFunc(ctx, func() { _ = port.SetReadDeadline(time.Unix(1, 0)) })
	defer release()
	out, errs := newSpool(m.Stdout), newSpool(m.Stderr)
	e, err := m.hear(ctx, port, out, errs, boot, deaf)
	// What the guest said is shown even if the machine failed.
	if lost := errors.Join(out.close(ctx), errs.close(ctx)); lost != nil && err == nil {
		err = &Lost{lost}
	}
	return e, err
}

// A Lost says that what the program wrote could not be shown. Its exit code
// stands.
type Lost struct{ Err error }

func (l *Lost) Error() string { return "write output: " + l.Err.Error() }

// hear hears the guest until its last word.
func (m *Machine) hear(ctx context.Context, port *os.File, out, errs *spool, boot, deaf time.Duration) (ending, error) {
	booted := false
	limit := boot
	for {
		if ctx.Err() == nil {
			_ = port.SetReadDeadline(time.Now().Add(limit))
		}
		letter, data, err := readFrame(port)
		switch {
		case ctx.Err() != nil:
			return ending{Code: 130}, nil
		case errors.Is(err, os.ErrDeadlineExceeded) && !booted:
			return ending{}, &Fault{Text: fmt.Sprintf("kernel %s did not come up within %s", m.Kernel.Release, limit)}
		case errors.Is(err, os.ErrDeadlineExceeded):
			return ending{}, &Fault{Text: fmt.Sprintf("kernel %s hangs: nothing was heard of it for %s", m.Kernel.Release, limit), Booted: true}
		case err != nil && !booted:
			return ending{}, &Fault{Text: fmt.Sprintf("kernel %s did not come up", m.Kernel.Release)}
		case err != nil:
			return ending{}, &Fault{Text: fmt.Sprintf("kernel %s died while the program ran", m.Kernel.Release), Booted: true}
		}
		switch letter {
		case toReady:
			booted, limit = true, deaf
		case toOut:
			out.add(data)
		case toErr:
			errs.add(data)
		case toEnd:
			var e ending
			if err := decode(data, &e); err != nil {
				return ending{}, &Fault{Text: "the guest's last word makes no sense", Booted: booted}
			}
			return e, nil
		}
	}
}

var errKilled = errors.New("interrupted")

// shownLines is how much of a console is shown.
const shownLines = 20

// mostConsole is how much of a console is read.
const mostConsole = 256 << 10

// tailOf is the end of a file.
func tailOf(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.Size() > mostConsole {
		_, _ = f.Seek(-mostConsole, io.SeekEnd)
	}
	b, _ := io.ReadAll(io.LimitReader(f, mostConsole))
	return b
}

// lastLines are the last lines of the guest's console, and what QEMU said; of a
// panic, those around its beginning.
func lastLines(console, complaint string) []string {
	b := tailOf(console)
	var list []string
	for line := range strings.Lines(string(b) + "\n" + complaint) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	for i, line := range list {
		if strings.Contains(line, "Kernel panic") { // what led to it stands before
			return list[max(0, i-shownLines/2):min(len(list), i+shownLines/2)]
		}
	}
	return list[max(0, len(list)-shownLines):]
}
