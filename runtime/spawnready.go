package runtime

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Readiness is what makes a spawned program ready.
type Readiness interface {
	// words say what is waited for: "a socket that listens on TCP port 80".
	words() string
	// look reports whether it is there. What it saw instead goes into a
	// message.
	look(p *Process, at *sight) (ready bool, saw string, err error)
}

// A sight is what one look leaves for the next while a process is waited for.
type sight struct {
	line int  // the next line of its output to look at: a program may write many
	last bool // no further look follows: it is worth while to see more for the message
}

// ReadyWords say what is waited for.
func ReadyWords(r Readiness) string { return r.words() }

// A NotReady says that a process did not do what was waited for.
type NotReady struct {
	Process *Process
	For     string        // what was waited for
	Saw     string        // what was there instead, or ""
	Within  time.Duration // that was up; 0 if the process ended before
	State   string        // of the process then
}

func (e *NotReady) Error() string {
	s := e.Process.words() + ": waited for " + e.For
	if e.Within > 0 {
		s += fmt.Sprintf(", not within %s", e.Within)
	} else {
		s += ", but it ended before"
	}
	s += " (" + e.State + ")"
	if e.Saw != "" {
		s += ": " + e.Saw
	}
	return s
}

// notReady says it of this process as it is now.
func (p *Process) notReady(what, saw string, within time.Duration) error {
	return &NotReady{Process: p, For: what, Saw: saw, Within: within, State: p.State()}
}

// AwaitReady waits until the program is ready, has ended, or the time is up.
func (p *Process) AwaitReady(ctx context.Context, r Readiness, timeout time.Duration) error {
	var at sight
	deadline := time.Now().Add(p.ns.session.patience(timeout))
	wait := time.Millisecond
	for {
		changed := p.record.next()
		running, left := p.Running(), time.Until(deadline)
		at.last = left <= 0
		ready, saw, err := r.look(p, &at)
		if err != nil || ready {
			return err
		}
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !running:
			p.notice() // it is told now
			return p.notReady(r.words(), saw, 0)
		case at.last:
			return p.notReady(r.words(), saw, timeout)
		}
		timer := time.NewTimer(min(wait, left))
		select {
		case <-timer.C:
		case <-changed: // a daemon often says something when it is there
		case <-p.ended:
		case <-ctx.Done():
		}
		timer.Stop()
		wait = min(2*wait, 20*time.Millisecond)
	}
}

// ReadyOutput is a line that the program writes.
type ReadyOutput struct{ Line *regexp.Regexp }

func (r ReadyOutput) words() string { return "a line that matches " + r.Line.String() }

func (r ReadyOutput) look(p *Process, at *sight) (bool, string, error) {
	line, n, _ := p.record.find(r.Line, at.line)
	at.line = n
	return line != nil || p.record.partMatches(r.Line), "", nil
}

// ReadyPath is a path that appears in the node.
type ReadyPath struct{ Path string }

func (r ReadyPath) words() string { return "the path " + r.Path }

func (r ReadyPath) look(p *Process, _ *sight) (bool, string, error) {
	path, thing, err := p.ns.nodePath(r.Path)
	if err != nil {
		return false, "", err
	}
	err = p.ns.thread.do(func() error { _, err := os.Stat(path); return err })
	if os.IsNotExist(err) {
		return false, "", nil
	}
	return err == nil, "", fileError(thing, err)
}

// ReadyExit is the program's end with exit code 0: it leaves a daemon behind.
type ReadyExit struct{}

func (ReadyExit) words() string { return "its end with exit code 0" }

func (ReadyExit) look(p *Process, _ *sight) (bool, string, error) {
	res := p.Result()
	if res == nil {
		return false, "", nil
	}
	p.notice()
	return res.OK(), "", nil
}

// ReadyFunc is what a function of the script says.
type ReadyFunc struct {
	Words string
	Look  func() (ready bool, saw string, err error)
}

func (r ReadyFunc) words() string { return r.Words }

func (r ReadyFunc) look(*Process, *sight) (bool, string, error) { return r.Look() }

// ReadyPort is a socket of the program or of one that descends from it.
type ReadyPort struct {
	Port  int
	Proto string // "tcp" or "udp"
}

func (r ReadyPort) words() string {
	if r.Proto == "udp" {
		return fmt.Sprintf("a socket of its own on UDP port %d", r.Port)
	}
	return fmt.Sprintf("a socket of its own that listens on TCP port %d", r.Port)
}

func (r ReadyPort) look(p *Process, at *sight) (bool, string, error) {
	all, err := p.ns.waiting(r.Proto)
	there := onPort(all, r.Port)
	switch {
	case err != nil:
		return false, "", err
	case len(there) == 0 && at.last:
		return false, r.instead(p, all), nil
	case len(there) == 0:
		return false, "", nil
	}
	for _, pid := range processTree(p.root(), p.marker, map[int]string{}) {
		if len(held(pid, there)) > 0 {
			return true, "", nil
		}
	}
	return false, fmt.Sprintf("%s port %d belongs to %s", strings.ToUpper(r.Proto), r.Port, p.ns.holder(there)), nil
}

// instead says which ports of all the program has, for who waited for another.
func (r ReadyPort) instead(p *Process, all map[uint32]int) string {
	var ports []string
	for _, pid := range processTree(p.root(), p.marker, map[int]string{}) {
		for _, port := range held(pid, all) {
			if word := strconv.Itoa(port); !slices.Contains(ports, word) {
				ports = append(ports, word)
			}
		}
	}
	if len(ports) == 0 {
		return ""
	}
	slices.Sort(ports)
	return "it has " + strings.ToUpper(r.Proto) + " port " + strings.Join(ports, ", ")
}
