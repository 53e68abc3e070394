package builtins

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var eventually = &builtin{
	Name:    "eventually",
	Group:   "assert",
	Summary: "Call a function again and again until it gives something true.",
	Detail: "A failure in the function counts as not yet. When the time is up, the attempt under way is stopped, and the script fails with what was seen first and last and how often it was tried. " +
		"A mistake in the script itself, such as an unknown parameter, stops it at once: waiting does not make it right.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
took = eventually(lambda: ping(a, "10.0.0.2"), timeout = "5s")
check(took.value.received == 1 and took.tries >= 1)`,
	Returns: "waited",
	Params: func(p *params) body {
		fn := decl.Arg(p, "fn", decl.Func0, "the function, usually a lambda")
		p.KeywordsOnly()
		timeout := decl.Or(p, "timeout", decl.Duration, 10*time.Second, "after which to give up")
		every := decl.Or(p, "every", decl.Duration, 50*time.Millisecond, "from the start of one attempt to the next")
		return func(c *call) (starlark.Value, error) {
			if *timeout == 0 {
				return nil, decl.Misusef("timeout: must be more than zero")
			}
			w := c.Script.watch(c, "eventually", *fn)
			err := w.until(c, *timeout, *every)
			if err != nil {
				return nil, err
			}
			return waitedKind.Wrap(w), nil
		}
	},
}

// A waiting is a function that is called again and again.
type waiting struct {
	script  *script
	builtin string
	fn      starlark.Callable
	start   time.Time

	value       starlark.Value
	elapsed     time.Duration
	tries       int
	first, last *outcome
	held        held
}

// An outcome is what came of one attempt.
type outcome struct {
	at    time.Duration
	value starlark.Value
	err   error
	eval  *evaluation
	cut   bool // the time was up before it came to an end
}

func (o *outcome) holds() bool { return o.err == nil && bool(o.value.Truth()) }

func (sc *script) watch(c *call, builtin string, fn starlark.Callable) *waiting {
	strandOf(c.Thread).tally.Checks++
	return &waiting{script: sc, builtin: builtin, fn: fn, start: time.Now()}
}

// once makes one attempt. The error is one that no further attempt mends.
func (w *waiting) once(c *call) (*outcome, error) {
	sc := w.script
	o := &outcome{at: time.Since(w.start)}
	o.value, o.err = strandOf(c.Thread).attempt(c, w.fn)
	o.eval = sc.probes.take(c.Thread, callPos(c.Thread))
	w.tries++
	w.elapsed = time.Since(w.start)
	if w.first == nil {
		w.first = o
	}
	w.last = o
	return o, strandOf(c.Thread).hopeless(o.err)
}

// until calls the function until it gives something true.
func (w *waiting) until(c *call, timeout, every time.Duration) error {
	s := strandOf(c.Thread)
	outer := s.ctx
	ctx, cancel := context.WithTimeoutCause(outer, timeout, errTimeUp)
	defer cancel()
	var last *outcome // that was not cut short
	for {
		next := time.Now().Add(every)
		o, err := (*outcome)(nil), error(nil)
		s.within(c.Thread, ctx, func() { o, err = w.once(c) })
		switch cut := context.Cause(ctx) == errTimeUp; {
		case outer.Err() != nil:
			return context.Cause(outer)
		case err != nil && !cut:
			return err
		case err == nil && o.holds():
			w.value = o.value
			return nil
		case cut:
			if o.cut = o.err != nil; o.cut && last != nil {
				w.last = last
			}
			f := w.gaveUp(fmt.Sprintf("not within %s", decl.ShortDuration(timeout)))
			if w.last != o {
				f.seen = append(f.seen, "the one after it was stopped when the time was up")
			}
			return f
		}
		last = o
		if !pause(ctx, time.Until(next)) && outer.Err() == nil {
			return w.gaveUp(fmt.Sprintf("not within %s", decl.ShortDuration(timeout)))
		}
	}
}

// gaveUp is the failure of a function that did not come out as it should.
func (w *waiting) gaveUp(why string) *checkFailure {
	f := w.last.eval.failure(w.builtin, why)
	f.operands = nil // the outcomes tell them
	f.seen = append(f.seen, fmt.Sprintf("tried %s", times(w.tries)))
	if w.tries > 1 && w.first != w.last {
		f.seen = append(f.seen, "first, "+at(w.first.at)+": "+w.first.words())
	}
	f.seen = append(f.seen, "last, "+at(w.last.at)+": "+w.last.words())
	if w.last.err == nil && w.last.value == starlark.None {
		f.seen = append(f.seen, "a function without return gives None")
	}
	return f
}

func at(d time.Duration) string { return "after " + d.Round(time.Millisecond).String() }

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// words says what came of an attempt.
func (o *outcome) words() string {
	if o.cut {
		return "it was stopped when the time was up"
	}
	if o.err != nil {
		return "failed: " + rootCause(o.err) + inner(o.err)
	}
	return "it gave " + show(o.value) + with(o.eval.operands())
}

// inner are the operands of a check that failed in an attempt.
func inner(err error) string {
	var f *checkFailure
	if !errors.As(err, &f) {
		return ""
	}
	return with(f.operands)
}

// with tells operands in one line.
func with(operands []operand) string {
	s, sep := "", ", with "
	for _, q := range operands {
		s += sep + q.text + " = " + short(q.value, 100)
		sep = ", "
	}
	return s
}

// pause waits, and reports whether nothing ended the wait early.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

var waitedKind = &decl.Kind[*waiting]{
	Name:    "waited",
	Summary: "What a function gave in the end, and how long that took.",
	Label: func(w *waiting) string {
		return fmt.Sprintf("%s after %s", w.held.text(w.value), w.elapsed.Round(time.Millisecond))
	},
	Fields: []decl.Field[*waiting]{
		decl.F("value", "value", "what the function gave", value(func(w *waiting) starlark.Value { return w.value })),
		decl.F("elapsed", "duration", "how long it took", value(func(w *waiting) starlark.Value { return span(w.elapsed) })),
		decl.F("tries", "int", "how often it was called", value(func(w *waiting) starlark.Value { return number(w.tries) })),
	},
}
