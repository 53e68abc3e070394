package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var freeze = &builtin{
	Name:    "freeze",
	Group:   "set",
	Summary: "Stop all processes of a node.",
	Detail:  "They are sent SIGSTOP, also those that are born meanwhile. The node's kernel goes on: it answers pings and keeps connections open. A command that is started later runs. thaw() lets them go on.",
	Example: `n = netns("n")
p = spawn_in(n, "sleep 1000")
freeze(n)
check("State:\tT" in read_in(n, "/proc/%d/status" % p.pid))
thaw(n)
p.stop()`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the node")
		return func(c *call) (starlark.Value, error) { return none((*ns).Freeze(c.Context)) }
	},
}
