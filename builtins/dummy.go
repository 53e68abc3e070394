package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var dummy = &builtin{
	Name:    "dummy",
	Group:   "make",
	Common:  true,
	Summary: "Make a dummy: a link that swallows what is sent over it, for addresses that belong to no cable.",
	Detail:  "It needs the feature \"dummy\". As `ip link add … type dummy`.",
	Example: `require("dummy")
n = netns("n")
d = dummy(n, addr = "10.5.0.1/32")
check(d.up and ping(n, "10.5.0.1"))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		p.KeywordsOnly()
		m := makes(p, "dummy")
		m.common(true)
		return func(c *call) (starlark.Value, error) { return m.make(c, *ns, runtime.LinkSpec{}) }
	},
}
