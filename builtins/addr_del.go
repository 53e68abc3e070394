package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var addrDel = &builtin{
	Name:    "addr_del",
	Group:   "set",
	Summary: "Take addresses away from a link.",
	Detail: "An address is given with the prefix length, and the peer, that it was added with. Removing the first IPv4 address of a network removes the others of that network too, " +
		"unless the sysctl promote_secondaries is 1. It fails if the link has no such address. As `ip addr del`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b, addr = ("10.0.0.1/24", None))
addr_del(e, "10.0.0.1/24")
check([x.ip for x in e.addrs if x.family == 4] == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		list := decl.Many(p, "prefixes", decl.Prefix, "the addresses, as they were added")
		peer := decl.Maybe(p, "peer", decl.Prefix, "the peer that they were added with")
		anycast := decl.Or(p, "anycast", decl.Bool, false, "whether they were added as anycast addresses")
		return func(c *call) (starlark.Value, error) {
			return none((*l).DelAddrs(c.Context, runtime.AddrOptions{Peer: orZero(*peer), Anycast: *anycast}, *list...))
		}
	},
}
