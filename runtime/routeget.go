package runtime

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

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
	var b rtnl.Batch
	routeQuery(&b, dst, q)
	var r Route
	var flags uint32
	found := false
	err := ns.conn.Get(&b, false, func() {}, func(typ uint16, p []byte) {
		if typ == unix.RTM_NEWROUTE && !found {
			r, flags, found = parseRoute(p)
		}
	})
	if err != nil {
		return Route{}, &Error{Thing: thing, Err: ns.routeGetError(err, q)}
	}
	if !found {
		return Route{}, &Error{Thing: thing, Err: unix.ENETUNREACH}
	}
	r.nameLinks(ns.linkNamer())
	// Every answer bears the flag of a copy; this one is of what was learned.
	const redirected = 1 << 18 // RTCF_REDIRECTED of linux/in_route.h
	r.Cloned = flags&redirected != 0
	if !r.Source.IsValid() {
		r.Source = q.Source // the kernel does not repeat what it was told
	}
	return r, nil
}

// routeQuery writes the question that q puts about dst.
func routeQuery(m *rtnl.Batch, dst netip.Addr, q RouteQuery) {
	m.Begin(unix.RTM_GETROUTE, 0)
	var h [unix.SizeofRtMsg]byte
	h[0], h[1] = familyOf(dst), uint8(dst.BitLen())
	if q.Source.IsValid() {
		h[2] = h[1]
	}
	if dst.Is4() { // IPv6 tells the table unasked, and refuses the flag
		binary.NativeEndian.PutUint32(h[8:], unix.RTM_F_LOOKUP_TABLE)
	}
	m.Raw(h[:])
	m.Attr(unix.RTA_DST, dst.AsSlice())
	if q.Source.IsValid() {
		m.Attr(unix.RTA_SRC, q.Source.AsSlice())
	}
	if q.Out != nil {
		m.U32(unix.RTA_OIF, uint32(q.Out.Index()))
	}
	if q.In != nil {
		m.U32(unix.RTA_IIF, uint32(q.In.Index()))
	}
	if q.Mark != 0 {
		m.U32(unix.RTA_MARK, q.Mark)
	}
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
