package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var nexthopDel = &builtin{
	Name:    "nexthop_del",
	Group:   "set",
	Summary: "Remove a next hop, and with it the routes that refer to it.",
	Detail:  "A group that it was a member of goes on without it. It fails if there is none of that number. As `ip nexthop del`.",
	Example: `n = netns("n")
nexthop(n, 1, blackhole = True)
nexthop_del(n, 1)
check(nexthops(n) == [])`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		id := decl.Arg(p, "id", decl.Int(1, 1<<32-1), "its number")
		return func(c *call) (starlark.Value, error) { return none((*ns).DelNexthop(c.Context, *id)) }
	},
}
