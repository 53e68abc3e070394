package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var dnat = &builtin{
	Name:    "dnat",
	Group:   "filter",
	Summary: "Send what arrives on a link to another destination: a port is published.",
	Detail: "Answers go back translated. It is for what comes from outside: what the node itself sends, and what arrives on other links, is left alone. Name `dest` where the node also passes on packets for others. " +
		"The rule is in the table `inet wirelark`. It needs no program. As `nft add rule … dnat to`.",
	Example: `a, r, b = netns("a"), netns("r", forward = True), netns("b")
veth(a, r, addr = ("192.168.1.2/24", "192.168.1.1/24"))
wan, _ = veth(r, b, name = ("wan", None), addr = ("203.0.113.1/24", "203.0.113.2/24"))
route(a, "default", via = "192.168.1.1")
serve_http(a, ":80", {"/": "hello"})
dnat(wan, "192.168.1.2:80", proto = "tcp", dport = 8080)
check(http_get(b, "http://203.0.113.1:8080/").text == "hello")`,
	Returns: "filter_rule",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link, of the namespace that translates")
		to := decl.Arg(p, "to", translationTo, `the new destination: "192.168.1.2:80", without a port to keep the one asked for`)
		p.KeywordsOnly()
		match := matchOf(p)
		return func(c *call) (starlark.Value, error) {
			return one(filterRuleKind)((*l).Dnat(c.Context, match(), runtime.Translation{To: to.addr, Ports: to.ports}))
		}
	},
}
