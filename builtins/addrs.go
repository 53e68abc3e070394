package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var addrs = &builtin{
	Name:    "addrs",
	Group:   "look",
	Summary: "List the addresses of a namespace, in the kernel's order.",
	Detail:  "As `ip addr`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
check([x.prefix for x in addrs(a, dev = "eth0", family = 4)] == ["10.0.0.1/24"])`,
	Returns: "list[address]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		p.KeywordsOnly()
		dev := decl.Maybe(p, "dev", deviceType, "only those of this link")
		family := familyOf(p)
		return func(c *call) (starlark.Value, error) {
			l, err := (*dev).in(c, *ns, "dev")
			if err != nil {
				return nil, err
			}
			if err := c.Session.Ready(c.Context); err != nil {
				return nil, err
			}
			read := (*ns).Addrs
			if l != nil {
				read = l.Addrs
			}
			list, err := read()
			return all(addrKind)(only(list, func(a runtime.Addr) bool { return family.has(a.Prefix.Addr()) }), err)
		}
	},
}
