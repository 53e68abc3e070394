package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var fail = &builtin{
	Name:    "fail",
	Group:   "assert",
	Summary: "Stop the script with a failure.",
	Example: `if sysctl(netns("n"), "net.ipv4.ip_forward") != "0":
    fail("a node forwards without being asked to")`,
	Returns: "None",
	Params: func(p *params) body {
		msg := decl.Arg(p, "msg", decl.Str, "what went wrong")
		return func(c *call) (starlark.Value, error) {
			if *msg == "" {
				return nil, decl.Misusef("msg: is empty: say what went wrong")
			}
			return nil, &failure{*msg}
		}
	},
}

// A failure is the script's own.
type failure struct{ msg string }

func (f *failure) Error() string { return f.msg }
