package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var netnsDel = &builtin{
	Name:    "netns_del",
	Group:   "make",
	Summary: "Delete a network namespace, and all that is in it.",
	Detail:  "Its processes are killed, without failing the script, its links go, and with them the other ends of its cables. Its name can be given again. As `ip netns del`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b)
netns_del(a)
check([l.name for l in links(b)] == ["lo"])
a = netns("a")`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(c *call) (starlark.Value, error) { return none((*ns).Delete(c.Context)) }
	},
}
