package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var neighDel = &builtin{
	Name:    "neigh_del",
	Group:   "set",
	Summary: "Remove an entry of a link's neighbour table: the link asks again when it needs the neighbour.",
	Detail:  "It fails if there is none. As `ip neigh del`.",
	Example: `a, b = netns("a"), netns("b")
ea, eb = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
neigh(ea, "10.0.0.2", eb.mac)
neigh_del(ea, "10.0.0.2")
check([n for n in neighs(a) if n.state == "PERMANENT"] == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		ip := decl.Arg(p, "ip", decl.Addr, "the neighbour's address")
		return func(c *call) (starlark.Value, error) { return none((*l).DelNeigh(c.Context, *ip)) }
	},
}
