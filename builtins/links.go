package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var links = &builtin{
	Name:    "links",
	Group:   "look",
	Summary: "List the interfaces of a namespace, by index.",
	Detail:  "As `ip link`.",
	Example: `n = netns("n")
check([l.name for l in links(n)] == ["lo"])`,
	Returns: "list[link]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(c *call) (starlark.Value, error) { return linkList(*ns) }
	},
}
