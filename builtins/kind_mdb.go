package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var mdbKind = &decl.Kind[*runtime.MDB]{
	Name:    "mdb_entry",
	Summary: "An entry of a bridge's multicast database, as the kernel had it at one moment.",
	Label: func(e *runtime.MDB) string {
		if e.Router {
			return "router port " + e.Port + " " + e.State
		}
		s := mdbGroup(e)
		if e.Source.IsValid() {
			s += " src " + e.Source.String()
		}
		if e.VLAN != 0 {
			s += fmt.Sprintf(" vid %d", e.VLAN)
		}
		return s + " port " + e.Port + " " + e.State
	},
	Fields: []decl.Field[*runtime.MDB]{
		decl.F("port", "str", "the name of the port that wants the frames; that of the bridge if it does itself", value(func(e *runtime.MDB) starlark.Value { return starlark.String(e.Port) })),
		decl.F("router", "bool", "whether the port leads to a multicast router, and wants all", value(func(e *runtime.MDB) starlark.Value { return starlark.Bool(e.Router) })),
		decl.F("group", "str | None", "the group, an address or a MAC; None of a router", value(func(e *runtime.MDB) starlark.Value { return orNone(mdbGroup(e)) })),
		decl.F("source", "str | None", "the source that frames must be from", value(func(e *runtime.MDB) starlark.Value { return addrOrNone(e.Source) })),
		decl.F("vlan", "int | None", "the VLAN", value(func(e *runtime.MDB) starlark.Value { return unlessZero(e.VLAN) })),
		decl.F("state", "str", `"permanent" or "temp"`, value(func(e *runtime.MDB) starlark.Value { return starlark.String(e.State) })),
		decl.F("flags", "list[str]", `"offload", "fast_leave", "added_by_star_ex", "blocked"`, value(func(e *runtime.MDB) starlark.Value { return strings_(e.Flags) })),
	},
}

func mdbGroup(e *runtime.MDB) string {
	switch {
	case e.Router:
		return ""
	case e.MAC != nil:
		return e.MAC.String()
	}
	return e.Group.String()
}
