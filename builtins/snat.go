package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var snat = &builtin{
	Name:    "snat",
	Group:   "filter",
	Summary: "Give what leaves by a link another source.",
	Detail:  "The link need not have the address, but answers come only if they are routed or resolved to the node. The rule is in the table `inet wirelark`. It needs no program. As `nft add rule … snat to`.",
	Example: `a, r, b = netns("a"), netns("r", forward = True), netns("b")
veth(a, r, addr = ("192.168.1.2/24", "192.168.1.1/24"))
wan, _ = veth(r, b, name = ("wan", None), addr = (["203.0.113.1/24", "203.0.113.7/24"], "203.0.113.2/24"))
route(a, "default", via = "192.168.1.1")
snat(wan, "203.0.113.7")
serve_udp(b, ":3478", reply = "{peer}")
check(dial_udp(a, "203.0.113.2:3478", source = ":4000").ask("?").text == "203.0.113.7:4000")`,
	Returns: "filter_rule",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link, of the namespace that translates")
		to := decl.Arg(p, "to", translationTo, `the new source: "203.0.113.1", with a port or several "203.0.113.1:1024-2047"`)
		p.KeywordsOnly()
		match := matchOf(p)
		random := decl.Or(p, "random", decl.Bool, false, "whether each connection gets a port by lot (nft's fully-random)")
		return func(c *call) (starlark.Value, error) {
			return one(filterRuleKind)((*l).Snat(c.Context, match(), runtime.Translation{To: to.addr, Ports: to.ports, Random: *random}))
		}
	},
}
