package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"golang.org/x/term"
)

// A script may ask for a shell on the user's own terminal, which the front
// holds. The front visits the node as any client does, over a connection to
// itself, and the script waits for the end of that.

// A loan is the user's terminal while a shell has it.
type loan struct {
	ended chan outcome  // nil while there is none
	want  chan struct{} // closed when it is wanted back
	once  *sync.Once
}

// stop wants the terminal back.
func (n loan) stop() {
	if n.ended != nil {
		n.once.Do(func() { close(n.want) })
	}
}

// A loanEnd is what the engine hears of it.
type loanEnd struct {
	Code  int
	Error string
}

// lend begins a shell on the user's terminal.
func (l *lab) lend(node string) {
	if l.lent.ended != nil {
		return // an engine that asks twice is not ours
	}
	n := loan{ended: make(chan outcome, 1), want: make(chan struct{}), once: &sync.Once{}}
	l.lent = n
	if l.stopping != "" {
		n.stop()
	}
	go func() { // ends with the shell, or soon after stop
		visit := l.visit
		if node == "" {
			visit = l.visitPrompt
		}
		code, err := visit(node, n.want)
		n.ended <- outcome{code: code, err: err}
	}()
}

var (
	errNoTerminal = errors.New("there is no terminal to open it on")
	errNoHold     = errors.New("with --sandbox, a script gets no hold of your terminal: use wirelark shell from another")
)

// visit is one shell on the user's terminal.
func (l *lab) visit(node string, stop <-chan struct{}) (int, error) {
	screen := l.out.screen()
	switch {
	case l.spec.Strict && !l.spec.LendShell:
		return 0, errNoHold
	case screen == nil || !l.sits():
		return 0, errNoTerminal
	}
	l.out.status("")
	l.out.say("a shell in %s: exit or Ctrl-D leaves it", printable(node))
	l.out.lent.Store(true)
	defer l.out.lent.Store(false)
	return l.visitSelf(&Visit{Stdin: l.stdin, Stdout: screen, Stderr: screen, Node: node, stop: stop})
}

// visitPrompt is a prompt of the engine's on the user's terminal. A lab that is
// there for nothing else has one over pipes where nobody sits at a terminal.
func (l *lab) visitPrompt(_ string, stop <-chan struct{}) (int, error) {
	screen := l.out.screen()
	v := &Visit{Stdin: l.stdin, Stdout: screen, Stderr: screen, prompt: true, stop: stop, screens: [2]bool{l.out.out.terminal, l.out.err.terminal}}
	switch {
	case l.spec.Strict && !l.spec.LendShell:
		return 0, errNoHold
	case screen != nil && l.sits():
		l.out.status("")
		l.out.lent.Store(true)
		defer l.out.lent.Store(false)
	case l.spec.Prompt && l.stdin != nil:
		v.Stdout, v.Stderr, v.pipes = l.out.out.f, l.out.err.f, true
	default:
		return 0, errNoTerminal
	}
	return l.visitSelf(v)
}

// sits reports whether somebody sits at a terminal.
func (l *lab) sits() bool { return l.stdin != nil && term.IsTerminal(int(l.stdin.Fd())) }

// visitSelf visits the lab as a client of it does.
func (l *lab) visitSelf(v *Visit) (int, error) {
	select {
	case <-v.stop:
		return 0, errStopped
	default:
	}
	c, far, err := pairOf()
	if err != nil {
		return 0, err
	}
	err = hand(l.child.control, far)
	far.Close()
	if err != nil {
		c.Close()
		return 0, err
	}
	return v.run(c)
}

// giveBack tells the engine that the terminal is the script's again.
func (l *lab) giveBack(o outcome) {
	l.lent = loan{}
	e := loanEnd{Code: o.code}
	if o.err != nil {
		e.Error = o.err.Error()
	}
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // it holds nothing that JSON does not
	}
	_ = send(l.child.control, toReturn, b) // a lab that is gone needs no telling
}

// takeBack ends a shell on the user's terminal, and waits until that is as it
// was.
func (l *lab) takeBack() {
	if l.lent.ended != nil {
		l.lent.stop()
		<-l.lent.ended
	}
}

// Shell opens a shell in a node on the user's terminal and waits for its end.
// The lab's deadline does not pass meanwhile. It returns the shell's exit code.
func (l *Lab) Shell(ctx context.Context, node string) (int, error) {
	select {
	case l.terminal <- struct{}{}:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { <-l.terminal }()
	return l.borrow(ctx, node)
}

// borrow waits until the front has the user's terminal back, which nobody else
// may want meanwhile.
func (l *Lab) borrow(ctx context.Context, node string) (int, error) {
	if err := send(l.control, toShell, []byte(node)); err != nil {
		return 0, err
	}
	e := <-l.returned // the front answers, or there is no lab any more
	switch {
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case e.Error != "":
		return 0, errors.New(e.Error)
	}
	return e.Code, nil
}

// shellReturned passes on how a shell on the user's terminal ended.
func (l *Lab) shellReturned(data []byte) {
	var e loanEnd
	if err := json.Unmarshal(data, &e); err != nil {
		e.Error = err.Error()
	}
	select {
	case l.returned <- e:
	default: // nobody asked
	}
}

// A clock is the time that a script has left.
type clock struct {
	passed <-chan time.Time // nil while it stands still
	timer  *time.Timer      // nil if there is no limit
	until  time.Time
	left   time.Duration
}

func newClock(limit time.Duration) *clock {
	c := &clock{}
	if limit > 0 {
		c.timer, c.until = time.NewTimer(limit), time.Now().Add(limit)
		c.passed = c.timer.C
	}
	return c
}

func (c *clock) pause() {
	if c.passed != nil {
		c.left, c.passed = max(time.Until(c.until), 1), nil
		c.timer.Stop()
	}
}

func (c *clock) resume() {
	if c.left > 0 && c.timer != nil {
		c.timer.Reset(c.left)
		c.until, c.left, c.passed = time.Now().Add(c.left), 0, c.timer.C
	}
}

// end is for a script that has none any more.
func (c *clock) end() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer, c.passed, c.left = nil, nil, 0
	}
}
