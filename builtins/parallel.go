package builtins

import (
	"cmp"
	"context"
	"sync"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var parallel = &builtin{
	Name:    "parallel",
	Group:   "order",
	Summary: "Call functions at once and wait until all have ended.",
	Detail: "It gives what they returned, in the order of the list. All that a function reaches is frozen first, the file's global lists and dicts too: functions return values, or exchange them through a channel. " +
		"If some fail, the others go on to their end; then the script fails, and each failure is reported. The steps of functions that run at once stand in the journal in the order in which they happened; what gets a name, a number or a place by the order of calls (a link without a name, a rule without priority) gets it as they happen, too: give it its own where runs shall repeat.",
	Example: `ns = parallel([lambda: netns("a"), lambda: netns("b")])
a, b = ns
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
check(parallel([lambda: exec_in(a, "hostname").stdout, lambda: exec_in(b, "hostname").stdout]) == ["a\n", "b\n"])`,
	Returns: "list[value]",
	Params: func(p *params) body {
		fns := decl.Arg(p, "fns", decl.List(decl.Func0), "the functions, often lambdas")
		p.KeywordsOnly()
		limit := decl.Or(p, "limit", decl.Int(1, 100000), 1000, "how many run at once at most")
		return func(c *call) (starlark.Value, error) {
			list, err := runParallel(strandOf(c.Thread), *fns, *limit)
			if err != nil {
				return nil, err
			}
			return starlark.NewList(list), nil
		}
	},
}

// runParallel calls each function in a strand of its own, and joins those in
// order.
func runParallel(s *strand, fns []starlark.Callable, limit int) ([]starlark.Value, error) {
	for _, fn := range fns {
		freezeReach(fn)
	}
	ctx, cancel := context.WithCancelCause(s.ctx)
	defer cancel(nil)
	values, errs := make([]starlark.Value, len(fns)), make([]error, len(fns))
	strands := make([]*strand, len(fns))
	slots := make(chan struct{}, limit)
	var all sync.WaitGroup
	for i, fn := range fns {
		strands[i] = &strand{script: s.script, ctx: ctx, atPrompt: s.atPrompt}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			t, end := strands[i].thread("parallel")
			defer end()
			v, err := s.script.callFrom(t, fn, nil, nil)
			values[i], errs[i] = v, strands[i].doubt(err)
		})
	}
	all.Wait()
	var last error
	for i, err := range errs {
		s.join(strands[i])
		if err != nil && last != nil {
			s.failed = append(s.failed, last)
		}
		last = cmp.Or(err, last)
	}
	if s.ctx.Err() != nil { // the script was stopped: that is what to tell
		return nil, context.Cause(s.ctx)
	}
	return values, last
}

// freezeReach freezes all that a function can reach. Two that run at once must
// share nothing that changes.
func freezeReach(fn starlark.Callable) {
	fn.Freeze()
	if f, ok := fn.(*starlark.Function); ok {
		f.Globals().Freeze()
	}
}
