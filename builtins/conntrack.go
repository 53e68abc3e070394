package builtins

import (
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var conntrack = &builtin{
	Name:    "conntrack",
	Group:   "look",
	Summary: "List the connections that a namespace tracks: what its NAT and its stateful rules know.",
	Detail: "Without a rule that needs it, a kernel tracks nothing. Addresses and ports are those of a flow's first packet; those of its answers, in which NAT shows, are the value's `reply_…`. " +
		"Packets are counted if the sysctl net.netfilter.nf_conntrack_acct is 1. As `conntrack -L`, without that program.",
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
flow = conntrack(r, proto = "icmp")[0]
check((flow.source, flow.reply_dest, flow.seen_reply) == ("192.168.1.2", "203.0.113.1", True))`,
	Returns: "list[flow]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		filter := flowFilter(p, "only those")
		return func(c *call) (starlark.Value, error) {
			f, err := filter()
			if err != nil {
				return nil, err
			}
			return all(flowKind)((*ns).Flows(f))
		}
	},
}

// flowFilter declares what chooses flows, and checks what was given.
func flowFilter(p *params, only string) func() (runtime.FlowFilter, error) {
	p.KeywordsOnly()
	proto := decl.Maybe(p, "proto", protoType, only+` of this protocol: "udp", "tcp", "icmp" …, or its number`)
	source := decl.Maybe(p, "source", networkType, only+" from this address or prefix")
	dest := decl.Maybe(p, "dest", networkType, only+" to this address or prefix")
	sport := decl.Maybe(p, "sport", decl.Int(0, 65535), only+" from this port")
	dport := decl.Maybe(p, "dport", decl.Int(0, 65535), only+" to this port")
	state := decl.Maybe(p, "state", decl.OneOf(runtime.FlowStates...), only+" of TCP in this state")
	family := familyOf(p)
	mark := decl.Maybe(p, "mark", decl.Int(0, 1<<32-1), only+" with this mark")
	return func() (runtime.FlowFilter, error) {
		f := runtime.FlowFilter{Proto: orZero(*proto), Source: orZero(*source), Dest: orZero(*dest), SPort: *sport, DPort: *dport, State: orZero(*state), Family: orZero(*family.n), Mark: narrow[uint32](*mark)}
		if f.State != "" {
			if f.Proto != "" && f.Proto != "tcp" {
				return f, decl.Misusef("state: only connections of TCP have a state")
			}
			f.Proto = "tcp"
		}
		for _, one := range []struct {
			param  string
			prefix netip.Prefix
		}{{"source", f.Source}, {"dest", f.Dest}} {
			if one.prefix.IsValid() && !family.has(one.prefix.Addr()) {
				return f, decl.Misusef("%s: %s is of another family than %d", one.param, one.prefix, f.Family)
			}
		}
		if f.Source.IsValid() && f.Dest.IsValid() && f.Source.Addr().Is4() != f.Dest.Addr().Is4() {
			return f, decl.Misusef("dest: is of another family than source")
		}
		return f, nil
	}
}
