package builtins

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var routeKind = &decl.Kind[*runtime.Route]{
	Name:    "route_entry",
	Summary: "A route, as the kernel had it at one moment.",
	Label:   routeLabel,
	Fields: []decl.Field[*runtime.Route]{
		decl.F("dst", "str", `the destination: "10.0.0.0/24", "10.0.0.7/32", or "default"`, value(func(r *runtime.Route) starlark.Value { return starlark.String(r.DstText()) })),
		decl.F("family", "int", "4 or 6", value(func(r *runtime.Route) starlark.Value { return familyNumber(r.Dst.Addr()) })),
		decl.F("kind", "str", `"unicast", "local", "blackhole", "unreachable", "prohibit", "throw" …`, value(func(r *runtime.Route) starlark.Value { return starlark.String(r.Kind) })),
		decl.F("via", "str | None", "the next hop, the first if there are several; None if the destination is on the link", value(func(r *runtime.Route) starlark.Value {
			if len(r.Hops) == 0 {
				return starlark.None
			}
			return addrOrNone(r.Hops[0].Via)
		})),
		decl.F("dev", "str | None", "the name of the link it leads over, the first if there are several", value(func(r *runtime.Route) starlark.Value {
			if len(r.Hops) == 0 {
				return starlark.None
			}
			return orNone(r.Hops[0].Link)
		})),
		decl.F("hops", "list[hop]", "its next hops", value(func(r *runtime.Route) starlark.Value { return listOf(hopKind, r.Hops) })),
		decl.F("metric", "int", "its metric: of two routes to one destination the lower wins", value(func(r *runtime.Route) starlark.Value { return number(r.Metric) })),
		decl.F("table", "int", "the number of its table: 254 is main, 255 local", value(func(r *runtime.Route) starlark.Value { return number(r.Table) })),
		decl.F("proto", "str", `who made it: "static", "kernel", "ra", "ospf", "bgp" …`, value(func(r *runtime.Route) starlark.Value { return starlark.String(r.Proto) })),
		decl.F("scope", "str", `"global", "link" or "host"`, value(func(r *runtime.Route) starlark.Value { return starlark.String(r.Scope) })),
		decl.F("source", "str | None", "the source address that packets get", value(func(r *runtime.Route) starlark.Value { return addrOrNone(r.Source) })),
		decl.F("mtu", "int | None", "the path MTU, if the route has one of its own", value(func(r *runtime.Route) starlark.Value { return unlessZero(r.MTU) })),
		decl.F("mtu_lock", "bool", "whether the path MTU holds whatever routers say", value(func(r *runtime.Route) starlark.Value { return starlark.Bool(r.MTULock) })),
		decl.F("nhid", "int | None", "the number of the next hop that it refers to", value(func(r *runtime.Route) starlark.Value { return unlessZero(r.NexthopID) })),
		decl.F("encap", "encap | None", "what it puts packets into", value(func(r *runtime.Route) starlark.Value {
			if r.Encap == nil {
				return starlark.None
			}
			return encapKind.Wrap(r.Encap)
		})),
		decl.F("metrics", "dict", "what it says of connections that use it, by the names of the parameters of route: advmss, initcwnd …", value(func(r *runtime.Route) starlark.Value {
			d := starlark.NewDict(len(r.Metrics))
			for _, s := range r.Metrics {
				_ = d.SetKey(starlark.String(s.Name), settingValue(nil, s)) // a string is always a key
			}
			return d
		})),
		decl.F("cached", "bool", "whether it was learned from a redirect", value(func(r *runtime.Route) starlark.Value { return starlark.Bool(r.Cloned) })),
	},
}

// routeLabel is a route's way, and what it says of those who take it.
func routeLabel(r *runtime.Route) string {
	s := routeWay(r)
	if r.NexthopID != 0 {
		s += fmt.Sprintf(" nhid %d", r.NexthopID)
	}
	if r.Encap != nil {
		s += " encap " + r.Encap.Words()
	}
	if r.Source.IsValid() && r.Proto != "kernel" { // its own have one always
		s += " src " + r.Source.String()
	}
	if r.MTU != 0 {
		s += fmt.Sprintf(" mtu %s%d", map[bool]string{true: "lock "}[r.MTULock], r.MTU)
	}
	for _, m := range r.Metrics {
		s += " " + m.Name + " " + label(settingValue(nil, m))
	}
	return s
}

// routeWay is what tells a route from others: where it leads, and by which way.
func routeWay(r *runtime.Route) string {
	s := r.DstText()
	if r.Kind != "unicast" {
		s = r.Kind + " " + s
	}
	for _, h := range r.Hops {
		s += hopLabel(&h)
		if len(r.Hops) > 1 {
			s += fmt.Sprintf(" weight %d", h.Weight)
		}
	}
	if r.Metric != 0 {
		s += fmt.Sprintf(" metric %d", r.Metric)
	}
	if r.Table != runtime.Tables["main"] && r.Table != 0 {
		s += " table " + runtime.TableName(r.Table)
	}
	return s
}

func hopLabel(h *runtime.RouteHop) string {
	s := ""
	if h.Via.IsValid() {
		s += " via " + h.Via.String()
	}
	if h.Link != "" {
		s += " dev " + h.Link
	}
	return s
}

var hopKind = &decl.Kind[*runtime.RouteHop]{
	Name:    "hop",
	Summary: "One next hop of a route.",
	Label: func(h *runtime.RouteHop) string {
		if s := hopLabel(h); s != "" {
			return s[1:]
		}
		return ""
	},
	Fields: []decl.Field[*runtime.RouteHop]{
		decl.F("via", "str | None", "its address; None if the destination is on the link", value(func(h *runtime.RouteHop) starlark.Value { return addrOrNone(h.Via) })),
		decl.F("dev", "str | None", "the name of the link it is on", value(func(h *runtime.RouteHop) starlark.Value { return orNone(h.Link) })),
		decl.F("weight", "int", "its share of the flows, in relation to the others'", value(func(h *runtime.RouteHop) starlark.Value { return number(h.Weight) })),
	},
}

var addrKind = &decl.Kind[*runtime.Addr]{
	Name:    "address",
	Summary: "An address of a link, as the kernel had it at one moment.",
	Label: func(a *runtime.Addr) string {
		s := a.Prefix.String()
		if a.Peer.IsValid() {
			s += " peer " + a.Peer.String()
		}
		return s + " on " + a.Link
	},
	Fields: []decl.Field[*runtime.Addr]{
		decl.F("ip", "str", "the address, without a prefix length", value(func(a *runtime.Addr) starlark.Value { return starlark.String(a.Prefix.Addr().String()) })),
		decl.F("prefix", "str", `the address and its prefix length: "10.0.0.1/24"`, value(func(a *runtime.Addr) starlark.Value { return starlark.String(a.Prefix.String()) })),
		decl.F("bits", "int", "the prefix length", value(func(a *runtime.Addr) starlark.Value { return number(a.Prefix.Bits()) })),
		decl.F("family", "int", "4 or 6", value(func(a *runtime.Addr) starlark.Value { return familyNumber(a.Prefix.Addr()) })),
		decl.F("peer", "str | None", "the address at the other end of a point-to-point link", value(func(a *runtime.Addr) starlark.Value { return addrOrNone(a.Peer) })),
		decl.F("dev", "str", "the name of the link that has it", value(func(a *runtime.Addr) starlark.Value { return starlark.String(a.Link) })),
		decl.F("scope", "str", `"global", "link" or "host"`, value(func(a *runtime.Addr) starlark.Value { return starlark.String(a.Scope) })),
		decl.F("label", "str", "the label of an IPv4 address", value(func(a *runtime.Addr) starlark.Value { return starlark.String(a.Label) })),
		decl.F("flags", "list[str]", `"permanent", "tentative", "dadfailed", "nodad", "secondary" …`, value(func(a *runtime.Addr) starlark.Value { return strings_(a.Flags) })),
		decl.F("noprefixroute", "bool", "whether the kernel made no route to its network", value(func(a *runtime.Addr) starlark.Value {
			return starlark.Bool(slices.Contains(a.Flags, "noprefixroute"))
		})),
		decl.Aging(decl.F("valid", "int | None", "for how many seconds more it stays; None for ever", value(func(a *runtime.Addr) starlark.Value { return unlessNegative(a.Valid) }))),
		decl.Aging(decl.F("preferred", "int | None", "for how many seconds more new connections use it; None for ever", value(func(a *runtime.Addr) starlark.Value { return unlessNegative(a.Preferred) }))),
		decl.F("proto", "int", "the number of who made it: 1 to 3 are the kernel's, for lo, for a router's advertisement, link-local; 0 if it is not known", value(func(a *runtime.Addr) starlark.Value { return number(a.Proto) })),
	},
}

var neighKind = &decl.Kind[*runtime.Neigh]{
	Name:    "neighbour",
	Summary: "An entry of a neighbour table (ARP, neighbour discovery), as the kernel had it at one moment.",
	Label: func(n *runtime.Neigh) string {
		s := n.IP.String()
		if len(n.MAC) > 0 {
			s += " lladdr " + n.MAC.String()
		}
		s += " dev " + n.Link + " " + n.State
		if n.Proxy {
			s += " proxy"
		}
		if n.Router {
			s += " router"
		}
		return s
	},
	Fields: []decl.Field[*runtime.Neigh]{
		decl.F("ip", "str", "the neighbour's address", value(func(n *runtime.Neigh) starlark.Value { return starlark.String(n.IP.String()) })),
		decl.F("mac", "str | None", "its link-layer address, None while it is not known", value(func(n *runtime.Neigh) starlark.Value { return macOrNone(n.MAC) })),
		decl.F("dev", "str", "the name of the link it is on", value(func(n *runtime.Neigh) starlark.Value { return starlark.String(n.Link) })),
		decl.F("state", "str", `"REACHABLE", "STALE", "DELAY", "PROBE", "INCOMPLETE", "FAILED" or "PERMANENT"; "NONE" of a proxy`, value(func(n *runtime.Neigh) starlark.Value { return starlark.String(n.State) })),
		decl.F("proxy", "bool", "whether the namespace answers for it", value(func(n *runtime.Neigh) starlark.Value { return starlark.Bool(n.Proxy) })),
		decl.F("router", "bool", "whether it is a router, as an IPv6 neighbour tells", value(func(n *runtime.Neigh) starlark.Value { return starlark.Bool(n.Router) })),
	},
}
