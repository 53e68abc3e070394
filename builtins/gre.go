package builtins

var gre = &builtin{
	Name:    "gre",
	Group:   "make",
	Summary: "Make a GRE tunnel over IPv4, RFC 2784.",
	Detail:  "Packets of any protocol travel in it. Without `remote` it takes and sends to many ends, by entries of `neigh`. It needs the feature \"gre\". As `ip link add … type gre local … remote …`.",
	Example: `require("gre")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
gre(a, "192.0.2.1", "192.0.2.2", addr = "10.0.0.1/24")
gre(b, "192.0.2.2", "192.0.2.1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "gre", 4, false, greOptions)
	},
}
