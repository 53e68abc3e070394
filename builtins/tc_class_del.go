package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var tcClassDel = &builtin{
	Name:    "tc_class_del",
	Group:   "set",
	Summary: "Remove a class from an htb qdisc, with the qdisc below it.",
	Detail:  "It fails if there is none, if it has classes below it, or if a filter leads to it. As `tc class del`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
qdisc(e, "htb", handle = "1:")
tc_class(e, "1:1", rate = "10mbit")
tc_class_del(e, "1:1")
check(tc_classes(e) == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		id := decl.Arg(p, "classid", classHandle, `its name, such as "1:10"`)
		return func(c *call) (starlark.Value, error) { return none((*l).DelClass(c.Context, *id)) }
	},
}
