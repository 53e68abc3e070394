package builtins

import (
	"context"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var filterRuleKind = &decl.Kind[*runtime.FilterRule]{
	Name:    "filter_rule",
	Summary: "A rule that filter_rule, masquerade, snat or dnat made. Its counts are read when they are asked for.",
	Label:   func(r *runtime.FilterRule) string { return r.Namespace().Name + " " + r.Chain + ": " + r.Text },
	Handle:  true,
	Fields: []decl.Field[*runtime.FilterRule]{
		decl.F("netns", "netns", "the namespace that it is in", value(func(r *runtime.FilterRule) starlark.Value { return netnsKind.Wrap(r.Namespace()) })),
		decl.F("chain", "str", "its chain in the table inet wirelark, which is named for the hook", value(func(r *runtime.FilterRule) starlark.Value { return starlark.String(r.Chain) })),
		decl.F("text", "str", "the rule in nft's language", value(func(r *runtime.FilterRule) starlark.Value { return starlark.String(r.Text) })),
		decl.F("handle", "int", "the number by which nft deletes it", value(func(r *runtime.FilterRule) starlark.Value { return number(r.Handle()) })),
		decl.F("comment", "str | None", "its comment", value(func(r *runtime.FilterRule) starlark.Value { return orNone(r.Comment) })),
		decl.F("packets", "int", "how many packets it has matched; of NAT, how many connections", func(r *runtime.FilterRule) (starlark.Value, error) {
			packets, _, err := r.Count()
			return number(packets), err
		}),
		decl.F("bytes", "int", "how many bytes those had", func(r *runtime.FilterRule) (starlark.Value, error) {
			_, bytes, err := r.Count()
			return number(bytes), err
		}),
	},
}

var natKind = &decl.Kind[*runtime.NAT]{
	Name:    "nat",
	Summary: "A NAT that nat made.",
	Label:   func(n *runtime.NAT) string { return n.Kind + " of " + n.Link().Name() },
	Handle:  true,
	Fields: []decl.Field[*runtime.NAT]{
		decl.F("link", "link", "the outer link", value(func(n *runtime.NAT) starlark.Value { return linkKind.Wrap(n.Link()) })),
		decl.F("kind", "str", `"full_cone", "restricted", "port_restricted" or "symmetric"`, value(func(n *runtime.NAT) starlark.Value { return starlark.String(n.Kind) })),
		decl.F("to", "str", "the address that those outside see", value(func(n *runtime.NAT) starlark.Value { return addrOrNone(n.To) })),
		decl.F("hairpin", "bool", "whether those inside reach each other by it", value(func(n *runtime.NAT) starlark.Value { return starlark.Bool(n.Hairpin) })),
	},
}

// A madeThing is what filter_del deletes.
type madeThing interface{ Del(context.Context) error }

var madeThingType = decl.Type[madeThing]{Name: "filter_rule | nat", From: func(v starlark.Value) (madeThing, error) {
	if r, ok := filterRuleKind.Unwrap(v); ok {
		return r, nil
	}
	if n, ok := natKind.Unwrap(v); ok {
		return n, nil
	}
	return nil, decl.Wrong(v, "filter_rule or nat")
}, Show: func(madeThing) string { return "…" }}
