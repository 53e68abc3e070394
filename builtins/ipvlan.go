package builtins

import (
	"cmp"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var ipvlan = &builtin{
	Name:    "ipvlan",
	Group:   "make",
	Summary: "Make an ipvlan: a link with addresses of its own and the MAC of the link below it.",
	Detail: "It is made in the link's namespace or, with `netns`, directly in another one. Modes: \"l2\" (it answers ARP itself), \"l3\" (the link's namespace routes, without ARP or broadcast), " +
		"\"l3s\" (as l3, and packets pass that namespace's filters). Isolation: siblings reach each other (\"bridge\"), or do not (\"private\"), or only by way of the outside (\"vepa\"). " +
		"It needs the feature \"ipvlan\". As `ip link add link … type ipvlan mode …`.",
	Example: `require("ipvlan")
host, c1, c2, out = netns("host"), netns("c1"), netns("c2"), netns("out")
up, _ = veth(host, out)
ipvlan(up, netns = c1, addr = "10.0.0.1/24")
i2 = ipvlan(up, netns = c2, addr = "10.0.0.2/24")
check(ping(c1, "10.0.0.2") and i2.mac == up.mac)`,
	Returns: "link",
	Params: func(p *params) body {
		on := decl.Arg(p, "link", linkType, "the link that carries it")
		p.KeywordsOnly()
		m := makes(p, "ipvlan")
		m.wordOr("mode", "l2", "what it does itself")
		m.word("isolation", "whom it reaches of its siblings: \"bridge\", as it is without, \"private\" or \"vepa\"")
		ns := decl.Maybe(p, "netns", netnsType, "the namespace it is in, if not the link's")
		m.common(false)
		return func(c *call) (starlark.Value, error) {
			return m.make(c, cmp.Or(orZero(*ns), (*on).Namespace()), runtime.LinkSpec{On: *on})
		}
	},
}
