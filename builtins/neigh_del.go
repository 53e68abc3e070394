package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var neighDel = &builtin{
	Name:    "neigh_del",
	Group:   "set",
	Summary: "Remove an entry of a link's neighbour table: the link asks again when it needs the neighbour.",
	Detail: "It fails if there is none. Without `ip` it removes all entries of the link, of both families, but for those that are permanent, and it is no error if there is none. " +
		"As `ip neigh del` and `ip neigh flush`.",
	Example: `a, b = netns("a"), netns("b")
ea, eb = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
neigh(ea, "10.0.0.2", eb.mac)
neigh_del(ea, "10.0.0.2")
check([n for n in neighs(a) if n.state == "PERMANENT"] == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		ip := decl.Maybe(p, "ip", decl.Addr, "the neighbour's address; without one, all that was learned")
		p.KeywordsOnly()
		proxy := decl.Or(p, "proxy", decl.Bool, false, "whether it is an address that the link answers for")
		return func(c *call) (starlark.Value, error) {
			if *ip == nil {
				if *proxy {
					return nil, decl.Misusef("ip: is missing: proxy entries are removed one by one")
				}
				return none((*l).FlushNeighs(c.Context))
			}
			return none((*l).DelNeigh(c.Context, **ip, *proxy))
		}
	},
}
