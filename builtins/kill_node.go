package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var killNode = &builtin{
	Name:    "kill_node",
	Group:   "set",
	Summary: "Let a node fail as if its power was cut.",
	Detail:  "All its processes are killed and its links are switched off, so that their other ends lose the carrier. No command runs in it any more; its processes do not fail the script. netns_del makes room for another node of its name.",
	Example: `a, b = netns("a"), netns("b")
e, f = veth(a, b)
kill_node(a)
check(not f.carrier)
check_fails(lambda: exec_in(a, "true"), "was killed")`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the node")
		return func(c *call) (starlark.Value, error) { return none((*ns).Kill(c.Context)) }
	},
}
