package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var linkDown = &builtin{
	Name:    "link_down",
	Group:   "set",
	Summary: "Switch a link off.",
	Detail: "The other end of a cable loses its carrier. The kernel removes the link's IPv6 addresses and the routes over it; IPv4 addresses stay. " +
		"As `ip link set … down`.",
	Example: `a, b = netns("a"), netns("b")
e, f = veth(a, b)
link_down(e)
check(not e.up and not f.carrier)`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) { return none((*l).SetUp(c.Context, false)) }
	},
}
