package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var conntrackDel = &builtin{
	Name:    "conntrack_del",
	Group:   "set",
	Summary: "Make a namespace forget connections that it tracks, and return how many.",
	Detail: "Without a filter it forgets all. The next packet of such a flow is the first of a new one: it meets the rules, and NAT, afresh. That none fits is no failure. " +
		"As `conntrack -D`, without that program.",
	Example: `a, r, b = netns("a"), netns("r", forward = True), netns("b")
veth(a, r, addr = ("192.168.1.2/24", "192.168.1.1/24"))
veth(r, b, name = ("wan", None), addr = ("203.0.113.1/24", "203.0.113.2/24"))
route(a, "default", via = "192.168.1.1")
nft(r, """
    table ip nat {
        chain out { type nat hook postrouting priority srcnat
            oifname wan masquerade
        }
    }
""")
check(ping(a, "203.0.113.2"))
check(conntrack_del(r, proto = "icmp", source = "192.168.1.0/24") == 1)
check(conntrack(r) == [])`,
	Returns: "int",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		filter := flowFilter(p, "only those")
		return func(c *call) (starlark.Value, error) {
			f, err := filter()
			if err != nil {
				return nil, err
			}
			n, err := (*ns).DelFlows(c.Context, f)
			if err != nil {
				return nil, err
			}
			return number(n), nil
		}
	},
}
