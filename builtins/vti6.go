package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var vti6 = &builtin{
	Name:    "vti6",
	Group:   "make",
	Summary: "Make a tunnel of IPsec over IPv6: what is routed into it is encrypted.",
	Detail:  "What is done to its packets is said by states and policies of IPsec whose mark is its `key`. It needs the feature \"vti6\". As `ip link add … type vti6 local … remote … key …`.",
	Example: `require("vti6")
n = netns("n")
t = vti6(n, "2001:db8::1", "2001:db8::2", key = 7)
check(t.options.key == 7)`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		m := makes(p, "vti6")
		local := m.address("local", "the address of this end, IPv6")
		remote := m.address("remote", "the address of the other end")
		p.KeywordsOnly()
		m.device("dev", "the link that its packets leave by")
		m.number("key", 1, 1<<32-1, "the key that tells tunnels between the same ends apart")
		m.common(false)
		return func(c *call) (starlark.Value, error) {
			if err := tunnelEnds(6, *local, *remote); err != nil {
				return nil, err
			}
			return m.make(c, *ns, runtime.LinkSpec{})
		}
	},
}
