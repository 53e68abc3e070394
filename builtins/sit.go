package builtins

var sit = &builtin{
	Name:    "sit",
	Group:   "make",
	Summary: "Make a tunnel of IPv6 in IPv4, RFC 4213.",
	Detail:  "It needs the feature \"sit\". As `ip link add … type sit local … remote …`.",
	Example: `require("sit")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
sit(a, "192.0.2.1", "192.0.2.2", addr = "fd00:5::1/64")
sit(b, "192.0.2.2", "192.0.2.1", addr = "fd00:5::2/64")
check(ping(a, "fd00:5::2"))`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "sit", 4, false, inIPv4("what travels in it: \"ip6ip\", \"ipip\" or \"any\", as it is without", false))
	},
}
