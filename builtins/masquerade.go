package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var masquerade = &builtin{
	Name:    "masquerade",
	Group:   "filter",
	Summary: "Give what leaves by a link the link's own address, IPv4 and IPv6.",
	Detail: "The port is kept where it is free. The answers find their way back; nothing is filtered: who knows the addresses behind may still send there, if a route leads. " +
		"The rule is in the table `inet wirelark`. It needs no program. As `nft add rule … masquerade`.",
	Example: `a, r, b = netns("a"), netns("r", forward = True), netns("b")
veth(a, r, addr = ("192.168.1.2/24", "192.168.1.1/24"))
wan, _ = veth(r, b, name = ("wan", None), addr = ("203.0.113.1/24", "203.0.113.2/24"))
route(a, "default", via = "192.168.1.1")
rule = masquerade(wan)
check(ping(a, "203.0.113.2") and rule.packets == 1)`,
	Returns: "filter_rule",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link, of the namespace that translates")
		p.KeywordsOnly()
		source := decl.Maybe(p, "source", networkType, "only packets from this address or prefix")
		random := decl.Or(p, "random", decl.Bool, false, "whether each connection gets a port by lot (nft's fully-random), as a symmetric NAT does")
		return func(c *call) (starlark.Value, error) {
			return one(filterRuleKind)((*l).Masquerade(c.Context, orZero(*source), *random))
		}
	},
}
