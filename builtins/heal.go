package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var heal = &builtin{
	Name:    "heal",
	Group:   "set",
	Summary: "End what cut and partition did.",
	Detail:  "Without a link, all of it. It fails for a link that is not cut.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
partition([a], [b])
heal()
check(ping(a, "10.0.0.2"))`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Maybe(p, "link", linkType, "the cable that cut was given, by either end; left out, all cables and partitions")
		return func(c *call) (starlark.Value, error) {
			if *l != nil {
				return none((**l).Mend(c.Context))
			}
			return none(c.Session.Heal(c.Context))
		}
	},
}
