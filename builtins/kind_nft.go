package builtins

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var nftTableKind = &decl.Kind[*runtime.NftTable]{
	Name:    "nft_table",
	Summary: "A table of nftables, as the kernel had it at one moment.",
	Label:   func(t *runtime.NftTable) string { return t.Family + " " + t.Name },
	Same:    (*runtime.NftTable).Same, // as values of the language, rules are nested deeper than it compares
	Fields: []decl.Field[*runtime.NftTable]{
		decl.F("family", "str", `"ip", "ip6", "inet", "arp", "bridge" or "netdev"`, value(func(t *runtime.NftTable) starlark.Value { return starlark.String(t.Family) })),
		decl.F("name", "str", "its name", value(func(t *runtime.NftTable) starlark.Value { return starlark.String(t.Name) })),
		decl.F("chains", "dict", "its chains, values of nft_chain by name", value(func(t *runtime.NftTable) starlark.Value {
			return byName(nftChainKind, t.Chains, func(c *runtime.NftChain) string { return c.Name })
		})),
		decl.F("sets", "dict", "its named sets, values of nft_set by name", value(func(t *runtime.NftTable) starlark.Value {
			return byName(nftSetKind, t.Sets, func(s *runtime.NftSet) string { return s.Name })
		})),
		decl.F("maps", "dict", "its named maps, values of nft_set by name", value(func(t *runtime.NftTable) starlark.Value {
			return byName(nftSetKind, t.Maps, func(s *runtime.NftSet) string { return s.Name })
		})),
		decl.F("counters", "dict", "its named counters, values of nft_counter by name", value(func(t *runtime.NftTable) starlark.Value {
			return byName(nftCounterKind, t.Counters, func(c *runtime.NftCounter) string { return c.Name })
		})),
		decl.F("flowtables", "dict", "its flowtables as nft's JSON has them, by name behind the word flowtable", func(t *runtime.NftTable) (starlark.Value, error) { return objectsByName(t.Flowtables) }),
		decl.F("objects", "dict", `its other named objects as nft's JSON has them, by kind and name: "quota monthly"`, func(t *runtime.NftTable) (starlark.Value, error) { return objectsByName(t.Objects) }),
	},
}

var nftChainKind = &decl.Kind[*runtime.NftChain]{
	Name:    "nft_chain",
	Summary: "A chain of nftables.",
	Label: func(c *runtime.NftChain) string {
		if c.Hook == "" {
			return fmt.Sprintf("%s, %d rules", c.Name, len(c.Rules))
		}
		return fmt.Sprintf("%s, %s hook %s priority %d policy %s, %d rules", c.Name, c.Type, c.Hook, c.Priority, c.Policy, len(c.Rules))
	},
	Same: (*runtime.NftChain).Same,
	Fields: []decl.Field[*runtime.NftChain]{
		decl.F("name", "str", "its name", value(func(c *runtime.NftChain) starlark.Value { return starlark.String(c.Name) })),
		decl.F("hook", "str | None", `where packets come to it: "input", "forward" …; None for a chain that others jump to, like the three below`, value(func(c *runtime.NftChain) starlark.Value { return orNone(c.Hook) })),
		decl.F("type", "str | None", `"filter", "nat" or "route"`, value(func(c *runtime.NftChain) starlark.Value { return orNone(c.Type) })),
		decl.F("priority", "int | None", "its place among the chains of its hook: the lower first", value(func(c *runtime.NftChain) starlark.Value {
			if c.Hook == "" {
				return starlark.None
			}
			return number(c.Priority)
		})),
		decl.F("policy", "str | None", `what becomes of packets that no rule decides on: "accept" or "drop"`, value(func(c *runtime.NftChain) starlark.Value { return orNone(c.Policy) })),
		decl.F("rules", "list[nft_rule]", "its rules, in order", value(func(c *runtime.NftChain) starlark.Value {
			out := make([]starlark.Value, len(c.Rules))
			for i, r := range c.Rules {
				out[i] = nftRuleKind.Wrap(r)
			}
			return starlark.NewList(out)
		})),
	},
}

var nftRuleKind = &decl.Kind[*runtime.NftRule]{
	Name:    "nft_rule",
	Summary: "A rule of nftables.",
	Label: func(r *runtime.NftRule) string {
		if r.Comment != "" {
			return r.Comment
		}
		return fmt.Sprintf("handle %d", r.Handle)
	},
	Same: (*runtime.NftRule).Same,
	Fields: []decl.Field[*runtime.NftRule]{
		decl.F("handle", "int", "the number by which nft deletes it", value(func(r *runtime.NftRule) starlark.Value { return number(r.Handle) })),
		decl.F("comment", "str | None", "its comment", value(func(r *runtime.NftRule) starlark.Value { return orNone(r.Comment) })),
		decl.F("packets", "int | None", "how many packets its first counter has seen; None without a counter", value(func(r *runtime.NftRule) starlark.Value { return unlessNil(r.Packets) })),
		decl.F("bytes", "int | None", "how many bytes it has seen; None without a counter", value(func(r *runtime.NftRule) starlark.Value { return unlessNil(r.Bytes) })),
		decl.F("expr", "list", "its statements as nft's JSON has them, see libnftables-json(5)", func(r *runtime.NftRule) (starlark.Value, error) { return decodeJSON(r.Expr) }),
	},
}

var nftSetKind = &decl.Kind[*runtime.NftSet]{
	Name:    "nft_set",
	Summary: "A named set or map of nftables.",
	Label:   func(s *runtime.NftSet) string { return s.Name },
	Same:    (*runtime.NftSet).Same,
	Fields: []decl.Field[*runtime.NftSet]{
		decl.F("name", "str", "its name", value(func(s *runtime.NftSet) starlark.Value { return starlark.String(s.Name) })),
		decl.F("type", "str | None", `what its elements, or a map's keys, are: "ipv4_addr", "ipv4_addr . inet_service"`, func(s *runtime.NftSet) (starlark.Value, error) { return typeWords(s.Type) }),
		decl.F("values", "str | None", "what the values of a map are; None for a set", func(s *runtime.NftSet) (starlark.Value, error) { return typeWords(s.Map) }),
		decl.F("flags", "list[str]", `"interval", "timeout", "dynamic", "constant", as nft tells them`, func(s *runtime.NftSet) (starlark.Value, error) {
			if s.Flags == nil {
				return starlark.NewList(nil), nil
			}
			v, err := decodeJSON(s.Flags)
			if word, ok := v.(starlark.String); ok {
				v = starlark.NewList([]starlark.Value{word})
			}
			return v, err
		}),
		decl.F("elements", "list | dict", `its elements, sorted: strings and integers, tuples of them, "10.0.0.0/24", "90-99"; of a map a dict`, func(s *runtime.NftSet) (starlark.Value, error) { return nftElements(s) }),
		decl.F("data", "list", "its elements as nft's JSON has them, with their timeouts and counters", func(s *runtime.NftSet) (starlark.Value, error) {
			if s.Elem == nil {
				return starlark.NewList(nil), nil
			}
			return decodeJSON(s.Elem)
		}),
	},
}

var nftCounterKind = &decl.Kind[*runtime.NftCounter]{
	Name:    "nft_counter",
	Summary: "A named counter of nftables.",
	Label: func(c *runtime.NftCounter) string {
		return fmt.Sprintf("%s, %d packets, %d bytes", c.Name, c.Packets, c.Bytes)
	},
	Fields: []decl.Field[*runtime.NftCounter]{
		decl.F("name", "str", "its name", value(func(c *runtime.NftCounter) starlark.Value { return starlark.String(c.Name) })),
		decl.F("packets", "int", "how many packets it has seen", value(func(c *runtime.NftCounter) starlark.Value { return number(c.Packets) })),
		decl.F("bytes", "int", "how many bytes it has seen", value(func(c *runtime.NftCounter) starlark.Value { return number(c.Bytes) })),
	},
}

func dataOrNone(data json.RawMessage) (starlark.Value, error) {
	if data == nil {
		return starlark.None, nil
	}
	return decodeJSON(data)
}

// typeWords is the type of a set's elements, as nft's language writes it.
func typeWords(data json.RawMessage) (starlark.Value, error) {
	v, err := dataOrNone(data)
	list, ok := v.(*starlark.List)
	if err != nil || !ok {
		return v, err
	}
	var words []string
	for word := range list.Elements() {
		words = append(words, textOf(word))
	}
	return starlark.String(strings.Join(words, " . ")), nil
}
