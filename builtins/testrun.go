package builtins

import (
	"context"
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// ExecuteTest runs the top level of a file afresh and then one of its tests,
// between its setup and teardown: the case of that number, 0 for a test
// without parameters. Without a function the top level is the test. What the
// test requires is tried before anything is run; others may be nil. Finish does the rest. The
// file was checked by whoever found the test.
func ExecuteTest(ctx context.Context, s *runtime.Session, opt Options, name, function string, number int, requires []string, others *Others) *Run {
	sc := newScript(ctx, s, opt)
	sc.test = &test{name: name, function: function, others: others}
	return sc.start(func() error {
		for _, feature := range requires {
			if err := s.Require(sc.ctx, feature); err != nil {
				return err
			}
		}
		return sc.runTest(function, number)
	})
}

func (sc *script) runTest(function string, number int) error {
	t, end := sc.main.thread("main")
	defer end()
	globals, err := sc.runTop(t)
	if err != nil || function == "" {
		return err
	}
	fn, ok := globals[function].(*starlark.Function)
	if !ok {
		return &UsageError{fmt.Sprintf("%s has no test %s", sc.name(sc.opt.File), function)}
	}
	m := sc.marks[function]
	if m == nil {
		m = &marked{}
	}
	var kwargs []starlark.Tuple
	switch {
	case number < len(m.cases):
		kwargs = m.cases[number].args
	case number > 0:
		return &UsageError{fmt.Sprintf("%s: %s has %d cases now, and this was case %d: it must have the same each time", sc.name(sc.opt.File), function, len(m.cases), number+1)}
	}
	if down, ok := globals["teardown"].(*starlark.Function); ok {
		// Deferred, so that it is called whatever happens: after what the test
		// defers, before what the top level did.
		sc.main.deferred = append(sc.main.deferred, flanking{down, sc.test})
	}
	if up, ok := globals["setup"].(*starlark.Function); ok {
		if _, err := sc.callFrom(t, flanking{up, sc.test}, nil, nil); err != nil {
			return err
		}
	}
	var args starlark.Tuple
	if takesTest(fn) {
		args = starlark.Tuple{testKind.Wrap(sc.test)}
	}
	_, err = sc.callFrom(t, fn, args, kwargs)
	return err
}

// A flanking function runs before or after each test: it takes the test, or
// nothing.
type flanking struct {
	*starlark.Function
	test *test
}

// CallInternal calls it as the interpreter would.
func (a flanking) CallInternal(t *starlark.Thread, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	var args starlark.Tuple
	if decl.NamedParams(a.Function) > 0 {
		args = starlark.Tuple{testKind.Wrap(a.test)}
	}
	return a.Function.CallInternal(t, args, nil)
}

// An Outcome is what became of a test, for reports.
type Outcome struct {
	Code      int       `json:"code"`
	Checks    int       `json:"checks"`
	KnownBugs []string  `json:"known_bugs,omitempty"`
	Failures  []Failure `json:"failures,omitempty"`
	Skipped   string    `json:"skipped,omitempty"` // why it could not be tried
	// Inconclusive says why what failed may be the machine's.
	Inconclusive string   `json:"inconclusive,omitempty"`
	Metrics      []Metric `json:"metrics,omitempty"`
	Programs     []string `json:"programs,omitempty"` // that it ran
	Parts        []Part   `json:"parts,omitempty"`
}

// A Failure is one of a test: where, as "file:line:col" or "", and its first line.
type Failure struct {
	Pos  string `json:"pos,omitempty"`
	Text string `json:"text"`
}

// Outcome is what became of the run, which has finished.
func (r *Run) Outcome() *Outcome {
	o := &Outcome{Code: r.Code(), Checks: r.Tally.Checks, KnownBugs: r.Tally.KnownBugs, Inconclusive: r.Inconclusive(), Programs: r.script.programs()}
	rep := &report{sc: r.script}
	for _, err := range r.Errs {
		f := rep.brief(err)
		if code := codeOf(err); code == CodeUnable && doubtOf(err) == "" {
			o.Skipped = f.Text
			continue
		}
		o.Failures = append(o.Failures, f)
	}
	if t := r.script.test; t != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		o.Metrics, o.Parts = t.metrics, t.parts
	}
	return o
}

// brief is an error as a report begins with it.
func (rep *report) brief(err error) Failure {
	var static *StaticError
	if errors.As(err, &static) && len(static.Problems) > 0 {
		p := static.Problems[0]
		return Failure{rep.sc.short(p.Pos).String(), p.Text}
	}
	stack, cause := deepest(err)
	f := Failure{Text: headline(cause)}
	var skipped *skipError
	var unable *runtime.Unable
	switch {
	case errors.As(cause, &skipped):
		f.Text = skipped.reason
	case errors.As(cause, &unable): // whether a mark or require asked for it
		f.Text = unable.Error()
	}
	if frames := rep.frames(stack); len(frames) > 0 {
		f.Pos = rep.place(frames[0].Pos, nil)
	}
	return f
}
