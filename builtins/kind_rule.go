package builtins

import (
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var ruleKind = &decl.Kind[*runtime.Rule]{
	Name:    "rule_entry",
	Summary: "A rule of a routing policy, as the kernel had it at one moment. A condition that it does not have is None.",
	Label:   func(r *runtime.Rule) string { return r.String() },
	Fields: []decl.Field[*runtime.Rule]{
		decl.F("priority", "int", "its place: the lowest is tried first", value(func(r *runtime.Rule) starlark.Value { return number(*r.Priority) })),
		decl.F("family", "int", "4 or 6", value(func(r *runtime.Rule) starlark.Value { return number(r.Family) })),
		decl.F("source", "str | None", "the prefix that the packet's source is in", value(func(r *runtime.Rule) starlark.Value { return prefixOrNone(r.Source) })),
		decl.F("dest", "str | None", "the prefix that its destination is in", value(func(r *runtime.Rule) starlark.Value { return prefixOrNone(r.Dest) })),
		decl.F("iif", "str | None", "the name of the link it came in by", value(func(r *runtime.Rule) starlark.Value { return orNone(r.IIF) })),
		decl.F("oif", "str | None", "the name of the link its socket is bound to", value(func(r *runtime.Rule) starlark.Value { return orNone(r.OIF) })),
		decl.F("fwmark", "int | str | None", `its mark; "0x1/0xff" if not all bits count`, value(func(r *runtime.Rule) starlark.Value {
			switch {
			case r.Mark == nil:
				return starlark.None
			case r.Mark.Mask == 1<<32-1:
				return number(r.Mark.Value)
			}
			return starlark.String(r.Mark.String())
		})),
		decl.F("table", "int | None", "the number of the table it is looked up in: 254 is main, 255 local", value(func(r *runtime.Rule) starlark.Value {
			if r.Table == 0 || r.Action != "lookup" {
				return starlark.None
			}
			return number(r.Table)
		})),
		decl.F("uidrange", "int | str | None", `the users whose packet it is: a number or "1000-2000"`, value(func(r *runtime.Rule) starlark.Value { return rangeOrNone(r.UIDs) })),
		decl.F("l3mdev", "bool", "whether the table is that of the link's VRF", value(func(r *runtime.Rule) starlark.Value { return starlark.Bool(r.L3mdev) })),
		decl.F("suppress_prefixlength", "int | None", "the prefix length up to which routes are not used", value(func(r *runtime.Rule) starlark.Value { return unlessNil(r.Suppress) })),
		decl.F("sport", "int | str | None", `its source port: a number or "1000-2000"`, value(func(r *runtime.Rule) starlark.Value { return rangeOrNone(r.SPort) })),
		decl.F("dport", "int | str | None", `its destination port: a number or "1000-2000"`, value(func(r *runtime.Rule) starlark.Value { return rangeOrNone(r.DPort) })),
		decl.F("proto", "str | None", `its protocol: "tcp", "udp" …, or a number in digits`, value(func(r *runtime.Rule) starlark.Value { return orNone(r.Proto) })),
		decl.F("tos", "int | None", "its type of service", value(func(r *runtime.Rule) starlark.Value { return unlessZero(r.TOS) })),
		decl.F("action", "str", `"lookup", "blackhole", "unreachable", "prohibit", "goto" or "nop"`, value(func(r *runtime.Rule) starlark.Value { return starlark.String(r.Action) })),
		decl.F("goto", "int | None", "the priority of the rule to go on at", value(func(r *runtime.Rule) starlark.Value {
			if r.Action != "goto" {
				return starlark.None
			}
			return number(r.Goto)
		})),
		decl.F("invert", "bool", "whether it is for packets that do not meet the conditions", value(func(r *runtime.Rule) starlark.Value { return starlark.Bool(r.Invert) })),
	},
}

func prefixOrNone(p netip.Prefix) starlark.Value {
	if !p.IsValid() {
		return starlark.None
	}
	return starlark.String(p.String())
}

func rangeOrNone(r *runtime.Range) starlark.Value {
	switch {
	case r == nil:
		return starlark.None
	case r.Low == r.High:
		return number(r.Low)
	}
	return starlark.String(r.String())
}
