package builtins

import (
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var fdbKind = &decl.Kind[*runtime.FDB]{
	Name:    "fdb_entry",
	Summary: "A forwarding entry of a bridge, a VXLAN or a macvlan, as the kernel had it at one moment.",
	Label: func(f *runtime.FDB) string {
		s := f.MAC.String() + " dev " + f.Link
		if f.Dst.IsValid() {
			s += " dst " + f.Dst.String()
		}
		for _, n := range []struct {
			word     string
			is, none int
		}{{"vni", f.VNI, -1}, {"src_vni", f.SrcVNI, -1}, {"port", f.Port, 0}, {"nhid", f.NHID, 0}} {
			if n.is != n.none {
				s += fmt.Sprintf(" %s %d", n.word, n.is)
			}
		}
		if f.Via != "" {
			s += " via " + f.Via
		}
		if f.VLAN != 0 {
			s += fmt.Sprintf(" vlan %d", f.VLAN)
		}
		if f.Master != "" {
			s += " master " + f.Master
		}
		return s + " " + f.State
	},
	Fields: []decl.Field[*runtime.FDB]{
		decl.F("mac", "str", "the address that frames are for", value(func(f *runtime.FDB) starlark.Value { return starlark.String(f.MAC.String()) })),
		decl.F("dev", "str", "the name of the port that they go to, or of the link whose own entry it is", value(func(f *runtime.FDB) starlark.Value { return starlark.String(f.Link) })),
		decl.F("master", "str | None", "the name of the bridge whose entry it is", value(func(f *runtime.FDB) starlark.Value { return orNone(f.Master) })),
		decl.F("dst", "str | None", "the far end of a VXLAN", value(func(f *runtime.FDB) starlark.Value { return addrOrNone(f.Dst) })),
		decl.F("vni", "int | None", "the VNI that it is sent with, if it is not the VXLAN's own", value(func(f *runtime.FDB) starlark.Value { return unlessNegative(f.VNI) })),
		decl.F("src_vni", "int | None", "the VNI that the entry is for", value(func(f *runtime.FDB) starlark.Value { return unlessNegative(f.SrcVNI) })),
		decl.F("port", "int | None", "the far end's UDP port, if it is not the VXLAN's own", value(func(f *runtime.FDB) starlark.Value { return unlessZero(f.Port) })),
		decl.F("via", "str | None", "the name of the link by which the VXLAN sends", value(func(f *runtime.FDB) starlark.Value { return orNone(f.Via) })),
		decl.F("nhid", "int | None", "the number of the next hop group of far ends", value(func(f *runtime.FDB) starlark.Value { return unlessZero(f.NHID) })),
		decl.F("vlan", "int | None", "the VLAN that it is for", value(func(f *runtime.FDB) starlark.Value { return unlessZero(f.VLAN) })),
		decl.F("state", "str", `"permanent", "static", "dynamic" or "stale"`, value(func(f *runtime.FDB) starlark.Value { return starlark.String(f.State) })),
		decl.F("flags", "list[str]", `"self", "sticky", "extern_learn", "offload", "router"`, value(func(f *runtime.FDB) starlark.Value { return strings_(f.Flags) })),
		decl.Aging(decl.F("used", "duration | None", "since a frame came from the address, or went to it", value(func(f *runtime.FDB) starlark.Value { return spanOrNone(f.Used) }))),
		decl.Aging(decl.F("updated", "duration | None", "since it was made or changed", value(func(f *runtime.FDB) starlark.Value { return spanOrNone(f.Updated) }))),
	},
}

// spanOrNone is a time, None if it is negative.
func spanOrNone(d time.Duration) starlark.Value {
	if d < 0 {
		return starlark.None
	}
	return span(d)
}
