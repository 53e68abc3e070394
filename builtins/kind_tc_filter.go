package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var filterKind = &decl.Kind[*runtime.Filter]{
	Name:    "filter_entry",
	Summary: "A filter of a link, as the kernel had it at one moment.",
	Label: func(f *runtime.Filter) string {
		s := filterPlace(f)
		if m := matchWords(f); m != "" {
			s += " match " + m
		}
		if f.FlowID != 0 {
			s += " flowid " + f.FlowID.String()
		}
		if f.Action != "" {
			s += " action " + f.Action
		}
		return s
	},
	Fields: []decl.Field[*runtime.Filter]{
		decl.F("kind", "str", `"u32", "flower", "matchall" …`, value(func(f *runtime.Filter) starlark.Value { return starlark.String(f.Kind) })),
		decl.F("parent", "str", `where it is: "ingress", "egress", a qdisc such as "1:", or a class such as "1:10"`, value(func(f *runtime.Filter) starlark.Value { return starlark.String(f.Parent.String()) })),
		decl.F("prio", "int", "of several filters the lowest is asked first", value(func(f *runtime.Filter) starlark.Value { return number(f.Prio) })),
		decl.F("protocol", "str", `which frames it looks at: "all", "ip", "ipv6" …`, value(func(f *runtime.Filter) starlark.Value { return starlark.String(f.Protocol) })),
		decl.F("match", "filter_match", "what packets must be like", value(func(f *runtime.Filter) starlark.Value { return matchKind.Wrap(f) })),
		decl.F("flowid", "str | None", "the class that they go to", value(func(f *runtime.Filter) starlark.Value { return handleOrNone(f.FlowID) })),
		decl.F("action", "str | None", `what becomes of them: "drop", "pass", "mirror", "redirect", "police"`, value(func(f *runtime.Filter) starlark.Value { return orNone(f.Action) })),
		decl.F("to", "str | None", "the name of the link that they are sent to", value(func(f *runtime.Filter) starlark.Value { return orNone(f.Link) })),
		decl.F("rate", "str | None", "the rate above which police drops", value(func(f *runtime.Filter) starlark.Value {
			if f.Rate == 0 {
				return starlark.None
			}
			return starlark.String(f.Rate.String())
		})),
		decl.F("burst", "int | None", "how many bytes police lets pass at once", value(func(f *runtime.Filter) starlark.Value { return unlessZero(f.Burst) })),
		decl.F("stats", "queue_stats", "what met its action; zeros if it has none", value(func(f *runtime.Filter) starlark.Value { return queueStatsKind.Wrap(&f.Stats) })),
	},
}

// matchKind is what a filter matches. What is None matches all.
var matchKind = &decl.Kind[*runtime.Filter]{
	Name:    "filter_match",
	Summary: "What packets must be like to be a filter's, by the names that tc_filter takes; None is anything.",
	Label: func(f *runtime.Filter) string {
		if m := matchWords(f); m != "" {
			return m
		}
		return "all"
	},
	Fields: matchFields,
}

var matchFields = []decl.Field[*runtime.Filter]{
	decl.F("source", "str | None", "the source address, or the network that it is in, with a prefix length", value(func(f *runtime.Filter) starlark.Value { return prefixOrNone(f.Match.Source) })),
	decl.F("dest", "str | None", "the destination address, or the network that it is in, with a prefix length", value(func(f *runtime.Filter) starlark.Value { return prefixOrNone(f.Match.Dest) })),
	decl.F("proto", "str | None", `the protocol above IP: "tcp", "udp", "icmp" …, or a number's digits`, value(func(f *runtime.Filter) starlark.Value {
		if f.Match.Proto == 0 {
			return starlark.None
		}
		return starlark.String(runtime.ProtoName(f.Match.Proto))
	})),
	decl.F("sport", "int | None", "the source port", value(func(f *runtime.Filter) starlark.Value { return unlessZero(f.Match.Sport) })),
	decl.F("dport", "int | None", "the destination port", value(func(f *runtime.Filter) starlark.Value { return unlessZero(f.Match.Dport) })),
	decl.F("dscp", "int | None", "the DSCP", value(func(f *runtime.Filter) starlark.Value { return unlessNil(f.Match.DSCP) })),
	decl.F("src_mac", "str | None", "the source MAC address", value(func(f *runtime.Filter) starlark.Value { return macOrNone(f.Match.SrcMAC) })),
	decl.F("dst_mac", "str | None", "the destination MAC address", value(func(f *runtime.Filter) starlark.Value { return macOrNone(f.Match.DstMAC) })),
	decl.F("vlan_id", "int | None", "the VLAN", value(func(f *runtime.Filter) starlark.Value { return unlessNil(f.Match.VLAN) })),
	decl.F("mark", "int | None", "the mark", value(func(f *runtime.Filter) starlark.Value { return unlessNil(f.Match.Mark) })),
	decl.F("raw", "list[str]", `comparisons of u32 that none of these stands for, as "00450000/00ff0000 at 0"`, value(func(f *runtime.Filter) starlark.Value { return strings_(f.Raw) })),
}

// filterPlace is what tells a filter from others, unless several have one prio.
func filterPlace(f *runtime.Filter) string {
	return fmt.Sprintf("%s at %s prio %d", f.Kind, f.Parent, f.Prio)
}

// matchWords are what a filter matches, by the names that tc_filter takes; ""
// if it is all.
func matchWords(f *runtime.Filter) string {
	var words []string
	for _, field := range matchFields {
		v, err := field.Get(f)
		if list, ok := v.(*starlark.List); err != nil || v == starlark.None || ok && list.Len() == 0 {
			continue
		}
		words = append(words, field.Name+" "+textOf(v))
	}
	return strings.Join(words, " ")
}
