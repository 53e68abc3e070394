package builtins

import (
	"net/netip"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// routeKinds are the kinds of route that a script can ask for.
var routeKinds = decl.OneOf("unicast", "blackhole", "unreachable", "prohibit", "throw", "local")

var route = &builtin{
	Name:    "route",
	Group:   "set",
	Summary: "Add a route to a namespace.",
	Detail: "A next hop must be on a network of an interface that is up, unless `onlink` says otherwise. Several next hops share the flows by their weights: " +
		"`via = [(\"10.0.1.2\", 1), (\"10.0.2.2\", 3)]`. A tuple may name a link too: `(\"fe80::1\", e1)`, or `(None, e1, 2)` where there is no address. " +
		"A next hop may be of the other family. " +
		"Tables have names as for `ip` in the node: those of the kernel, and those that a file of the script gives it: in /etc/iproute2/rt_tables.d/lab.conf, the line \"100 blue\". It fails if there is a route to that destination with that metric, unless `replace`. As `ip route add`.",
	Example: `h, r = netns("h"), netns("r", forward = True)
veth(h, r, addr = ("10.0.0.2/24", "10.0.0.1/24"))
route(h, "default", via = "10.0.0.1")
check(route_get(h, "192.0.2.1").via == "10.0.0.1")`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		dst := decl.Arg(p, "dst", destination, `the destination: a prefix, an address, or "default" (of the family of via, else IPv4)`)
		p.KeywordsOnly()
		via := decl.Maybe(p, "via", hopsType, "the next hop, or a list of them, each with its weight, 1 to 256, if wanted")
		dev := decl.Maybe(p, "dev", deviceType, "the link it leads over; needed for a link-local next hop, and for none")
		metric := decl.Or(p, "metric", decl.Int(0, 1<<32-1), 0, "of two routes to one destination the lower wins; 0 leaves it to the kernel (IPv6: 1024)")
		table := decl.Or(p, "table", tableType, mainTable, tableDoc)
		kind := decl.Or(p, "kind", routeKinds, "unicast", "what becomes of packets; all but unicast and local answer or drop them")
		source := decl.Maybe(p, "source", decl.Addr, "the source address of packets that have none yet; an address of the namespace")
		scope := decl.Maybe(p, "scope", decl.OneOf("global", "link", "host"), "how far the destination is; left out, as the next hop says")
		onlink := decl.Or(p, "onlink", decl.Bool, false, "whether the next hop is taken to be on the link without proof")
		proto := decl.Or(p, "proto", decl.Str, "static", `who made it, as routing daemons note it: "static", "boot", "ra", "bgp" …`)
		mtu := decl.Maybe(p, "mtu", decl.Int(68, 65535), "the path MTU for this destination, in bytes")
		replace := decl.Or(p, "replace", decl.Bool, false, "whether it takes the place of a route that is there")
		lock := decl.Or(p, "mtu_lock", decl.Bool, false, "whether mtu holds whatever routers on the way say")
		nhid := decl.Maybe(p, "nhid", decl.Int(1, 1<<32-1), "the number of a next hop that `nexthop` made, in place of via and dev")
		encap := decl.Maybe(p, "encap", encapType, "what packets are put into on the way, as `encap_seg6` and its like give it")
		metrics := routeMetrics(p)
		return func(c *call) (starlark.Value, error) {
			number, err := (*table).in(*ns)
			if err != nil {
				return nil, err
			}
			spec := runtime.RouteSpec{Dst: *dst, Kind: *kind, Metric: *metric, Table: number, OnLink: *onlink, Replace: *replace}
			if err := routeOptions(&spec, *source, *scope, *proto, *mtu); err != nil {
				return nil, err
			}
			said, err := metrics.settings(c, *ns)
			if err != nil {
				return nil, err
			}
			spec.NexthopID, spec.Encap, spec.Metrics, spec.MTULock = orZero(*nhid), orZero(*encap), said, *lock
			if *lock && *mtu == nil {
				return nil, decl.Misusef("mtu: is missing: mtu_lock locks it")
			}
			if spec.Encap != nil && len(orZero(*via)) > 1 {
				return nil, decl.Misusef("encap: belongs to a route of one next hop")
			}
			if err := routeHops(c, *ns, &spec, *via, *dev); err != nil {
				return nil, err
			}
			return none((*ns).AddRoute(c.Context, spec))
		}
	},
}

// routeMetrics declares what a route says of the connections that use it, which
// has the forms of a link's options.
func routeMetrics(p *params) *making {
	m := makes(p, "")
	m.number("advmss", 1, 65535, "the largest TCP segment that is announced, in bytes")
	m.number("window", 1, 1<<30, "the largest TCP window that is announced, in bytes")
	m.number("initcwnd", 1, 65535, "with how many segments TCP begins to send")
	m.number("initrwnd", 1, 65535, "with a window of how many segments TCP begins to receive")
	m.number("hoplimit", 1, 255, "the TTL or hop limit of packets")
	m.span("rto_min", time.Millisecond, "the shortest time after which TCP sends again")
	m.flag("quickack", "whether TCP acknowledges at once")
	m.flag("ecn", "whether TCP asks for explicit congestion notification")
	m.text("congctl", "TCP's congestion control, \"cubic\", \"reno\" …")
	return m
}

func routeOptions(spec *runtime.RouteSpec, source *netip.Addr, scope *string, proto string, mtu *int) error {
	if spec.Table == runtime.Tables["main"] {
		spec.Table = 0 // local routes have a table of their own
	}
	spec.Source = orZero(source)
	spec.Scope = orZero(scope)
	spec.MTU = orZero(mtu)
	if !runtime.IsRouteProto(proto) {
		return decl.Misusef("proto: %q is no routing protocol that the kernel has a name for", proto)
	}
	if proto != "static" {
		spec.Proto = proto
	}
	return nil
}

// routeHops fills in the next hops and, for "default", the family.
func routeHops(c *call, ns *runtime.Namespace, spec *runtime.RouteSpec, via *[]nextHop, dev *device) error {
	hops := orZero(via)
	forwards := spec.Kind == "unicast" || spec.Kind == "local" || spec.Kind == ""
	if spec.NexthopID != 0 {
		switch {
		case !forwards:
			return decl.Misusef("nhid: a %s route leads nowhere", spec.Kind)
		case len(hops) > 0 || dev != nil || spec.OnLink:
			return decl.Misusef("nhid: the next hop says where packets go: leave out via, dev and onlink")
		case !spec.Dst.IsValid():
			return decl.Misusef("dst: with nhid write \"0.0.0.0/0\" or \"::/0\" for the default")
		}
		return sameFamily(spec)
	}
	switch {
	case !forwards && (len(hops) > 0 || dev != nil):
		return decl.Misusef("kind: a %s route leads nowhere, so it takes neither via nor dev", spec.Kind)
	case forwards && len(hops) == 0 && dev == nil:
		return decl.Misusef("via: is missing: name the next hop, or with dev the link that the destination is on")
	case len(hops) == 0 && dev != nil:
		hops = []nextHop{{weight: 1}} // the loop below gives it dev
	}
	for _, h := range hops {
		if h.dev == nil {
			h.dev = dev
		} else if dev != nil {
			return decl.Misusef("dev: the next hops name their links themselves")
		}
		l, err := h.dev.in(c, ns, "dev")
		if err != nil {
			return err
		}
		if spec.OnLink && l == nil {
			return decl.Misusef("onlink: needs dev: nothing else tells the kernel which link it is")
		}
		spec.Hops = append(spec.Hops, runtime.Hop{Via: h.via, Link: l, Weight: h.weight})
	}
	if !spec.Dst.IsValid() {
		spec.Dst = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
		if len(hops) > 0 && hops[0].via.Is6() {
			spec.Dst = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
		}
	}
	return sameFamily(spec)
}

// sameFamily refuses a source of the wrong family.
func sameFamily(spec *runtime.RouteSpec) error {
	if spec.Source.IsValid() && spec.Source.Is4() != spec.Dst.Addr().Is4() {
		return decl.Misusef("source: %s is of another family than %s", spec.Source, spec.Dst)
	}
	return nil
}
