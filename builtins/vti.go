package builtins

var vti = &builtin{
	Name:    "vti",
	Group:   "make",
	Summary: "Make a tunnel of IPsec over IPv4: what is routed into it is encrypted.",
	Detail:  "What is done to its packets is said by states and policies of IPsec whose mark is its `key`. It needs the feature \"vti\". As `ip link add … type vti local … remote … key …`.",
	Example: `require("vti")
n = netns("n")
t = vti(n, "192.0.2.1", "192.0.2.2", key = 7)
check(t.options.key == 7)`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "vti", 4, false, vtiOptions)
	},
}
