package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var tcFilter = &builtin{
	Name:    "tc_filter",
	Group:   "set",
	Summary: "Choose packets of a link, and say which class they go to or what becomes of them.",
	Detail: "A filter belongs to a qdisc with classes, a class, or to one of the places of qdisc clsact: \"ingress\" (also of qdisc ingress) and \"egress\". All that is named must match; with nothing named all packets do. " +
		"`kind` u32 compares bytes of the header: addresses, `proto`, ports (behind a header without options), `dscp`, `mark`; flower also MACs and VLANs; matchall takes all packets. " +
		"Actions: drop, pass, mirror (a copy to another link of the namespace), redirect (the packet itself), police (drop what exceeds `rate` and `burst`). " +
		"u32 filters of one prio belong to one place: the kernel lists those of ingress and egress, or of a qdisc and its classes, together. As `tc filter add`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
qdisc(e, "htb", handle = "1:", default = "1:20")
tc_class(e, "1:10", rate = "8mbit")
tc_class(e, "1:20", rate = "2mbit")
tc_filter(e, parent = "1:", dest = "10.0.0.2", proto = "tcp", dport = 80, flowid = "1:10")
check([(f.match.dport, f.flowid) for f in tc_filters(e)] == [(80, "1:10")])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		p.KeywordsOnly()
		parent := decl.Arg(p, "parent", filtersPlace, `where it is: "ingress", "egress", a qdisc such as "1:", or a class such as "1:10"`)
		prio := decl.Maybe(p, "prio", decl.Int(1, 65535), "of several filters the lowest is asked first; left out, 49152, or one below the lowest that is there")
		protocol := decl.Maybe(p, "protocol", decl.OneOf("all", "ip", "ipv6", "arp", "802.1q"), "which frames it looks at; left out, those that its addresses or VLAN tell, else all")
		kind := decl.Or(p, "kind", decl.OneOf("u32", "flower", "matchall"), "u32", "how it looks at them")
		source := decl.Maybe(p, "source", decl.Prefix, "the source address, or the network that it is in")
		dest := decl.Maybe(p, "dest", decl.Prefix, "the destination address, or the network that it is in")
		proto := decl.Maybe(p, "proto", protoType, `the protocol above IP: "tcp", "udp", "icmp" … or a number`)
		sport := decl.Maybe(p, "sport", decl.Int(1, 65535), "the source port")
		dport := decl.Maybe(p, "dport", decl.Int(1, 65535), "the destination port")
		dscp := decl.Maybe(p, "dscp", decl.Int(0, 63), "the DSCP")
		srcMAC := decl.Maybe(p, "src_mac", decl.MAC, "the source MAC address")
		dstMAC := decl.Maybe(p, "dst_mac", decl.MAC, "the destination MAC address")
		vlan := decl.Maybe(p, "vlan_id", decl.Int(0, 4095), "the VLAN")
		mark := decl.Maybe(p, "mark", decl.Int(0, 1<<32-1), "the mark that sockets and rules give packets")
		flowid := decl.Maybe(p, "flowid", classHandle, `the class that they go to, such as "1:10"`)
		action := decl.Maybe(p, "action", decl.OneOf("drop", "pass", "mirror", "redirect", "police"), "what becomes of them")
		to := decl.Maybe(p, "to", linkType, "the link that mirror and redirect send them to")
		limit := decl.Maybe(p, "rate", rate, "the rate above which police drops")
		burst := decl.Maybe(p, "burst", sizeType, "how many bytes police lets pass at once; at least the largest packet")
		return func(c *call) (starlark.Value, error) {
			spec := runtime.FilterSpec{Kind: *kind, Parent: *parent, Prio: uint16(orZero(*prio)), Protocol: orZero(*protocol), FlowID: orZero(*flowid),
				Action: orZero(*action), To: orZero(*to), Rate: orZero(*limit), Burst: orZero(*burst).bytes}
			spec.Match = runtime.FilterMatch{Source: orZero(*source), Dest: orZero(*dest), Proto: runtime.ProtoNumber(orZero(*proto)), Sport: uint16(orZero(*sport)), Dport: uint16(orZero(*dport)),
				DSCP: narrow[uint8](*dscp), SrcMAC: orZero(*srcMAC), DstMAC: orZero(*dstMAC), VLAN: narrow[uint16](*vlan), Mark: narrow[uint32](*mark)}
			return none((*l).AddFilter(c.Context, spec))
		}
	},
}
