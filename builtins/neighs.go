package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var neighs = &builtin{
	Name:    "neighs",
	Group:   "look",
	Summary: "List the neighbour entries of a namespace: what ARP and neighbour discovery found out.",
	Detail:  "Entries that need no resolution (multicast, loopback) are left out; addresses that a link answers for come with `.proxy`. As `ip neigh` and `ip neigh show proxy`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
check(ping(a, "10.0.0.2"))
check([x.mac for x in neighs(a, family = 4)] == [link(b, "eth0").mac])`,
	Returns: "list[neighbour]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		p.KeywordsOnly()
		dev := decl.Maybe(p, "dev", deviceType, "only those on this link")
		family := familyOf(p)
		return func(c *call) (starlark.Value, error) {
			l, err := (*dev).in(c, *ns, "dev")
			if err != nil {
				return nil, err
			}
			list, err := (*ns).Neighs(l)
			return all(neighKind)(only(list, func(n runtime.Neigh) bool { return family.has(n.IP) }), err)
		}
	},
}
