package runtime

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Hop is one next hop of a route.
type Hop struct {
	Via    netip.Addr // invalid for on-link
	Link   *Link      // nil where the kernel finds it from Via
	Weight int        // 1 to 256; only where there are several hops
}

// A RouteSpec is a route as a script asks for it.
type RouteSpec struct {
	Dst     netip.Prefix // 0.0.0.0/0 or ::/0 for the default
	Kind    string       // "unicast", "blackhole", "unreachable", "prohibit", "throw", "local"
	Hops    []Hop
	Metric  int
	Table   int
	Source  netip.Addr // preferred source address
	Scope   string     // "" for the usual one
	Proto   string     // "" for static
	OnLink  bool
	MTU     int
	MTULock bool // MTU holds whatever routers say
	Replace bool

	NexthopID int // in place of Hops
	Encap     *Encap
	Metrics   []Setting // of routeMetrics
}

var routeKinds = map[string]uint8{
	"unicast": unix.RTN_UNICAST, "local": unix.RTN_LOCAL, "blackhole": unix.RTN_BLACKHOLE, "unreachable": unix.RTN_UNREACHABLE,
	"prohibit": unix.RTN_PROHIBIT, "throw": unix.RTN_THROW, "broadcast": unix.RTN_BROADCAST, "multicast": unix.RTN_MULTICAST, "anycast": unix.RTN_ANYCAST,
}

var routeProtos = map[string]uint8{
	"redirect": unix.RTPROT_REDIRECT, "kernel": unix.RTPROT_KERNEL, "boot": unix.RTPROT_BOOT, "static": unix.RTPROT_STATIC,
	"ra": unix.RTPROT_RA, "dhcp": unix.RTPROT_DHCP, "zebra": unix.RTPROT_ZEBRA, "bird": unix.RTPROT_BIRD, "babel": unix.RTPROT_BABEL,
	"bgp": unix.RTPROT_BGP, "isis": unix.RTPROT_ISIS, "ospf": unix.RTPROT_OSPF, "rip": unix.RTPROT_RIP, "eigrp": unix.RTPROT_EIGRP,
	"keepalived": unix.RTPROT_KEEPALIVED,
}

// Tables are the routing tables that have names.
var Tables = map[string]int{"main": unix.RT_TABLE_MAIN, "local": unix.RT_TABLE_LOCAL, "default": unix.RT_TABLE_DEFAULT}

// IsRouteProto reports whether the kernel has a name for a routing protocol.
func IsRouteProto(name string) bool { _, ok := routeProtos[name]; return ok }

// nameOf is what iproute2 calls a number, or its digits.
func nameOf[N uint8 | int](names map[N]string, n N) string {
	if name, ok := names[n]; ok {
		return name
	}
	return strconv.Itoa(int(n))
}

// inverse is a table of numbers by names as one of names by numbers. A search
// for each name would be what a listing of routes costs most.
func inverse[N uint8 | uint16 | int](numbers map[string]N) map[N]string {
	names := make(map[N]string, len(numbers))
	for name, n := range numbers {
		names[n] = name
	}
	return names
}

// familyOf is an address's family as the kernel numbers it.
func familyOf(a netip.Addr) uint8 {
	if a.Is6() {
		return unix.AF_INET6
	}
	return unix.AF_INET
}

// AddRoute adds a route.
func (ns *Namespace) AddRoute(ctx context.Context, r RouteSpec) error {
	verb, flags := "add", uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	if r.Replace {
		verb, flags = "replace", unix.NLM_F_CREATE|unix.NLM_F_REPLACE
	}
	return ns.changeRoute(ctx, verb, unix.RTM_NEWROUTE, flags, r)
}

// DelRoute removes the first route that fits r.
func (ns *Namespace) DelRoute(ctx context.Context, r RouteSpec) error {
	return ns.changeRoute(ctx, "del", unix.RTM_DELROUTE, 0, r)
}

func (ns *Namespace) changeRoute(ctx context.Context, verb string, typ, flags uint16, r RouteSpec) error {
	if err := ns.checkRoute(r); err != nil {
		return err
	}
	var m rtnl.Batch
	m.Begin(typ, flags)
	routeMessage(&m, r, verb == "del")
	words := r
	if r.Proto == "" && verb != "del" {
		words.Proto = "static" // iproute2's own default is boot
	}
	return ns.session.step(ctx, ns, "ip "+familyFlag(r.Dst)+"route "+verb+" "+words.words(), func() error {
		err := ns.conn.Do(&m)
		if err != nil && len(r.Hops) > 0 && !isErrno(err, unix.EEXIST) && !isErrno(err, unix.ESRCH) {
			// A next hop may be over a link that the kernel is still busy with.
			if e := ns.session.Ready(ctx); e != nil {
				return e
			}
			err = ns.conn.Do(&m)
		}
		if err != nil {
			return ns.routeError(err, r, verb)
		}
		ns.asksRoute(verb, r)
		return nil
	})
}

func familyFlag(p netip.Prefix) string {
	if p.Addr().Is6() {
		return "-6 "
	}
	return ""
}

// hopAttrs writes a next hop: one of the other family goes in RTA_VIA.
func hopAttrs(m *rtnl.Batch, h Hop, dst netip.Prefix) {
	if !h.Via.IsValid() {
		return
	}
	if h.Via.Is4() == dst.Addr().Is4() {
		m.Attr(unix.RTA_GATEWAY, h.Via.AsSlice())
		return
	}
	m.Attr(unix.RTA_VIA, append(binary.NativeEndian.AppendUint16(nil, uint16(familyOf(h.Via))), h.Via.AsSlice()...))
}

func routeMessage(m *rtnl.Batch, r RouteSpec, deleting bool) {
	kind := routeKinds[r.Kind]
	if kind == 0 && !deleting {
		kind = unix.RTN_UNICAST
	}
	table := r.table()
	var h [unix.SizeofRtMsg]byte
	h[0], h[1], h[7] = familyOf(r.Dst.Addr()), uint8(r.Dst.Bits()), kind
	if table < 256 {
		h[4] = uint8(table)
	}
	if !deleting {
		h[5] = unix.RTPROT_STATIC
	}
	if p, ok := routeProtos[r.Proto]; ok {
		h[5] = p
	}
	h[6] = r.scope(kind, deleting)
	var flags uint8
	if r.OnLink {
		flags = unix.RTNH_F_ONLINK
	}
	if len(r.Hops) < 2 {
		h[8] = flags
	}
	m.Raw(h[:])
	m.Attr(unix.RTA_DST, r.Dst.Masked().Addr().AsSlice())
	m.U32(unix.RTA_TABLE, uint32(table))
	if r.Metric != 0 {
		m.U32(unix.RTA_PRIORITY, uint32(r.Metric))
	}
	if r.Source.IsValid() {
		m.Attr(unix.RTA_PREFSRC, r.Source.AsSlice())
	}
	r.putMetrics(m)
	if r.NexthopID != 0 {
		m.U32(rtaNHID, uint32(r.NexthopID))
	}
	if r.Encap != nil {
		r.Encap.put(m)
	}
	if len(r.Hops) == 1 {
		hopAttrs(m, r.Hops[0], r.Dst)
		if l := r.Hops[0].Link; l != nil {
			m.U32(unix.RTA_OIF, uint32(l.Index()))
		}
	} else if len(r.Hops) > 1 {
		at := m.Nest(unix.RTA_MULTIPATH)
		for _, hop := range r.Hops {
			multipathHop(m, hop, r.Dst, flags)
		}
		m.Unnest(at)
	}
}

func multipathHop(m *rtnl.Batch, hop Hop, dst netip.Prefix, flags uint8) {
	var inner rtnl.Batch
	hopAttrs(&inner, hop, dst)
	attrs := inner.Bytes()
	index := 0
	if hop.Link != nil {
		index = hop.Link.Index()
	}
	head := binary.NativeEndian.AppendUint16(nil, uint16(unix.SizeofRtNexthop+len(attrs)))
	head = append(head, flags, uint8(max(hop.Weight, 1)-1))
	m.Raw(binary.NativeEndian.AppendUint32(head, uint32(index)))
	m.Raw(attrs)
}

func (r RouteSpec) scope(kind uint8, deleting bool) uint8 {
	if r.Scope != "" {
		return scopes[r.Scope]
	}
	if deleting {
		return unix.RT_SCOPE_NOWHERE // any
	}
	if r.Dst.Addr().Is6() {
		return unix.RT_SCOPE_UNIVERSE
	}
	switch kind {
	case unix.RTN_LOCAL:
		return unix.RT_SCOPE_HOST
	case unix.RTN_BROADCAST, unix.RTN_MULTICAST, unix.RTN_ANYCAST:
		return unix.RT_SCOPE_LINK
	case unix.RTN_UNICAST:
		if len(r.Hops) == 1 && !r.Hops[0].Via.IsValid() {
			return unix.RT_SCOPE_LINK
		}
	}
	return unix.RT_SCOPE_UNIVERSE
}

// words are the route as iproute2 takes it.
func (r RouteSpec) words() string {
	var w strings.Builder
	if r.Kind != "" && r.Kind != "unicast" {
		w.WriteString(r.Kind + " ")
	}
	w.WriteString(dstText(r.Dst))
	if r.Encap != nil {
		w.WriteString(r.Encap.words())
	}
	if r.NexthopID != 0 {
		fmt.Fprintf(&w, " nhid %d", r.NexthopID)
	}
	hop := func(h Hop) {
		if h.Via.IsValid() {
			w.WriteString(" via ")
			if h.Via.Is6() != r.Dst.Addr().Is6() {
				w.WriteString(map[bool]string{true: "inet6 ", false: "inet "}[h.Via.Is6()])
			}
			w.WriteString(h.Via.String())
		}
		if h.Link != nil {
			w.WriteString(" dev " + h.Link.Device())
		}
		if r.OnLink {
			w.WriteString(" onlink")
		}
	}
	if len(r.Hops) == 1 {
		hop(r.Hops[0])
	}
	add := func(is bool, format string, arg any) {
		if is {
			fmt.Fprintf(&w, format, arg)
		}
	}
	add(r.Metric != 0, " metric %d", r.Metric)
	add(r.Table != 0, " table %d", r.Table)
	add(r.Source.IsValid(), " src %s", r.Source)
	add(r.Scope != "", " scope %s", r.Scope)
	add(r.Proto != "", " proto %s", r.Proto)
	add(r.MTU != 0 && !r.MTULock, " mtu %d", r.MTU)
	add(r.MTU != 0 && r.MTULock, " mtu lock %d", r.MTU)
	w.WriteString(r.metricWords())
	if len(r.Hops) > 1 {
		for _, h := range r.Hops {
			w.WriteString(" nexthop")
			hop(h)
			fmt.Fprintf(&w, " weight %d", max(h.Weight, 1))
		}
	}
	return w.String()
}

// dstText is a destination as iproute2 shows it.
func dstText(p netip.Prefix) string {
	if p.Bits() == 0 {
		return "default"
	}
	return p.Masked().String()
}
