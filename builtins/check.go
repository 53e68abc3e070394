package builtins

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
)

var check = &builtin{
	Name:    "check",
	Group:   "assert",
	Summary: "Stop the script with a failure unless a condition holds.",
	Detail: "The failure shows the source, the value of every operand, and a difference where two long values should be equal. Anything that is true counts as holding: a result whose command " +
		"exited with 0, a ping whose every request was answered. There is no assert: that word is reserved by the language.",
	Example: `r = exec_in(netns("n"), "echo 1 received")
check("1 received" in r.stdout)`,
	Returns: "None",
	Params: func(p *params) body {
		cond := decl.Arg(p, "cond", condition, "what must hold")
		msg := decl.Or(p, "msg", decl.Str, "", "what it means if it does not hold")
		return func(c *call) (starlark.Value, error) {
			return none(c.Script.verify(c, "check", *cond, *msg))
		}
	},
}

// condition is anything but a function, which is always true.
var condition = decl.Type[starlark.Value]{Name: "value", From: func(v starlark.Value) (starlark.Value, error) {
	if _, ok := v.(starlark.Callable); ok {
		return nil, decl.Misusef("got a function, which is always true: call it, without lambda:")
	}
	return v, nil
}, Show: starlark.Value.String}

// A checkFailure is a condition that does not hold.
type checkFailure struct {
	builtin  string
	text     string // the condition; "" if it could not be explained
	msg      string // the script's own words
	operands []operand
	values   []starlark.Value // of all its parts
	notes    []string
	diff     string
	sides    string   // what - and + mean in the diff, if not left and right
	seen     []string // of a function that was tried: what came of it, in words
}

func (f *checkFailure) Error() string {
	switch {
	case f.msg != "" && f.text != "":
		return "failed: " + f.msg + ": " + f.text
	case f.msg != "":
		return "failed: " + f.msg
	case f.text != "":
		return "failed: " + f.text
	}
	return "failed"
}

// withoutWhole leaves out the value of the whole, where it is told apart.
func (f *checkFailure) withoutWhole() {
	f.operands = slices.DeleteFunc(f.operands, func(o operand) bool { return o.text == f.text })
}

// verify counts a check and returns its failure, nil if cond holds.
func (sc *script) verify(c *call, builtin string, cond starlark.Value, msg string) error {
	strandOf(c.Thread).tally.Checks++
	e := sc.probes.take(c.Thread, callPos(c.Thread))
	if cond.Truth() {
		return nil
	}
	f := e.failure(builtin, msg)
	if e == nil && cond != starlark.False {
		f.operands = []operand{{"cond", show(cond)}}
	}
	return f
}

// failure describes how a condition came out.
func (e *evaluation) failure(builtin, msg string) *checkFailure {
	f := &checkFailure{builtin: builtin, msg: msg}
	if e == nil {
		return f
	}
	f.text = e.site.text
	f.values = e.values
	f.operands = e.operands()
	if e.site.op != syntax.EQL {
		return f
	}
	x, y := e.values[e.site.left], e.values[e.site.right]
	if x == nil || y == nil {
		return f
	}
	if never(x, y) {
		f.notes = append(f.notes, fmt.Sprintf("%s (%s) and %s (%s) can never be equal: they are of different types",
			short(x.String(), 60), decl.TypeName(x), short(y.String(), 60), decl.TypeName(y)))
	} else if f.diff = diff(x, y); f.diff == "" {
		f.notes = append(f.notes, firstDifference(x, y)...)
	}
	return f
}

// never reports whether two values cannot be equal, whatever they are.
func never(x, y starlark.Value) bool {
	number := func(v starlark.Value) bool { return v.Type() == "int" || v.Type() == "float" }
	return x.Type() != y.Type() && !(number(x) && number(y)) && x != starlark.None && y != starlark.None
}
