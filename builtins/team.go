package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var team = &builtin{
	Name:    "team",
	Group:   "make",
	Common:  true,
	Summary: "Make a team, one link of several ports, as its daemon teamd drives it.",
	Detail: "Its ports are switched off to become ports, and on again by the team. The kernel's part forwards nothing until a program has chosen a way to (teamd). " +
		"It needs the feature \"team\". As `ip link add … type team`.",
	Example: `require("team")
a, b = netns("a"), netns("b")
e, _ = veth(a, b)
t = team(a, ports = [e])
check(e.master == t)`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		p.KeywordsOnly()
		m := makes(p, "team")
		ports := decl.Or(p, "ports", decl.List(linkType), nil, "links of the namespace that become its ports")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			return m.make(c, *ns, runtime.LinkSpec{Ports: *ports})
		}
	},
}
