package builtins

var macvtap = &builtin{
	Name:    "macvtap",
	Group:   "make",
	Summary: "Make a macvtap: a macvlan whose frames a program reads and writes through a character device.",
	Detail: "It is made in the link's namespace or, with `netns`, directly in another one, as containers get theirs. Its MAC derives from the seed. Modes: \"bridge\" (siblings reach each other), " +
		"\"private\" (they do not), \"vepa\" (by way of a switch that sends frames back), \"passthru\" (it takes the link over), \"source\" (it takes frames of listed stations only). The link itself and its " +
		"macvtaps do not reach each other. As `ip link add link … type macvtap mode …`.",
	Example: `host, c1, c2, out = netns("host"), netns("c1"), netns("c2"), netns("out")
up, _ = veth(host, out)
m1 = macvtap(up, netns = c1, addr = "10.0.0.1/24")
m2 = macvtap(up, netns = c2, addr = "10.0.0.2/24")
check(ping(c1, "10.0.0.2") and m1.options.mode == "bridge")`,
	Returns: "link",
	Params:  func(p *params) body { return macvlanParams(p, "macvtap") },
}
