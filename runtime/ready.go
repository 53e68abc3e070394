package runtime

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// "Configured" is not "usable": the kernel finishes links and IPv6 addresses
// in the background, and a packet sent before that is lost for a second. So
// whoever makes a link or an address notes it here, and whoever may send a
// packet or look at a state first waits, in Ready, until all of it is usable.
// The wait is put off because it is then mostly over.

// pending is what may not be usable yet in one namespace: the indexes of links
// that were switched on, changed, or given an address.
type pending struct{ links []int32 }

// readyLimit is how long the kernel may take. It needs some milliseconds.
const readyLimit = 10 * time.Second

// await notes a link that was made, changed, or given an address. The other
// end of its cable gets its carrier at the same time.
func (ns *Namespace) await(index int32) {
	ns.mu.Lock()
	other := ns.cables[index]
	ns.mu.Unlock()
	ns.awaitOne(index)
	if other != nil {
		ns, index := other.where()
		ns.awaitOne(index)
	}
}

func (ns *Namespace) awaitOne(index int32) {
	ns.mu.Lock()
	if !slices.Contains(ns.pending.links, index) {
		ns.pending.links = append(ns.pending.links, index)
	}
	ns.mu.Unlock()
	s := ns.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.unready, ns) {
		s.unready = append(s.unready, ns)
	}
}

// Ready waits until every link and address made so far carries packets.
func (s *Session) Ready(ctx context.Context) error {
	s.settling.Lock() // a second caller waits too: it sends a packet next
	defer s.settling.Unlock()
	s.mu.Lock()
	todo := s.unready
	s.unready = nil
	s.mu.Unlock()
	for i, ns := range todo {
		if err := ns.settle(ctx); err != nil {
			s.mu.Lock()
			s.unready = append(todo[i+1:], s.unready...)
			s.mu.Unlock()
			return err
		}
	}
	return nil
}

// Ready waits until the namespace, and all else that was made, is usable.
func (ns *Namespace) Ready() error { return ns.session.Ready(context.Background()) }

// Ready waits until the link, and all else that was made, carries packets.
func (l *Link) Ready() error { return l.Namespace().session.Ready(context.Background()) }

// settle waits for one namespace.
func (ns *Namespace) settle(ctx context.Context) error {
	ns.mu.Lock()
	p := ns.pending
	ns.pending = pending{}
	ns.mu.Unlock()
	deadline := time.Now().Add(readyLimit)
	var events *rtnl.Conn
	defer func() {
		if events != nil {
			events.Close()
		}
	}()
	for {
		waiting, err := ns.unready(&p)
		if err != nil || waiting == "" {
			return err
		}
		if time.Now().After(deadline) {
			return refuse(waiting, "is not usable %s after it was made", readyLimit)
		}
		if err := context.Cause(ctx); err != nil {
			for _, index := range p.links { // not waited for, and not forgotten
				ns.awaitOne(index)
			}
			return err
		}
		if events == nil {
			if events, err = ns.listen(unix.RTNLGRP_LINK, unix.RTNLGRP_IPV6_IFADDR); err != nil {
				return err
			}
			continue // what happened before the socket was open is seen now
		}
		// A local route is made after the event: look each millisecond.
		if err := events.Listen(1, func(uint16, []byte) {}); err != nil {
			return &Error{Thing: "netns " + ns.Name, Err: err}
		}
	}
}

// unready drops from p what is usable and names something that is not.
func (ns *Namespace) unready(p *pending) (string, error) {
	var carry []int32
	table := uint8(unix.RT_TABLE_LOCAL)
	for i := 0; i < len(p.links); i++ {
		index := p.links[i]
		st, err := ns.linkBrief(index)
		switch {
		case isErrno(err, unix.ENODEV): // deleted since, or moved away
			continue
		case err != nil:
			return "", &Error{Thing: "netns " + ns.Name, Err: err}
		}
		// A new one's state is unknown, until the kernel has looked at its carrier.
		pair := st.Kind == "veth" || st.Kind == "netkit"
		switch {
		case !st.Up(), !st.Carrier && !(pair && st.Oper == "unknown"): // it waits for something else than the kernel
			continue
		case st.Oper != "up" && st.Oper != "unknown" && st.Oper != "dormant", st.Oper == "unknown" && (pair || st.Kind == "bridge"):
			return linkThing(st.LongName(), ns), nil
		}
		// A bridge has a carrier from its first port on: if it was looked at
		// before the port, it is looked at again.
		if m := int32(st.Master); m != 0 && !slices.Contains(p.links[i+1:], m) {
			p.links = append(p.links, m)
		}
		carry = append(carry, index)
		if st.routed {
			table = unix.RT_TABLE_UNSPEC // a VRF's own
		}
	}
	p.links = carry
	if len(carry) == 0 {
		return "", nil
	}
	if err := ns.barrier(carry[0]); err != nil {
		return "", err
	}
	want, err := ns.addrsInUse(carry)
	if err != nil || len(want) == 0 {
		return "", err
	}
	have, err := ns.localRoutes(table)
	if err != nil {
		return "", err
	}
	for _, a := range want {
		if !slices.Contains(have, a) {
			return fmt.Sprintf("address %s in %s", a.addr, ns.Name), nil
		}
	}
	p.links = nil
	return "", nil
}

// addrOn is an address of an interface. One of IPv6 the kernel finishes in the
// background: it joins the group that neighbours ask for the address, and
// last of all makes the local route, without which no packet is taken in.
type addrOn struct {
	index int32
	addr  netip.Addr
}

// barrier returns when the kernel is through with the change of a link that
// it has begun to tell of: with the link-local address above all, without
// which a router asks for no neighbour. A request that changes nothing waits
// for the same lock.
func (ns *Namespace) barrier(index int32) error {
	var b rtnl.Batch
	b.Begin(unix.RTM_NEWLINK, 0)
	b.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
	if err := ns.conn.Do(&b); err != nil && !isErrno(err, unix.ENODEV) {
		return &Error{Thing: "netns " + ns.Name, Err: err}
	}
	return nil
}

// looksForDuplicates reports whether new addresses of a link are held back
// while the kernel looks whether somebody else has them. That takes a second
// or two, and whoever wants it wants to see it.
func (ns *Namespace) looksForDuplicates(index int32) bool {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	return ns.bare || ns.dad[index]
}

// addrsInUse are the IPv6 addresses of some links, but for those that a look
// for duplicates holds back.
func (ns *Namespace) addrsInUse(links []int32) (list []addrOn, err error) {
	err = ns.eachAddr(unix.AF_INET6, func() { list = nil }, func(a addrOn, flags uint32) {
		switch {
		case !slices.Contains(links, a.index), flags&unix.IFA_F_DADFAILED != 0:
		case flags&unix.IFA_F_TENTATIVE != 0 && ns.looksForDuplicates(a.index):
		default:
			list = append(list, a)
		}
	})
	return list, err
}

// eachAddr calls each with the addresses of the namespace, of one family or of
// both; again before it begins anew.
func (ns *Namespace) eachAddr(family byte, again func(), each func(a addrOn, flags uint32)) error {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETADDR, 0)
	b.Raw([]byte{family, 0, 0, 0, 0, 0, 0, 0})
	err := ns.conn.Get(&b, true, again, func(typ uint16, p []byte) {
		if a, flags, ok := parseAddrOn(p); ok && typ == unix.RTM_NEWADDR {
			each(a, flags)
		}
	})
	if err != nil {
		return ns.tableError("addresses", err)
	}
	return nil
}

// localRoutes are the addresses that the namespace takes packets in for, as a
// table says, or all of them.
func (ns *Namespace) localRoutes(table uint8) (list []addrOn, err error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETROUTE, 0)
	b.Raw([]byte{unix.AF_INET6, 0, 0, 0, table, 0, 0, 0, 0, 0, 0, 0})
	err = ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		if a, ok := parseLocal6(p); ok && typ == unix.RTM_NEWROUTE {
			list = append(list, a)
		}
	})
	if err != nil && !isErrno(err, unix.ENOENT) { // no route, no table
		return nil, ns.tableError("routes", err)
	}
	return list, nil
}

// parseAddrOn reads of an address message what readiness hangs on; ok is false
// if it is none of an IP address. Of one with a peer, the address is the local one.
func parseAddrOn(p []byte) (a addrOn, flags uint32, ok bool) {
	if len(p) < unix.SizeofIfAddrmsg || p[0] != unix.AF_INET6 && p[0] != unix.AF_INET {
		return a, 0, false
	}
	flags = uint32(p[2])
	a.index = int32(rtnl.Attr{Data: p[4:]}.U32())
	for at := range rtnl.Attrs(p[unix.SizeofIfAddrmsg:]) {
		switch {
		case at.Type == unix.IFA_FLAGS:
			flags = at.U32()
		case at.Type == unix.IFA_LOCAL, at.Type == unix.IFA_ADDRESS && !a.addr.IsValid():
			a.addr, _ = netip.AddrFromSlice(at.Data)
		}
	}
	return a, flags, a.addr.Is6() == (p[0] == unix.AF_INET6) && a.addr.IsValid()
}

// parseLocal6 reads a route message; ok is false if it is no local route of
// an IPv6 address.
func parseLocal6(p []byte) (a addrOn, ok bool) {
	if len(p) < unix.SizeofRtMsg || p[0] != unix.AF_INET6 || p[1] != 128 || p[7] != unix.RTN_LOCAL {
		return a, false
	}
	for at := range rtnl.Attrs(p[unix.SizeofRtMsg:]) {
		switch at.Type {
		case unix.RTA_DST:
			a.addr, _ = netip.AddrFromSlice(at.Data)
		case unix.RTA_OIF:
			a.index = int32(at.U32())
		}
	}
	return a, a.addr.Is6()
}

// rtextFilterSkipStats is RTEXT_FILTER_SKIP_STATS of linux/rtnetlink.h.
const rtextFilterSkipStats = 1 << 3

// linkBrief reads a link without its counters, which cost the most.
func (ns *Namespace) linkBrief(index int32) (*LinkState, error) {
	return ns.oneLink(func(b *rtnl.Batch) {
		b.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
		b.U32(unix.IFLA_EXT_MASK, rtextFilterSkipStats)
	})
}
