package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var link = &builtin{
	Name:    "link",
	Group:   "look",
	Summary: "Find an interface of a namespace by its name or an alternative name.",
	Detail:  "It fails if there is none, or, with `timeout`, none comes up by then: for an interface that a program makes. As `ip link show dev …`.",
	Example: `n = netns("n")
check(link(n, "lo").mtu == 65536)`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		name := decl.Arg(p, "name", decl.Str, "the interface's name")
		p.KeywordsOnly()
		timeout := decl.Or(p, "timeout", decl.Duration, 0, "how long to wait for it to appear")
		return func(c *call) (starlark.Value, error) {
			return one(linkKind)((*ns).FindLink(c.Context, *name, *timeout))
		}
	},
}
