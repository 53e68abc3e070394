package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var counters = &builtin{
	Name:    "counters",
	Group:   "look",
	Common:  true,
	Summary: "Read what a namespace's kernel counted: packets received, dropped and wrong, connections, retransmissions.",
	Detail: "Names are those of nstat: \"IpInDelivers\", \"UdpNoPorts\", \"TcpRetransSegs\", \"Ip6InNoRoutes\", \"TcpExtListenDrops\"; IPsec's, \"XfrmInNoStates\", as in /proc/net/xfrm_stat; and conntrack's with its name before them, \"conntrack_insert_failed\". " +
		"The difference of two readings is what changed between them. What a link counted is in its `counters`. Softnet's counters are left out: the kernel has one set of them for the whole machine. As `nstat -az`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
before = counters(b)
dial_udp(a, "10.0.0.2:9").send("nobody listens")
eventually(lambda: (counters(b) - before)["UdpNoPorts"] == 1)`,
	Returns: "node_counters",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(*call) (starlark.Value, error) {
			list, err := (*ns).Counters()
			if err != nil {
				return nil, err
			}
			return newNodeCounters((*ns).Name, list), nil
		}
	},
}
