package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"time"

	"golang.org/x/sys/unix"
)

// What a script asks of a process that it spawned.

// Running reports whether the program has not ended.
func (p *Process) Running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// Result is how the program ended; nil while it runs. What it wrote is as of
// now: its descendants may go on writing.
func (p *Process) Result() *Result {
	if p.Running() {
		return nil
	}
	res := *p.result
	res.Stdout, res.StdoutOver = p.record.take(0)
	res.Stderr, res.StderrOver = p.record.take(1)
	return &res
}

// Output is what the program has written to its standard output, the newest
// bytes of it, and how many came before those.
func (p *Process) Output() ([]byte, int64) { return p.record.take(0) }

// Errors is what it has written to its standard error, likewise.
func (p *Process) Errors() ([]byte, int64) { return p.record.take(1) }

// LastLines are the newest lines of both.
func (p *Process) LastLines(n int) [][]byte { return p.record.last(n) }

// State says in words what the program is at.
func (p *Process) State() string {
	if res := p.Result(); res != nil {
		return res.Ending()
	}
	return fmt.Sprintf("running, pid %d", p.PID)
}

// notice notes that the script knows that the process ends.
func (p *Process) notice() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.noticed = true
}

// DiedUnnoticed reports whether the program has ended by itself while the
// script relied on it.
func (p *Process) DiedUnnoticed() bool {
	if p.Running() && p.exited() {
		<-p.ended
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.noticed && !p.MayExit && !p.ns.dead.Load() && !p.Running()
}

// exited reports whether the program has ended, noticed or not.
func (p *Process) exited() bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, p.p.Pid, &info, unix.WEXITED|unix.WNOWAIT|unix.WNOHANG, nil)
	return err == unix.ECHILD || err == nil && info.Signo != 0
}

// Wait waits for the program's end. The result is nil if the time was up.
func (p *Process) Wait(ctx context.Context, timeout time.Duration) (*Result, error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-p.ended:
		p.notice()
		return p.Result(), nil
	case <-timer.C:
		return nil, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Signal sends a signal to the program itself.
func (p *Process) Signal(ctx context.Context, sig Signal) error {
	if !p.Running() {
		return &Error{Thing: p.thing(), Err: Refusal("has ended: " + p.State())}
	}
	if sig != unix.SIGSTOP && sig != unix.SIGCONT && sig != unix.SIGTSTP {
		p.notice() // whatever becomes of it, the script wanted it
	}
	command := fmt.Sprintf("kill -s %s %d", signalName(sig), p.PID)
	return p.ns.session.step(ctx, p.ns, command, func() error {
		if err := p.send(sig); err != nil && err != unix.ESRCH {
			return &Error{Thing: p.thing(), Err: err}
		}
		return nil
	})
}

func (p *Process) send(sig Signal) error {
	if p.pidfd < 0 {
		return unix.Kill(p.p.Pid, sig)
	}
	return unix.PidfdSendSignal(p.pidfd, sig, nil, 0)
}

// Stop asks the program to end, and after a time of grace kills it and all
// that descends from it.
func (p *Process) Stop(ctx context.Context, sig Signal, grace time.Duration) (*Result, error) {
	p.notice()
	command := fmt.Sprintf("kill -s %s %d", signalName(sig), p.PID)
	err := p.ns.session.step(ctx, p.ns, command, func() error {
		if p.Running() {
			_ = p.send(sig) // one that has just ended needs none
			_ = p.send(unix.SIGCONT)
		}
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-p.ended:
		case <-timer.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		return p.killAll(ctx)
	})
	if err != nil {
		return nil, err
	}
	return p.Result(), nil
}

// Kill kills the program and all that descends from it.
func (p *Process) Kill(ctx context.Context) (*Result, error) {
	return p.Stop(ctx, unix.SIGKILL, 0)
}

// killAll kills what is left of the program and its descendants.
func (p *Process) killAll(ctx context.Context) error {
	if !p.kill() {
		return p.ns.overrun(p.thing())
	}
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (p *Process) kill() bool { return killTree(p.root(), p.marker) }

// root is the program's number as long as it can be no one else's: once it
// was reaped, only the marker tells its descendants.
func (p *Process) root() int {
	if p.Running() {
		return p.p.Pid
	}
	return -1
}

// writeLimit is how long a program may take to read what it is sent.
const writeLimit = 5 * time.Second

// Write sends the program a text to read.
func (p *Process) Write(text []byte) error {
	if p.stdin == nil {
		return refuse(p.thing(), "was given all that it reads when it was started: leave stdin out")
	}
	if err := p.stdin.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return &Error{Thing: p.thing(), Err: Refusal("is sent nothing more: its input was closed")}
	}
	_, err := p.stdin.Write(text)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse(p.thing(), "does not read: it took less than %d bytes in %s", len(text), writeLimit)
	case errors.Is(err, unix.EPIPE):
		return refuse(p.thing(), "reads nothing more (%s)", p.State())
	case err != nil:
		return &Error{Thing: p.thing(), Err: err}
	}
	return nil
}

// CloseInput lets the program read the end of its input.
func (p *Process) CloseInput() error {
	if p.stdin == nil {
		return refuse(p.thing(), "was given all that it reads when it was started: leave stdin out")
	}
	_ = p.stdin.Close() // a second time does nothing
	return nil
}

// ExpectLine waits for a line of either output that matches, after those that
// it gave before.
func (p *Process) ExpectLine(ctx context.Context, re *regexp.Regexp, timeout time.Duration) (string, error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	ended, what := p.ended, ReadyOutput{Line: re}.words()
	for {
		p.mu.Lock()
		at := p.at
		p.mu.Unlock()
		line, n, again := p.record.find(re, at)
		p.mu.Lock()
		p.at = n
		if line != nil {
			p.at++
		}
		p.mu.Unlock()
		if line != nil {
			return string(line), nil
		}
		if ended == nil {
			return "", p.notReady(what, "", 0)
		}
		select {
		case <-again:
		case <-ended:
			ended = nil // look once more: its outputs are complete now
		case <-timer.C:
			return "", p.notReady(what, "", timeout)
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}
