package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var tcFilters = &builtin{
	Name:    "tc_filters",
	Group:   "look",
	Summary: "List the filters of a link, of all its qdiscs and classes, with what they match and do.",
	Detail:  "By place, then in the order in which packets meet them. Of several actions the first is told. As `tc -s filter show`.",
	Example: `a, b = netns("a"), netns("b")
e, f = veth(a, b)
qdisc(e, "clsact")
tc_filter(e, parent = "egress", source = "10.0.0.0/24", action = "mirror", to = e)
check([(x.parent, x.match.source, x.action, x.to) for x in tc_filters(e)] == [("egress", "10.0.0.0/24", "mirror", "eth0")])`,
	Returns: "list[filter_entry]",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) {
			return all(filterKind)((*l).Filters())
		}
	},
}
