package builtins

import (
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var attempt = &builtin{
	Name:    "attempt",
	Group:   "assert",
	Summary: "Call a function and return what came of it, a failure too.",
	Detail:  "For a failure that the script wants to look at. A mistake in the script itself, such as an unknown parameter, is not caught.",
	Example: `n = netns("n")
a = attempt(lambda: exec_in(n, "false"))
check(not a.ok and "exit 1" in a.error)`,
	Returns: "attempt_result",
	Params: func(p *params) body {
		fn := decl.Arg(p, "fn", decl.Func0, "the function, usually a lambda")
		return func(c *call) (starlark.Value, error) {
			start := time.Now()
			v, err := c.Script.try(c, *fn)
			if bad := strandOf(c.Thread).mistake(err); bad != nil {
				return nil, bad
			}
			return attemptKind.Wrap(&tried{value: v, err: err, elapsed: time.Since(start)}), nil
		}
	},
}

// tried is what came of a function.
type tried struct {
	value   starlark.Value // nil if it failed
	err     error
	elapsed time.Duration
	held    held
}

// held guards the text of a value that holds another: a script can put it
// into the list that it holds.
type held struct{ busy atomic.Bool }

func (h *held) text(v starlark.Value) string {
	return h.guard("…", func() string { return show(v) })
}

// guard is what text gives, and inner while text is under way.
func (h *held) guard(inner string, text func() string) string {
	if !h.busy.CompareAndSwap(false, true) {
		return inner
	}
	defer h.busy.Store(false)
	return text()
}

var attemptKind = &decl.Kind[*tried]{
	Name:    "attempt_result",
	Summary: "What came of an attempt. It is true if the function did not fail.",
	Label: func(t *tried) string {
		if t.err != nil {
			return "failed: " + rootCause(t.err)
		}
		return t.held.text(t.value)
	},
	Truth: func(t *tried) bool { return t.err == nil },
	Fields: []decl.Field[*tried]{
		decl.F("ok", "bool", "whether the function did not fail", value(func(t *tried) starlark.Value { return starlark.Bool(t.err == nil) })),
		decl.F("value", "value", "what it returned; None if it failed", value(func(t *tried) starlark.Value {
			if t.err != nil {
				return starlark.None
			}
			return t.value
		})),
		decl.F("error", "str | None", "the error's text", value(func(t *tried) starlark.Value {
			if t.err == nil {
				return starlark.None
			}
			return starlark.String(rootCause(t.err))
		})),
		decl.F("elapsed", "duration", "how long it took", value(func(t *tried) starlark.Value { return span(t.elapsed) })),
	},
}
