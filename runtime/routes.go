package runtime

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Route is a route as the kernel has it.
type Route struct {
	Dst       netip.Prefix
	Kind      string
	Hops      []RouteHop
	Metric    int
	Table     int
	Proto     string
	Scope     string
	Source    netip.Addr // preferred source address, or invalid
	MTU       int        // 0 if the route sets none
	MTULock   bool
	NexthopID int // 0 if it says itself where packets go
	Encap     *Encap
	Metrics   []Setting
	Cloned    bool // an exception, made by a redirect or a too big packet
}

// A RouteHop is one next hop of a Route.
type RouteHop struct {
	Via    netip.Addr // invalid for on-link
	Link   string
	Weight int
	index  int32 // of Link
}

// DstText is the route's destination as iproute2 shows it, host routes with
// their prefix length.
func (r *Route) DstText() string { return dstText(r.Dst) }

// TableName is the name of a routing table, or its number in digits.
func TableName(n int) string { return nameOf(tableNames, n) }

var (
	kindNames  = inverse(routeKinds)
	protoNames = inverse(routeProtos)
	scopeNames = inverse(scopes)
	tableNames = inverse(Tables)
)

// Routes reads the routes of a table; 0 means all of them. Exceptions are no
// part of it: the kernel does not list them unless it is asked to.
func (ns *Namespace) Routes(table int) ([]Route, error) {
	// One dump is of all families. One family at a time, a table that is there
	// for the other one only would be an error.
	var b rtnl.Batch
	b.Begin(unix.RTM_GETROUTE, 0)
	var h [unix.SizeofRtMsg]byte
	if table < 256 {
		h[4] = uint8(table)
	}
	b.Raw(h[:])
	if table >= 256 {
		b.U32(unix.RTA_TABLE, uint32(table))
	}
	list := make([]Route, 0, 32)
	err := ns.conn.Get(&b, true, func() { list = list[:0] }, func(typ uint16, p []byte) {
		// A kernel without strict checking sends more than was asked for.
		r, flags, ok := parseRoute(p)
		if ok && typ == unix.RTM_NEWROUTE && flags&unix.RTM_F_CLONED == 0 && (table == 0 || r.Table == table) {
			list = append(list, r)
		}
	})
	if err != nil && !isErrno(err, unix.ENOENT) { // no route, no table
		return nil, ns.tableError("routes", err)
	}
	name := ns.linkNamer()
	for i := range list {
		list[i].nameLinks(name)
	}
	return list, nil
}

func (r *Route) nameLinks(name func(int32) string) {
	for i, h := range r.Hops {
		r.Hops[i].Link = name(h.index)
	}
}

// parseRoute reads a route message, but for the names of the links; ok is
// false if it is none of IPv4 or IPv6. flags are RTM_F_ and RTCF_ ones.
func parseRoute(p []byte) (r Route, flags uint32, ok bool) {
	if len(p) < unix.SizeofRtMsg || p[0] != unix.AF_INET && p[0] != unix.AF_INET6 {
		return r, 0, false
	}
	flags = rtnl.Attr{Data: p[8:]}.U32()
	r = Route{
		Kind: nameOf(kindNames, p[7]), Table: int(p[4]), Proto: nameOf(protoNames, p[5]), Scope: nameOf(scopeNames, p[6]),
		Cloned: flags&unix.RTM_F_CLONED != 0,
	}
	dst := netip.IPv4Unspecified()
	if p[0] == unix.AF_INET6 {
		dst = netip.IPv6Unspecified()
	}
	hop := RouteHop{Weight: 1}
	var encap uint16
	var encapped []byte
	for a := range rtnl.Attrs(p[unix.SizeofRtMsg:]) {
		switch a.Type {
		case unix.RTA_DST:
			dst, _ = netip.AddrFromSlice(a.Data)
		case unix.RTA_TABLE:
			r.Table = int(a.U32())
		case unix.RTA_PRIORITY:
			r.Metric = int(a.U32())
		case unix.RTA_PREFSRC:
			r.Source, _ = netip.AddrFromSlice(a.Data)
		case unix.RTA_METRICS:
			r.takeMetrics(a.Data)
		case rtaNHID:
			r.NexthopID = int(a.U32())
		case unix.RTA_ENCAP_TYPE:
			encap = a.U16()
		case unix.RTA_ENCAP:
			encapped = a.Data
		case unix.RTA_MULTIPATH:
			r.Hops = parseHops(a.Data)
		default:
			hop.take(a)
		}
	}
	if encap != 0 {
		r.Encap = parseEncap(encap, encapped)
	}
	r.Dst = netip.PrefixFrom(dst, int(p[1]))
	switch p[7] {
	case unix.RTN_BLACKHOLE, unix.RTN_UNREACHABLE, unix.RTN_PROHIBIT, unix.RTN_THROW:
		r.Hops = nil // IPv6 has them on the loopback, for its own reasons
	default:
		if len(r.Hops) == 0 && (hop.index != 0 || hop.Via.IsValid()) {
			r.Hops = []RouteHop{hop}
		}
	}
	return r, flags, r.Dst.IsValid() && dst.Is6() == (p[0] == unix.AF_INET6)
}

// parseHops reads next hops that share a route.
func parseHops(p []byte) (list []RouteHop) {
	for len(p) >= unix.SizeofRtNexthop {
		n := int(rtnl.Attr{Data: p}.U16())
		if n < unix.SizeofRtNexthop || n > len(p) {
			break
		}
		h := RouteHop{Weight: int(p[3]) + 1, index: int32(rtnl.Attr{Data: p[4:]}.U32())}
		for a := range rtnl.Attrs(p[unix.SizeofRtNexthop:n]) {
			if a.Type != unix.RTA_OIF { // the structure says it
				h.take(a)
			}
		}
		list = append(list, h)
		p = p[min((n+3)&^3, len(p)):]
	}
	return list
}

// take reads an attribute of a next hop.
func (h *RouteHop) take(a rtnl.Attr) {
	switch a.Type {
	case unix.RTA_OIF:
		h.index = int32(a.U32())
	case unix.RTA_GATEWAY:
		h.Via, _ = netip.AddrFromSlice(a.Data)
	case unix.RTA_VIA: // of the other family, which stands before it
		if len(a.Data) > 2 {
			h.Via, _ = netip.AddrFromSlice(a.Data[2:])
		}
	}
}
