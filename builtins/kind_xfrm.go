package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var xfrmStateKind = &decl.Kind[*runtime.XfrmState]{
	Name:    "xfrm_state_entry",
	Summary: "A state of IPsec, as the kernel had it at one moment.",
	Label: func(x *runtime.XfrmState) string {
		return fmt.Sprintf("src %s dst %s proto %s spi %#x", x.Source, x.Dest, x.Proto, x.SPI)
	},
	Fields: []decl.Field[*runtime.XfrmState]{
		decl.F("source", "str", "the address that its packets come from", value(func(x *runtime.XfrmState) starlark.Value { return starlark.String(x.Source.String()) })),
		decl.F("dest", "str", "the address that they go to", value(func(x *runtime.XfrmState) starlark.Value { return starlark.String(x.Dest.String()) })),
		decl.F("spi", "int", "the security parameter index", value(func(x *runtime.XfrmState) starlark.Value { return number(x.SPI) })),
		decl.F("proto", "str", `"esp", "ah" or "comp"`, value(func(x *runtime.XfrmState) starlark.Value { return starlark.String(x.Proto) })),
		decl.F("mode", "str", `"transport", "tunnel" or "beet"`, value(func(x *runtime.XfrmState) starlark.Value { return starlark.String(x.Mode) })),
		decl.F("auth", "(str, str, int) | None", "the algorithm of the signature, its key, and the bits of the check value", value(func(x *runtime.XfrmState) starlark.Value { return cipherValue(x.Auth, true) })),
		decl.F("enc", "(str, str) | None", "the algorithm of the encryption and its key", value(func(x *runtime.XfrmState) starlark.Value { return cipherValue(x.Enc, false) })),
		decl.F("aead", "(str, str, int) | None", "the algorithm that does both, its key, and the bits of the check value", value(func(x *runtime.XfrmState) starlark.Value { return cipherValue(x.Aead, true) })),
		decl.F("comp", "str | None", "the algorithm of the compression", value(func(x *runtime.XfrmState) starlark.Value { return orNone(x.Comp) })),
		decl.F("reqid", "int", "the number that templates must have, too; 0 without", value(func(x *runtime.XfrmState) starlark.Value { return number(x.ReqID) })),
		decl.F("replay_window", "int", "how many packets may come out of order", value(func(x *runtime.XfrmState) starlark.Value { return number(x.ReplayWindow) })),
		decl.F("flags", "list[str]", `"esn", "noecn" …`, value(func(x *runtime.XfrmState) starlark.Value { return strings_(x.Flags) })),
		decl.F("mark", "int | None", "the mark of the packets that it takes; None for all", value(func(x *runtime.XfrmState) starlark.Value { return markValue(x.Mark) })),
		decl.F("mark_mask", "int", "the bits of the mark that count", value(func(x *runtime.XfrmState) starlark.Value { return number(x.Mark.Mask) })),
		decl.F("if_id", "int", "the interface of type xfrm that it belongs to; 0 for none", value(func(x *runtime.XfrmState) starlark.Value { return number(x.IfID) })),
		decl.F("sel", "xfrm_selector | None", "the packets that it takes; None for all", value(func(x *runtime.XfrmState) starlark.Value {
			if x.Sel == nil {
				return starlark.None
			}
			return xfrmSelectorKind.Wrap(x.Sel)
		})),
		decl.F("encap", "(int, int) | None", "the UDP ports that its packets travel with", value(func(x *runtime.XfrmState) starlark.Value {
			if x.Encap == nil {
				return starlark.None
			}
			return starlark.Tuple{number(x.Encap.SPort), number(x.Encap.DPort)}
		})),
		decl.F("limit_packets", "int | None", "after how many packets it dies", value(func(x *runtime.XfrmState) starlark.Value { return unlessZero(x.Limit.Packets) })),
		decl.F("limit_bytes", "int | None", "after how many bytes it dies", value(func(x *runtime.XfrmState) starlark.Value { return unlessZero(x.Limit.Bytes) })),
		decl.F("limit_time", "duration | None", "after what time since it was made it dies", value(func(x *runtime.XfrmState) starlark.Value { return spanUnlessZero(x.Limit.Time) })),
		decl.F("packets", "int", "the packets that it carried", value(func(x *runtime.XfrmState) starlark.Value { return number(x.Packets) })),
		decl.F("bytes", "int", "their bytes", value(func(x *runtime.XfrmState) starlark.Value { return number(x.Bytes) })),
		decl.F("replays", "int", "packets dropped because they came a second time", value(func(x *runtime.XfrmState) starlark.Value { return number(x.Replays) })),
		decl.F("replay_errors", "int", "packets dropped because they came too late for the replay window", value(func(x *runtime.XfrmState) starlark.Value { return number(x.ReplayErrors) })),
		decl.F("integrity_failed", "int", "packets dropped because their check value was wrong, as with a wrong key", value(func(x *runtime.XfrmState) starlark.Value { return number(x.IntegrityFailed) })),
	},
}

// cipherValue is an algorithm as a script gives it; sized, with the bits of the
// check value.
func cipherValue(a runtime.XfrmAlg, sized bool) starlark.Value {
	if a.Name == "" {
		return starlark.None
	}
	t := starlark.Tuple{starlark.String(a.Name), starlark.String(a.KeyText())}
	if sized {
		t = append(t, number(a.Bits))
	}
	return t
}

func markValue(m runtime.Mark) starlark.Value {
	if m.Mask == 0 {
		return starlark.None
	}
	return number(m.Value)
}

var xfrmSelectorKind = &decl.Kind[*runtime.XfrmSelector]{
	Name:    "xfrm_selector",
	Summary: "The packets that a state of IPsec takes.",
	Label:   func(x *runtime.XfrmSelector) string { return selectorLabel(*x) },
	Fields:  selectorFields(func(x *runtime.XfrmSelector) *runtime.XfrmSelector { return x }),
}

func selectorLabel(x runtime.XfrmSelector) string {
	s := fmt.Sprintf("src %s dst %s", x.Source, x.Dest)
	if x.Proto != "" {
		s += " proto " + x.Proto
	}
	return s
}

// selectorFields are what a selector tells, wherever it stands.
func selectorFields[T any](of func(T) *runtime.XfrmSelector) []decl.Field[T] {
	field := func(name, typ, doc string, f func(*runtime.XfrmSelector) starlark.Value) decl.Field[T] {
		return decl.F(name, typ, doc, value(func(x T) starlark.Value { return f(of(x)) }))
	}
	return []decl.Field[T]{
		field("source", "str", "the packets' source addresses, a prefix", func(x *runtime.XfrmSelector) starlark.Value { return starlark.String(x.Source.String()) }),
		field("dest", "str", "their destination addresses, a prefix", func(x *runtime.XfrmSelector) starlark.Value { return starlark.String(x.Dest.String()) }),
		field("proto", "str | None", "their protocol above IP, its number if it has no name here; None for any", func(x *runtime.XfrmSelector) starlark.Value { return orNone(x.Proto) }),
		field("sport", "int | None", "their source port; None for any", func(x *runtime.XfrmSelector) starlark.Value { return unlessZero(x.SPort) }),
		field("dport", "int | None", "their destination port; None for any", func(x *runtime.XfrmSelector) starlark.Value { return unlessZero(x.DPort) }),
	}
}

var xfrmPolicyKind = &decl.Kind[*runtime.XfrmPolicy]{
	Name:    "xfrm_policy_entry",
	Summary: "A policy of IPsec, as the kernel had it at one moment.",
	Label: func(x *runtime.XfrmPolicy) string {
		return selectorLabel(x.Sel) + " dir " + x.Dir + " action " + x.Action
	},
	Fields: append(selectorFields(func(x *runtime.XfrmPolicy) *runtime.XfrmSelector { return &x.Sel }),
		decl.F("dir", "str", `"out", "in" or "fwd"`, value(func(x *runtime.XfrmPolicy) starlark.Value { return starlark.String(x.Dir) })),
		decl.F("template", "xfrm_template | None", "what states its packets need, the first if there are several; None without", value(func(x *runtime.XfrmPolicy) starlark.Value {
			if len(x.Templates) == 0 {
				return starlark.None
			}
			return xfrmTemplateKind.Wrap(&x.Templates[0])
		})),
		decl.F("templates", "list[xfrm_template]", "all of them", value(func(x *runtime.XfrmPolicy) starlark.Value { return listOf(xfrmTemplateKind, x.Templates) })),
		decl.F("action", "str", `"allow" or "block"`, value(func(x *runtime.XfrmPolicy) starlark.Value { return starlark.String(x.Action) })),
		decl.F("priority", "int", "its rank: of several that fit a packet the lowest decides", value(func(x *runtime.XfrmPolicy) starlark.Value { return number(x.Priority) })),
		decl.F("mark", "int | None", "the mark of the packets that it is for; None for all", value(func(x *runtime.XfrmPolicy) starlark.Value { return markValue(x.Mark) })),
		decl.F("mark_mask", "int", "the bits of the mark that count", value(func(x *runtime.XfrmPolicy) starlark.Value { return number(x.Mark.Mask) })),
		decl.F("if_id", "int", "the interface of type xfrm that it belongs to; 0 for none", value(func(x *runtime.XfrmPolicy) starlark.Value { return number(x.IfID) })),
	),
}

var xfrmTemplateKind = &decl.Kind[*runtime.XfrmTemplate]{
	Name:    "xfrm_template",
	Summary: "What states the packets of a policy need.",
	Label: func(x *runtime.XfrmTemplate) string {
		return fmt.Sprintf("proto %s mode %s reqid %d", x.Proto, x.Mode, x.ReqID)
	},
	Fields: []decl.Field[*runtime.XfrmTemplate]{
		decl.F("source", "str | None", "the states' source address; None for the packet's own", value(func(x *runtime.XfrmTemplate) starlark.Value { return addrOrNone(x.Source) })),
		decl.F("dest", "str | None", "their destination address; None for the packet's own", value(func(x *runtime.XfrmTemplate) starlark.Value { return addrOrNone(x.Dest) })),
		decl.F("proto", "str", `"esp", "ah" or "comp"`, value(func(x *runtime.XfrmTemplate) starlark.Value { return starlark.String(x.Proto) })),
		decl.F("mode", "str", `"transport", "tunnel" or "beet"`, value(func(x *runtime.XfrmTemplate) starlark.Value { return starlark.String(x.Mode) })),
		decl.F("reqid", "int", "their reqid; 0 stands for any where packets come in", value(func(x *runtime.XfrmTemplate) starlark.Value { return number(x.ReqID) })),
		decl.F("spi", "int", "their security parameter index; 0 for any", value(func(x *runtime.XfrmTemplate) starlark.Value { return number(x.SPI) })),
		decl.F("optional", "bool", "whether packets pass without such a state", value(func(x *runtime.XfrmTemplate) starlark.Value { return starlark.Bool(x.Optional) })),
	},
}
