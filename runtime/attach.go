package runtime

import (
	"context"
	"fmt"
	"os"
	"syscall"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// An Attached is a program that somebody at another terminal runs in a node.
type Attached struct {
	p      *os.Process
	marker string
}

// Attach starts a command on files that somebody gave.
func (ns *Namespace) Attach(ctx context.Context, c Command, files ...*os.File) (*Attached, error) {
	return ns.attach(ctx, c, &syscall.SysProcAttr{}, files)
}

// AttachTerminal starts a command on a terminal of its own, and gives that
// terminal's other side.
func (ns *Namespace) AttachTerminal(ctx context.Context, c Command, rows, cols uint16) (*Attached, *os.File, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, nil, &Error{Thing: "terminal in " + ns.Name, Err: err}
	}
	defer slave.Close()
	if rows > 0 && cols > 0 {
		_ = unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols})
	}
	a, err := ns.attach(ctx, c, &syscall.SysProcAttr{Setctty: true}, []*os.File{slave, slave, slave})
	if err != nil {
		master.Close()
		return nil, nil, err
	}
	return a, master, nil
}

func (ns *Namespace) attach(ctx context.Context, c Command, attr *syscall.SysProcAttr, files []*os.File) (*Attached, error) {
	if err := ns.prepare(ctx, c); err != nil {
		return nil, err
	}
	p, err := ns.start(c, attr, files...)
	if err != nil {
		return nil, err
	}
	return &Attached{p, cgroupMarker(p.Pid)}, nil
}

// Wait waits for the program's end and returns its exit code, 128 and the
// signal's number if a signal ended it.
func (a *Attached) Wait() int {
	state, err := a.p.Wait()
	if err != nil {
		return 1
	}
	if ws := state.Sys().(syscall.WaitStatus); ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return state.ExitCode()
}

// HangUp ends the program and all that descends from it: whoever ran it is
// gone.
func (a *Attached) HangUp() { killTree(a.p.Pid, a.marker) }

// Shell is an interactive shell whose prompt names the node.
func (ns *Namespace) Shell(term string) Command {
	argv := []string{"sh", "-i"}
	if executable("/bin/bash") == nil {
		argv = []string{"/bin/bash", "--norc", "--noprofile", "-i"}
	}
	if term == "" {
		term = "dumb"
	}
	return Command{Argv: argv, Env: map[string]string{"TERM": term, "PS1": fmt.Sprintf("[%s] \\w# ", ns.Name)}}
}
