package builtins

var ip6tnl = &builtin{
	Name:    "ip6tnl",
	Group:   "make",
	Summary: "Make a tunnel of IPv6 or IPv4 in IPv6, RFC 2473.",
	Detail:  "It needs the feature \"ip6tnl\". As `ip link add … type ip6tnl local … remote …`.",
	Example: `require("ip6tnl")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("2001:db8::1/64", "2001:db8::2/64"))
ip6tnl(a, "2001:db8::1", "2001:db8::2", addr = "10.0.0.1/24")
ip6tnl(b, "2001:db8::2", "2001:db8::1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "ip6tnl", 6, false, func(m *making) func() error {
			m.word("mode", "what travels in it: \"any\", as it is without, \"ip6ip6\" or \"ipip6\"")
			m.hopLimits()
			m.external()
			return nil
		})
	},
}
