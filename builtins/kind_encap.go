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
