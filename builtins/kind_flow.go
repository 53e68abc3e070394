package builtins

import (
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var flowKind = &decl.Kind[*runtime.Flow]{
	Name:    "flow",
	Summary: "A connection that the kernel tracks, as it was at one moment.",
	Label: func(f *runtime.Flow) string {
		s := f.Proto + " " + flowEnd(f.Original.Source) + " -> " + flowEnd(f.Original.Dest)
		if f.Reply.Source != f.Original.Dest || f.Reply.Dest != f.Original.Source {
			s += ", reply " + flowEnd(f.Reply.Source) + " -> " + flowEnd(f.Reply.Dest)
		}
		if f.State != "" {
			s += ", " + f.State
		}
		if !f.SeenReply {
			s += ", unreplied"
		}
		return s
	},
	Fields: []decl.Field[*runtime.Flow]{
		decl.F("proto", "str", `"udp", "tcp", "icmp", "icmpv6", "sctp", "gre" …, or the protocol's number`, value(func(f *runtime.Flow) starlark.Value { return starlark.String(f.Proto) })),
		decl.F("family", "int", "4 or 6", value(func(f *runtime.Flow) starlark.Value { return familyNumber(f.Original.Source.Addr()) })),
		flowAddr("source", "where its first packet came from", func(f *runtime.Flow) netip.AddrPort { return f.Original.Source }),
		flowAddr("dest", "where that went", func(f *runtime.Flow) netip.AddrPort { return f.Original.Dest }),
		flowPort("sport", "the port that it came from", func(f *runtime.Flow) netip.AddrPort { return f.Original.Source }),
		flowPort("dport", "the port that it went to", func(f *runtime.Flow) netip.AddrPort { return f.Original.Dest }),
		flowAddr("reply_source", "where answers come from: another than dest if that was translated", func(f *runtime.Flow) netip.AddrPort { return f.Reply.Source }),
		flowAddr("reply_dest", "where answers go: another than source if that was translated", func(f *runtime.Flow) netip.AddrPort { return f.Reply.Dest }),
		flowPort("reply_sport", "the port that answers come from", func(f *runtime.Flow) netip.AddrPort { return f.Reply.Source }),
		flowPort("reply_dport", "the port that answers go to", func(f *runtime.Flow) netip.AddrPort { return f.Reply.Dest }),
		decl.F("icmp_id", "int | None", "the identifier of an ICMP echo", value(func(f *runtime.Flow) starlark.Value {
			if f.Proto != "icmp" && f.Proto != "icmpv6" {
				return starlark.None
			}
			return number(f.Original.ICMP)
		})),
		decl.F("state", "str | None", `of TCP: "SYN_SENT", "ESTABLISHED", "TIME_WAIT" …`, value(func(f *runtime.Flow) starlark.Value { return orNone(f.State) })),
		decl.F("seen_reply", "bool", "whether an answer was seen", value(func(f *runtime.Flow) starlark.Value { return starlark.Bool(f.SeenReply) })),
		decl.F("assured", "bool", "whether it is kept even when the table is full", value(func(f *runtime.Flow) starlark.Value { return starlark.Bool(f.Assured) })),
		decl.F("mark", "int", "its mark, 0 if it was given none", value(func(f *runtime.Flow) starlark.Value { return number(f.Mark) })),
		decl.F("zone", "int", "its zone, 0 if it was given none", value(func(f *runtime.Flow) starlark.Value { return number(f.Zone) })),
		decl.Aging(decl.F("timeout", "duration", "after how long without a packet it is forgotten", value(func(f *runtime.Flow) starlark.Value { return span(f.Timeout) }))),
		decl.F("packets", "int | None", "packets in the direction of the first one; None if the kernel does not count", value(func(f *runtime.Flow) starlark.Value { return unlessNil(f.Packets) })),
		decl.F("bytes", "int | None", "bytes of those", value(func(f *runtime.Flow) starlark.Value { return unlessNil(f.Bytes) })),
		decl.F("reply_packets", "int | None", "packets in the other direction", value(func(f *runtime.Flow) starlark.Value { return unlessNil(f.ReplyPackets) })),
		decl.F("reply_bytes", "int | None", "bytes of those", value(func(f *runtime.Flow) starlark.Value { return unlessNil(f.ReplyBytes) })),
	},
}

func flowAddr(name, doc string, of func(*runtime.Flow) netip.AddrPort) decl.Field[*runtime.Flow] {
	return decl.F(name, "str", doc, value(func(f *runtime.Flow) starlark.Value { return starlark.String(of(f).Addr().String()) }))
}

func flowPort(name, doc string, of func(*runtime.Flow) netip.AddrPort) decl.Field[*runtime.Flow] {
	return decl.F(name, "int | None", doc+"; None where the protocol has none", value(func(f *runtime.Flow) starlark.Value { return unlessZero(of(f).Port()) }))
}

// flowEnd is an end of a flow, without a port that is none.
func flowEnd(a netip.AddrPort) string {
	if a.Port() == 0 {
		return a.Addr().String()
	}
	return a.String()
}
