package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var ifb = &builtin{
	Name:    "ifb",
	Group:   "make",
	Summary: "Make an ifb: a link through which incoming packets of others can be led, to be queued.",
	Detail:  "Lead packets to it with a filter on the other link's ingress that redirects. As `ip link add … type ifb`.",
	Example: `n = netns("n")
i = ifb(n)
check(i.kind == "ifb" and i.name == "ifb0")`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		p.KeywordsOnly()
		m := makes(p, "ifb")
		m.common(true)
		return func(c *call) (starlark.Value, error) { return m.make(c, *ns, runtime.LinkSpec{}) }
	},
}
