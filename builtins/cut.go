package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var cut = &builtin{
	Name:    "cut",
	Group:   "set",
	Summary: "Make a cable lose packets, silently.",
	Detail: "The carrier stays, so nobody is told: packets vanish where they arrive, before anything but a capture sees them. The node's table `netdev wirelark` of nftables does it; `nft flush ruleset` there ends it. " +
		"heal() ends it. To take the carrier away use link_down. It fails for a link that is no cable of this script.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
cut(e)
check(not ping(a, "10.0.0.2", timeout = "100ms") and e.carrier)
heal()
check(ping(a, "10.0.0.2"))`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "one end of the cable")
		p.KeywordsOnly()
		oneWay := decl.Or(p, "oneway", decl.Bool, false, "whether only what this end sends is lost")
		return func(c *call) (starlark.Value, error) { return none((*l).Cut(c.Context, *oneWay)) }
	},
}
