package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var linkUp = &builtin{
	Name:    "link_up",
	Group:   "set",
	Summary: "Switch a link on.",
	Detail:  "Addresses and routes that link_down took away do not come back, as with a bare kernel: IPv6 addresses and static routes. As `ip link set … up`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b, up = (False, True))
link_up(e)
check(e.state == "up")`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) { return none((*l).SetUp(c.Context, true)) }
	},
}
