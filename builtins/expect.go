package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var expect = &builtin{
	Name:    "expect",
	Group:   "assert",
	Summary: "Record a failure unless a condition holds, and go on; return whether it holds.",
	Detail:  "The script fails at its end, with all failures that were recorded. As check, it shows operands.",
	Example: `n = netns("n")
for key in ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"]:
    expect(sysctl(n, key) == "0", key)`,
	Returns: "bool",
	Params: func(p *params) body {
		cond := decl.Arg(p, "cond", condition, "what must hold")
		msg := decl.Or(p, "msg", decl.Str, "", "what it means if it does not hold")
		return func(c *call) (starlark.Value, error) {
			err := c.Script.verify(c, "expect", *cond, *msg)
			if err != nil {
				strandOf(c.Thread).record(c.Thread, &decl.Error{Builtin: "expect", Err: err})
			}
			return starlark.Bool(err == nil), nil
		}
	},
}

// A located error knows where in the script it arose, without having ended
// anything.
type located struct {
	stack starlark.CallStack
	err   error
}

func (l *located) Error() string { return l.err.Error() }
func (l *located) Unwrap() error { return l.err }
