package builtins

import (
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var encapType = encapKind.Type()

var encapKind = &decl.Kind[*runtime.Encap]{
	Name:    "encap",
	Summary: "What a route puts packets into on the way, or does to those that arrive.",
	Label:   func(e *runtime.Encap) string { return e.Words() },
	Fields: []decl.Field[*runtime.Encap]{
		decl.F("type", "str", `"seg6", "seg6local", "mpls", "ip" or "ip6"`, value(func(e *runtime.Encap) starlark.Value { return starlark.String(e.Type) })),
		decl.F("mode", "str | None", `of seg6: "encap", "inline" …`, value(func(e *runtime.Encap) starlark.Value { return orNone(e.Mode) })),
		decl.F("segs", "list[str]", "of seg6: the segments, in the order of the way", value(func(e *runtime.Encap) starlark.Value { return addrList(e.Segs) })),
		decl.F("action", "str | None", `of seg6local: "End", "End.DX4" …`, value(func(e *runtime.Encap) starlark.Value { return orNone(e.Action) })),
		decl.F("via", "str | None", "of seg6local: the next hop", value(func(e *runtime.Encap) starlark.Value { return addrOrNone(e.Via) })),
		decl.F("table", "int | None", "of seg6local: the routing table", value(func(e *runtime.Encap) starlark.Value { return unlessZero(e.Table) })),
		decl.F("vrf", "bool", "of seg6local: whether the table is a VRF's", value(func(e *runtime.Encap) starlark.Value { return starlark.Bool(e.VRF) })),
		decl.F("labels", "list[int]", "of mpls: the labels, the outer one first", value(func(e *runtime.Encap) starlark.Value {
			list := make([]starlark.Value, len(e.Labels))
			for i, l := range e.Labels {
				list[i] = number(l)
			}
			return starlark.NewList(list)
		})),
		decl.F("id", "int | None", "of ip and ip6: the tunnel's identifier", value(func(e *runtime.Encap) starlark.Value {
			if e.Type != "ip" && e.Type != "ip6" {
				return starlark.None
			}
			return number(e.ID)
		})),
		decl.F("dst", "str | None", "of ip and ip6: the address of the other end", value(func(e *runtime.Encap) starlark.Value { return addrOrNone(e.Dst) })),
		decl.F("src", "str | None", "of ip and ip6: the address of this end", value(func(e *runtime.Encap) starlark.Value { return addrOrNone(e.Src) })),
		decl.F("ttl", "int", "of mpls, ip and ip6: the TTL; 0 takes the packet's", value(func(e *runtime.Encap) starlark.Value { return number(e.TTL) })),
		decl.F("tos", "int", "of ip and ip6: the TOS", value(func(e *runtime.Encap) starlark.Value { return number(e.TOS) })),
	},
}

// addrList is a list of addresses as a script has them.
func addrList(list []netip.Addr) starlark.Value {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = a.String()
	}
	return strings_(out)
}

// routeMetrics declares what a route says of the connections that use it.
func routeMetrics(p *params) func() []runtime.Setting {
	m := makes(p, "")
	m.number("advmss", 1, 65535, "the largest TCP segment that is announced, in bytes")
	m.number("window", 1, 1<<30, "the largest TCP window that is announced, in bytes")
	m.number("initcwnd", 1, 65535, "with how many segments TCP begins to send")
	m.number("initrwnd", 1, 65535, "with a window of how many segments TCP begins to receive")
	m.number("hoplimit", 1, 255, "the TTL or hop limit of packets")
	m.milliseconds("rto_min", "the shortest time after which TCP sends again")
	m.flag("quickack", "whether TCP acknowledges at once")
	m.flag("ecn", "whether TCP asks for explicit congestion notification")
	m.text("congctl", "TCP's congestion control, \"cubic\", \"reno\" …")
	return func() []runtime.Setting {
		var list []runtime.Setting
		for _, f := range m.values {
			if s, given, _ := f(nil, nil); given { // none of these asks the kernel
				list = append(list, s)
			}
		}
		return list
	}
}
