package builtins

var gretap = &builtin{
	Name:    "gretap",
	Group:   "make",
	Summary: "Make a GRE tunnel over IPv4 that carries Ethernet frames.",
	Detail:  "It can be a port of a bridge. It needs the feature \"gretap\". As `ip link add … type gretap local … remote …`.",
	Example: `require("gretap")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
gretap(a, "192.0.2.1", "192.0.2.2", addr = "10.0.0.1/24")
gretap(b, "192.0.2.2", "192.0.2.1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "gretap", 4, true, greOptions)
	},
}
