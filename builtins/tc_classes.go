package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var tcClasses = &builtin{
	Name:    "tc_classes",
	Group:   "look",
	Summary: "List the htb classes of a link by their numbers, with their options and counters.",
	Detail:  "As `tc -s class show`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
qdisc(e, "htb", handle = "1:")
tc_class(e, "1:1", rate = "1mbit", ceil = "2mbit")
check([(c.rate, c.ceil) for c in tc_classes(e)] == [("1mbit", "2mbit")])`,
	Returns: "list[class_entry]",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) {
			return all(classKind)((*l).Classes())
		}
	},
}
