package runtime

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// A Route is a route as the kernel has it.
type Route struct {
	Dst    netip.Prefix
	Kind   string
	Hops   []RouteHop
	Metric int
	Table  int
	Proto  string
	Scope  string
	Source netip.Addr // preferred source address, or invalid
	MTU    int        // 0 if the route sets none
	Cloned bool       // an exception, made by a redirect or a too big packet
}

// A RouteHop is one next hop of a Route.
type RouteHop struct {
	Via    netip.Addr // invalid for on-link
	Link   string
	Weight int
}

// DstText is the route's destination as iproute2 shows it, host routes with
// their prefix length.
func (r *Route) DstText() string { return dstText(r.Dst) }

// TableName is the name of a routing table, or its number in digits.
func TableName(n int) string { return nameOf(Tables, n) }

// Routes reads the routes of a table; 0 means all of them.
func (ns *Namespace) Routes(table int) ([]Route, error) {
	h, err := ns.reader()
	if err != nil {
		return nil, err
	}
	names, err := ns.linkNames()
	if err != nil {
		return nil, err
	}
	filter := &netlink.Route{Table: table}
	raw, err := dump(func() ([]netlink.Route, error) {
		return h.RouteListFiltered(netlink.FAMILY_ALL, filter, netlink.RT_FILTER_TABLE)
	})
	if err != nil {
		return nil, &Error{Thing: "routes of " + ns.Name, Err: err}
	}
	list := make([]Route, len(raw))
	for i, r := range raw {
		list[i] = toRoute(r, names)
	}
	return list, nil
}

func (ns *Namespace) linkNames() (map[int]string, error) {
	states, err := ns.LinkStates()
	if err != nil {
		return nil, err
	}
	names := map[int]string{}
	for _, st := range states {
		names[st.Index] = st.LongName()
	}
	return names, nil
}

func toAddr(ip net.IP) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)
	return a.Unmap()
}

func toHop(gw net.IP, via netlink.Destination, link string, weight int) RouteHop {
	h := RouteHop{Via: toAddr(gw), Link: link, Weight: weight}
	if v, ok := via.(*netlink.Via); ok && v != nil {
		h.Via = toAddr(v.Addr)
	}
	return h
}

func toRoute(r netlink.Route, names map[int]string) Route {
	out := Route{
		Kind: nameOf(routeKinds, uint8(r.Type)), Metric: r.Priority, Table: r.Table, Proto: nameOf(routeProtos, uint8(r.Protocol)),
		Scope: nameOf(scopes, uint8(r.Scope)), Source: toAddr(r.Src), MTU: r.MTU, Cloned: r.Flags&unix.RTM_F_CLONED != 0,
	}
	if r.Dst != nil {
		ones, _ := r.Dst.Mask.Size()
		out.Dst = netip.PrefixFrom(toAddr(r.Dst.IP), ones)
	} else if r.Family == unix.AF_INET6 {
		out.Dst = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	} else {
		out.Dst = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	switch r.Type {
	case unix.RTN_BLACKHOLE, unix.RTN_UNREACHABLE, unix.RTN_PROHIBIT, unix.RTN_THROW:
		return out // IPv6 has them on the loopback, for its own reasons
	}
	if len(r.MultiPath) == 0 {
		if r.LinkIndex != 0 || r.Gw != nil || r.Via != nil {
			out.Hops = []RouteHop{toHop(r.Gw, r.Via, names[r.LinkIndex], 1)}
		}
		return out
	}
	for _, nh := range r.MultiPath {
		out.Hops = append(out.Hops, toHop(nh.Gw, nh.Via, names[nh.LinkIndex], nh.Hops+1))
	}
	return out
}

// RouteQuery says for which packet a route is looked up.
type RouteQuery struct {
	Source netip.Addr // or invalid
	Out    *Link      // over which it must leave, or nil
	In     *Link      // over which it came, or nil
	Mark   uint32
}

// RouteGet asks the kernel how it would send a packet to dst.
func (ns *Namespace) RouteGet(ctx context.Context, dst netip.Addr, q RouteQuery) (Route, error) {
	thing := fmt.Sprintf("destination %s from %s", dst, ns.Name)
	if err := ns.session.Ready(ctx); err != nil {
		return Route{}, err
	}
	if q.Source.IsValid() && q.Source.Is4() != dst.Is4() {
		return Route{}, refuse("source "+q.Source.String(), "is of another family than %s", dst)
	}
	for _, l := range []*Link{q.Out, q.In} {
		if l != nil && l.Namespace() != ns {
			return Route{}, refuse(l.thing(), "is in another namespace than %s", ns.Name)
		}
	}
	h, err := ns.reader()
	if err != nil {
		return Route{}, err
	}
	opt := &netlink.RouteGetOptions{Mark: q.Mark}
	if q.Source.IsValid() {
		opt.SrcAddr = net.IP(q.Source.AsSlice())
	}
	if q.Out != nil {
		opt.OifIndex = q.Out.Index()
	}
	if q.In != nil {
		opt.IifIndex = q.In.Index()
	}
	raw, err := h.RouteGetWithOptions(net.IP(dst.AsSlice()), opt)
	if err != nil {
		return Route{}, &Error{Thing: thing, Err: ns.routeGetError(err, q)}
	}
	if len(raw) == 0 {
		return Route{}, &Error{Thing: thing, Err: unix.ENETUNREACH}
	}
	names, err := ns.linkNames()
	if err != nil {
		return Route{}, err
	}
	r := toRoute(raw[0], names)
	// Every answer bears the flag of a copy; this one is of what was learned.
	const redirected = 1 << 18 // RTCF_REDIRECTED of linux/in_route.h
	r.Cloned = raw[0].Flags&redirected != 0
	if !r.Source.IsValid() {
		r.Source = q.Source // the kernel does not repeat what it was told
	}
	return r, nil
}

// routeGetError puts into words what the kernel's answer says of the route
// that was found: its kind is told by the errno.
func (ns *Namespace) routeGetError(err error, q RouteQuery) error {
	switch {
	case isErrno(err, unix.EINVAL) && q.In != nil:
		return &reworded{Refusal("is not for packets that come in over " + q.In.Name() + ": their source is not believed there, or there is none"), err}
	case q.Source.IsValid() && !ns.hasAddr(q.Source): // EINVAL or ENETUNREACH, by the kernel's version
		return &reworded{Refusal("cannot be reached from " + q.Source.String() + ": no interface has that address"), err}
	case isErrno(err, unix.EINVAL):
		return &reworded{Refusal("meets a blackhole route"), err}
	case isErrno(err, unix.EACCES):
		return &reworded{Refusal("meets a prohibit route"), err}
	case isErrno(err, unix.EHOSTUNREACH):
		return &reworded{Refusal("meets an unreachable route"), err}
	}
	return err
}

// hasAddr reports whether an address is one of the namespace's own, or may be.
func (ns *Namespace) hasAddr(a netip.Addr) bool {
	list, err := ns.Addrs()
	return err != nil || slices.ContainsFunc(list, func(have Addr) bool { return have.Prefix.Addr() == a })
}
