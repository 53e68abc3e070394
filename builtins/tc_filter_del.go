package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var tcFilterDel = &builtin{
	Name:    "tc_filter_del",
	Group:   "set",
	Summary: "Remove the filters of a place, or those of one prio.",
	Detail:  "With a `prio` it fails if there is none of it. As `tc filter del`.",
	Example: `a, b = netns("a"), netns("b")
e, f = veth(a, b)
qdisc(e, "clsact")
tc_filter(e, parent = "ingress", action = "mirror", to = e)
tc_filter_del(e, parent = "ingress")
check(tc_filters(e) == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		p.KeywordsOnly()
		parent := decl.Arg(p, "parent", filtersPlace, `where they are: "ingress", "egress", a qdisc such as "1:", or a class such as "1:10"`)
		prio := decl.Maybe(p, "prio", decl.Int(1, 65535), "their prio; left out, all of the place")
		return func(c *call) (starlark.Value, error) {
			return none((*l).DelFilters(c.Context, *parent, uint16(orZero(*prio))))
		}
	},
}
