package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var nexthops = &builtin{
	Name:    "nexthops",
	Group:   "look",
	Summary: "List the next hops that have a number, and their groups, by number.",
	Detail:  "As `ip nexthop show`.",
	Example: `n = netns("n")
nexthop(n, 7, blackhole = True)
check([(h.id, h.blackhole) for h in nexthops(n)] == [(7, True)])`,
	Returns: "list[nexthop_entry]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(c *call) (starlark.Value, error) {
			return all(nexthopKind)(nexthopsIn(*ns))
		}
	},
}

// A nexthopIn is a next hop and where it is, for what hangs on it.
type nexthopIn struct {
	runtime.Nexthop
	ns *runtime.Namespace
}

func nexthopsIn(ns *runtime.Namespace) ([]nexthopIn, error) {
	list, err := ns.Nexthops()
	in := make([]nexthopIn, len(list))
	for i, h := range list {
		in[i] = nexthopIn{h, ns}
	}
	return in, err
}

var nexthopKind = &decl.Kind[*nexthopIn]{
	Name:    "nexthop_entry",
	Summary: "A next hop that has a number, or a group of such, as the kernel had it at one moment.",
	Label: func(h *nexthopIn) string {
		s := number(h.ID).String()
		if h.Via.IsValid() {
			s += " via " + h.Via.String()
		}
		if h.Dev != "" {
			s += " dev " + h.Dev
		}
		if h.OnLink {
			s += " onlink"
		}
		if h.Blackhole {
			s += " blackhole"
		}
		for i, m := range h.Group {
			s += map[bool]string{true: " group ", false: "/"}[i == 0] + number(m.ID).String()
			if m.Weight != 1 {
				s += "," + number(m.Weight).String()
			}
		}
		if h.FDB {
			s += " fdb"
		}
		return s
	},
	Fields: []decl.Field[*nexthopIn]{
		decl.F("id", "int", "its number", value(func(h *nexthopIn) starlark.Value { return number(h.ID) })),
		decl.F("via", "str | None", "its address", value(func(h *nexthopIn) starlark.Value { return addrOrNone(h.Via) })),
		decl.F("dev", "str | None", "the name of the link it is on", value(func(h *nexthopIn) starlark.Value { return orNone(h.Dev) })),
		decl.F("onlink", "bool", "whether it is taken to be on the link without proof", value(func(h *nexthopIn) starlark.Value { return starlark.Bool(h.OnLink) })),
		decl.F("blackhole", "bool", "whether it drops what goes to it", value(func(h *nexthopIn) starlark.Value { return starlark.Bool(h.Blackhole) })),
		decl.F("fdb", "bool", "whether it is for a VXLAN's forwarding table", value(func(h *nexthopIn) starlark.Value { return starlark.Bool(h.FDB) })),
		decl.F("proto", "str", `who made it: "static", "zebra" …`, value(func(h *nexthopIn) starlark.Value { return starlark.String(h.Proto) })),
		decl.F("group", "list[nexthop_share]", "the members of a group; empty for a single one", value(func(h *nexthopIn) starlark.Value { return listOf(shareKind, h.Group) })),
		decl.F("buckets", "list[nexthop_bucket]", "of a resilient group, where each bucket's flows go", func(h *nexthopIn) (starlark.Value, error) {
			if h.Resilient == nil {
				return starlark.NewList(nil), nil
			}
			list, err := h.ns.NexthopBuckets(h.ID)
			return listOf(bucketKind, list), err
		}),
		decl.F("idle_timer", "duration | None", "of a resilient group, after which it may move the flows of an idle bucket", value(func(h *nexthopIn) starlark.Value {
			if h.Resilient == nil {
				return starlark.None
			}
			return span(h.Resilient.Idle)
		})),
		decl.F("unbalanced_timer", "duration | None", "of a resilient group, after which it moves flows whether they are idle or not", value(func(h *nexthopIn) starlark.Value {
			if h.Resilient == nil {
				return starlark.None
			}
			return span(h.Resilient.Unbalanced)
		})),
	},
}

var shareKind = &decl.Kind[*runtime.NexthopShare]{
	Name:    "nexthop_share",
	Summary: "A member of a group of next hops.",
	Label: func(s *runtime.NexthopShare) string {
		return number(s.ID).String() + " weight " + number(s.Weight).String()
	},
	Fields: []decl.Field[*runtime.NexthopShare]{
		decl.F("id", "int", "its number", value(func(s *runtime.NexthopShare) starlark.Value { return number(s.ID) })),
		decl.F("weight", "int", "its share of the flows, in relation to the others'", value(func(s *runtime.NexthopShare) starlark.Value { return number(s.Weight) })),
	},
}

var bucketKind = &decl.Kind[*runtime.NexthopBucket]{
	Name:    "nexthop_bucket",
	Summary: "A bucket of a resilient group: the flows that fall into it go to one member.",
	Label: func(b *runtime.NexthopBucket) string {
		return number(b.Index).String() + " to " + number(b.Nexthop).String()
	},
	Fields: []decl.Field[*runtime.NexthopBucket]{
		decl.F("index", "int", "its number", value(func(b *runtime.NexthopBucket) starlark.Value { return number(b.Index) })),
		decl.F("nexthop", "int", "the number of the member that its flows go to", value(func(b *runtime.NexthopBucket) starlark.Value { return number(b.Nexthop) })),
		decl.F("idle", "duration", "how long nothing has passed it", value(func(b *runtime.NexthopBucket) starlark.Value { return span(b.Idle) })),
	},
}
