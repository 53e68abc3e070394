package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var neigh = &builtin{
	Name:    "neigh",
	Group:   "set",
	Summary: "Give a link the MAC address of a neighbour, which it then need not ask for.",
	Detail: "A permanent entry is neither asked for nor forgotten, nor changed by what others say: a defence against spoofing, and the way to have more than some 500 hosts in a lab, " +
		"since the kernel has one table of 1,024 other entries for the whole machine. It fails if there is an entry, unless `replace`. As `ip neigh add`.",
	Example: `a, b = netns("a"), netns("b")
ea, eb = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
neigh(ea, "10.0.0.2", eb.mac)
check([(n.ip, n.state) for n in neighs(a)] == [("10.0.0.2", "PERMANENT")])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		ip := decl.Arg(p, "ip", decl.Addr, "the neighbour's address")
		mac := decl.Arg(p, "mac", decl.MAC, "the neighbour's MAC address")
		p.KeywordsOnly()
		state := decl.Or(p, "state", decl.OneOf("permanent", "reachable", "stale", "noarp"), "permanent", "the entry's state")
		replace := decl.Or(p, "replace", decl.Bool, false, "whether an entry that is there is changed")
		return func(c *call) (starlark.Value, error) {
			return none((*l).AddNeigh(c.Context, *ip, *mac, *state, *replace))
		}
	},
}
