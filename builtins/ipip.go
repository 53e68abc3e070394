package builtins

var ipip = &builtin{
	Name:    "ipip",
	Group:   "make",
	Summary: "Make a tunnel of IPv4 in IPv4, RFC 2003.",
	Detail:  "It needs the feature \"ipip\". As `ip link add … type ipip local … remote …`.",
	Example: `require("ipip")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
ipip(a, "192.0.2.1", "192.0.2.2", addr = "10.0.0.1/24")
ipip(b, "192.0.2.2", "192.0.2.1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "ipip", 4, false, inIPv4("what travels in it: \"ipip\", \"mplsip\" or \"any\", as it is without", true))
	},
}
