package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var vlanKind = &decl.Kind[*runtime.VLAN]{
	Name:    "vlan_entry",
	Summary: "A VLAN that a port of a bridge, or the bridge itself, is in, at one moment.",
	Label: func(v *runtime.VLAN) string {
		s := fmt.Sprint(v.VID)
		if v.PVID {
			s += " pvid"
		}
		if v.Untagged {
			s += " untagged"
		}
		return s
	},
	Fields: []decl.Field[*runtime.VLAN]{
		decl.F("vid", "int", "its number", value(func(v *runtime.VLAN) starlark.Value { return number(v.VID) })),
		decl.F("pvid", "bool", "whether frames that come in without a tag belong to it", value(func(v *runtime.VLAN) starlark.Value { return starlark.Bool(v.PVID) })),
		decl.F("untagged", "bool", "whether frames of it go out without a tag", value(func(v *runtime.VLAN) starlark.Value { return starlark.Bool(v.Untagged) })),
	},
}
