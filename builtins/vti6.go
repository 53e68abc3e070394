package builtins

var vti6 = &builtin{
	Name:    "vti6",
	Group:   "make",
	Summary: "Make a tunnel of IPsec over IPv6: what is routed into it is encrypted.",
	Detail:  "What is done to its packets is said by states and policies of IPsec whose mark is its `key`. It needs the feature \"vti6\". As `ip link add … type vti6 local … remote … key …`.",
	Example: `require("vti6")
n = netns("n")
t = vti6(n, "2001:db8::1", "2001:db8::2", key = 7)
check(t.options.key == 7)`,
	Returns: "link",
	Params: func(p *params) body {
		return tunnel(p, "vti6", 6, false, vtiOptions)
	},
}
