package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var thaw = &builtin{
	Name:    "thaw",
	Group:   "set",
	Summary: "Let all processes of a node go on.",
	Detail:  "What freeze stopped, and whatever else was stopped there, is sent SIGCONT.",
	Example: `n = netns("n")
p = spawn_in(n, "sleep 100")
freeze(n)
thaw(n)
check(p.stop().signal == "SIGTERM")`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the node")
		return func(c *call) (starlark.Value, error) { return none((*ns).Thaw(c.Context)) }
	},
}
