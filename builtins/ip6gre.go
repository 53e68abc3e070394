package builtins

var ip6gre = &builtin{
	Name:    "ip6gre",
	Group:   "make",
	Summary: "Make a GRE tunnel over IPv6.",
	Detail:  "It needs the feature \"ip6gre\". As `ip link add … type ip6gre local … remote …`.",
	Example: `require("ip6gre")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("2001:db8::1/64", "2001:db8::2/64"))
ip6gre(a, "2001:db8::1", "2001:db8::2", addr = "10.0.0.1/24")
ip6gre(b, "2001:db8::2", "2001:db8::1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "ip6gre", 6, false, gre6Options)
	},
}
