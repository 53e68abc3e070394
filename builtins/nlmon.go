package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var nlmon = &builtin{
	Name:    "nlmon",
	Group:   "make",
	Summary: "Make an nlmon: a link on which a capture sees the netlink messages of its namespace.",
	Detail:  "It needs the feature \"nlmon\". As `ip link add … type nlmon`.",
	Example: `require("nlmon")
n = netns("n")
check(nlmon(n).kind == "nlmon")`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		p.KeywordsOnly()
		m := makes(p, "nlmon")
		m.common(false)
		return func(c *call) (starlark.Value, error) { return m.make(c, *ns, runtime.LinkSpec{}) }
	},
}
