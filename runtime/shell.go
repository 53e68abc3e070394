package runtime

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A ShellSpec is a program for a person to use, rather than for the script: it
// has no deadline, and nothing of it is recorded.
type ShellSpec struct {
	Argv     []string    // nil for a shell
	Terminal *Terminal   // the user's; nil for none
	Files    [3]*os.File // its stdin, stdout and stderr where there is no terminal
}

// A Terminal is what a program should know of the one that its user sits at.
type Terminal struct {
	Kind       string // TERM
	Rows, Cols uint16
}

// A Shell is a program that somebody uses in a node. It ends with the node,
// at the latest.
type Shell struct {
	// Master is the other end of its terminal, or nil. Whoever has it closes
	// it: when the last copy is closed, the kernel hangs the program up.
	Master *os.File

	session *Session
	process *os.Process

	mu     sync.Mutex
	reaped bool // its number may be another's
}

// Shell starts a program for a person to use in the namespace.
func (ns *Namespace) Shell(c ShellSpec) (*Shell, error) {
	if strings.Contains(strings.Join(c.Argv, ""), "\x00") {
		return nil, refuse("command "+quote(c.Argv[0]), "has an argument with a zero byte, which no program can be given")
	}
	extra := map[string]string{}
	if c.Terminal != nil {
		// Read by bash and by the shells that know no more than the standard.
		extra["PS1"] = "[" + ns.Name + "] $PWD# "
		extra["TERM"] = c.Terminal.Kind
	}
	if err := checkEnv(extra); err != nil {
		return nil, err
	}
	if err := ns.ensureView(); err != nil {
		return nil, err
	}
	files, sh := c.Files[:], &Shell{session: ns.session}
	if c.Terminal != nil {
		master, tty, err := c.Terminal.Open()
		if err != nil {
			return nil, &Error{Thing: "terminal in " + ns.Name, Err: err, Hint: limitHint(err)}
		}
		defer tty.Close()
		sh.Master, files = master, []*os.File{tty, tty, tty}
	}
	argv := c.Argv
	var err error
	if len(argv) == 0 {
		err = ns.thread.do(func() error {
			argv = anyShell(ns.session.opt.WorkDir, environ(extra))
			return nil
		})
	}
	if err == nil {
		sh.process, _, err = ns.start(Command{Argv: argv, Env: extra}, &syscall.SysProcAttr{Setctty: c.Terminal != nil}, files...)
	}
	if err != nil {
		if sh.Master != nil {
			sh.Master.Close()
		}
		return nil, err
	}
	return sh, nil
}

// anyShell is the best shell that there is. Bash would read what the machine's
// own /etc says of prompts.
func anyShell(dir string, env []string) []string {
	if _, err := lookPath("bash", dir, env); err == nil {
		return []string{"bash", "--norc"}
	}
	return []string{"sh"}
}

// Open opens a new terminal of the lab, by the engine's own view: a node's
// commands may have put anything in the place of /dev/ptmx.
func (t Terminal) Open() (master, tty *os.File, err error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open /dev/ptmx: %w", err)
	}
	master = os.NewFile(uintptr(fd), "/dev/ptmx")
	peer := uintptr(0)
	if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: t.Rows, Col: t.Cols})
	}
	if err == nil {
		var no unix.Errno
		peer, _, no = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
		if no != 0 {
			err = no
		}
	}
	if err != nil {
		master.Close()
		return nil, nil, fmt.Errorf("set up /dev/ptmx: %w", err)
	}
	return master, os.NewFile(peer, "tty"), nil
}

// Wait waits for the program's end and returns its exit code, or 128 and the
// signal that ended it. Unmade says that it was killed with the lab.
func (sh *Shell) Wait() (code int, unmade bool) {
	err := awaitEnd(sh.process.Pid)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.reaped = true
	state, e := sh.process.Wait()
	if err != nil || e != nil {
		return 0, true
	}
	code, signal := ending(state)
	sh.session.mu.Lock()
	defer sh.session.mu.Unlock()
	return code, signal == "SIGKILL" && sh.session.closed
}

// HangUp tells the program, and what it runs in the foreground, that whoever
// used it is gone.
func (sh *Shell) HangUp() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if !sh.reaped {
		_ = unix.Kill(-sh.process.Pid, unix.SIGHUP)
		_ = unix.Kill(-sh.process.Pid, unix.SIGCONT) // who is stopped hears of it too
	}
}

// Attend does, as a step of the script, what a person does in the namespace:
// everything that was made before is usable by then.
func (ns *Namespace) Attend(ctx context.Context, f func() error) error {
	if err := ns.session.Ready(ctx); err != nil {
		return err
	}
	return ns.session.step(ctx, ns, "sh", f)
}
