package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var linkDel = &builtin{
	Name:    "link_del",
	Group:   "set",
	Summary: "Remove a link, and with it the other end of a cable.",
	Detail:  "There is no need to: what a script makes is gone at its end, faster. It fails if the link is gone already, or is one that the kernel keeps, as lo. As `ip link del`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
link_del(e)
check([l.name for l in links(b)] == ["lo"])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) { return none((*l).Delete(c.Context)) }
	},
}
