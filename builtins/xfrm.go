package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var xfrm = &builtin{
	Name:    "xfrm",
	Group:   "make",
	Summary: "Make an IPsec interface: what is routed into it is encrypted by the states of its identity.",
	Detail:  "States and policies of IPsec belong to it by `if_id`. It needs the feature \"xfrm\". As `ip link add … type xfrm if_id …`.",
	Example: `require("xfrm")
n = netns("n")
x = xfrm(n, 42)
check(x.options.if_id == 42)`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		id := decl.Arg(p, "if_id", decl.Int(1, 1<<32-1), "its identity, by which states and policies belong to it")
		p.KeywordsOnly()
		m := makes(p, "xfrm")
		m.device("dev", "the link that its packets leave by")
		m.set("if_id", func() runtime.Setting { return numberSetting(*id) })
		m.common(false)
		return func(c *call) (starlark.Value, error) { return m.make(c, *ns, runtime.LinkSpec{}) }
	},
}
