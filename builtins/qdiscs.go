package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var qdiscs = &builtin{
	Name:    "qdiscs",
	Group:   "look",
	Summary: "List the queueing disciplines of a link, with their options and counters.",
	Detail:  "That of ingress comes first, then that at the root, then those of classes. A link without one has noqueue, or what the kernel gives it. As `tc -s qdisc show`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
qdisc(e, "pfifo", limit = 10)
check(ping(a, "10.0.0.2"))
check(qdiscs(e)[0].options.limit == 10 and qdiscs(e)[0].stats.packets > 0)`,
	Returns: "list[qdisc_entry]",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) {
			return all(qdiscKind)((*l).Qdiscs())
		}
	},
}
