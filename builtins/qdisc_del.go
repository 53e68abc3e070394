package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var qdiscDel = &builtin{
	Name:    "qdisc_del",
	Group:   "set",
	Summary: "Remove a queueing discipline from a link, with its classes and filters.",
	Detail:  "What the link has by default takes its place. It fails if there is none. As `tc qdisc del`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
qdisc(e, "tbf", rate = "10mbit", burst = "32kb", latency = "50ms")
qdisc_del(e)
check([q.kind for q in qdiscs(e)] == ["noqueue"])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		p.KeywordsOnly()
		parent := decl.Or(p, "parent", takenPlace, runtime.TCRoot, `where it is: "root", "ingress" (for ingress and clsact), or a class such as "1:10"`)
		return func(c *call) (starlark.Value, error) { return none((*l).DelQdisc(c.Context, *parent)) }
	},
}
