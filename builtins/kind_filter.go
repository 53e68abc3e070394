package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var filterRuleKind = &decl.Kind[*runtime.Rule]{
	Name:    "filter_rule",
	Summary: "A rule that filter_rule, masquerade, snat or dnat made. Its counts are read when they are asked for.",
	Label:   func(r *runtime.Rule) string { return r.Namespace().Name + " " + r.Chain + ": " + r.Text },
	Handle:  true,
	Fields: []decl.Field[*runtime.Rule]{
		decl.F("netns", "netns", "the namespace that it is in", value(func(r *runtime.Rule) starlark.Value { return netnsKind.Wrap(r.Namespace()) })),
		decl.F("chain", "str", "its chain in the table inet wirelark, which is named for the hook", value(func(r *runtime.Rule) starlark.Value { return starlark.String(r.Chain) })),
		decl.F("text", "str", "the rule in nft's language", value(func(r *runtime.Rule) starlark.Value { return starlark.String(r.Text) })),
		decl.F("handle", "int", "the number by which nft deletes it", value(func(r *runtime.Rule) starlark.Value { return number(r.Handle()) })),
		decl.F("comment", "str | None", "its comment", value(func(r *runtime.Rule) starlark.Value { return orNone(r.Comment) })),
		decl.F("packets", "int", "how many packets it has matched; of NAT, how many connections", func(r *runtime.Rule) (starlark.Value, error) {
			packets, _, err := r.Count()
			return number(packets), err
		}),
		decl.F("bytes", "int", "how many bytes those had", func(r *runtime.Rule) (starlark.Value, error) {
			_, bytes, err := r.Count()
			return number(bytes), err
		}),
	},
}
