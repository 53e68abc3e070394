package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var partition = &builtin{
	Name:    "partition",
	Group:   "set",
	Summary: "Part groups of nodes, silently.",
	Detail: "What the nodes of one group send is lost to those of the others, on whatever way it comes: each drops what arrives with a MAC or an IP address that the others have now. Carriers stay. " +
		"Nodes in no group reach all. A packet that a router of another group passes on is lost too. Further calls add to it; heal() ends it.",
	Example: `a, b, c, sw = netns("a"), netns("b"), netns("c"), netns("sw")
br = bridge(sw)
for i, n in enumerate([a, b, c]):
    veth(n, br, addr = ("10.0.0.%d/24" % (i + 1), None))
partition([a, b], [c])
check(ping(a, "10.0.0.2") and not ping(a, "10.0.0.3", timeout = "100ms"))
heal()
check(ping(a, "10.0.0.3"))`,
	Returns: "None",
	Params: func(p *params) body {
		groups := decl.Many(p, "groups", decl.List(netnsType), "the groups: lists of nodes, or single nodes, at least two")
		oneWay := decl.Or(p, "oneway", decl.Bool, false, "whether only what the first group sends is lost")
		return func(c *call) (starlark.Value, error) {
			if len(*groups) < 2 {
				return nil, decl.Misusef("groups: got 1, want at least 2")
			}
			in := map[*runtime.Namespace]bool{}
			for _, group := range *groups {
				for _, ns := range group {
					if in[ns] {
						return nil, decl.Misusef("groups: %s is in two of them, or twice in one", ns.Name)
					}
					in[ns] = true
				}
			}
			return none(c.Session.Partition(c.Context, *groups, *oneWay))
		}
	},
}
