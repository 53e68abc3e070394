package builtins

var ip6gretap = &builtin{
	Name:    "ip6gretap",
	Group:   "make",
	Summary: "Make a GRE tunnel over IPv6 that carries Ethernet frames.",
	Detail:  "It can be a port of a bridge. It needs the feature \"ip6gretap\". As `ip link add … type ip6gretap local … remote …`.",
	Example: `require("ip6gretap")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("2001:db8::1/64", "2001:db8::2/64"))
ip6gretap(a, "2001:db8::1", "2001:db8::2", addr = "10.0.0.1/24")
ip6gretap(b, "2001:db8::2", "2001:db8::1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "ip6gretap", 6, true, gre6Options)
	},
}
