package runtime

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
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
			return err
		}
		if events == nil {
			err := ns.thread.do(func() (err error) {
				events, err = rtnl.Open(unix.RTNLGRP_LINK, unix.RTNLGRP_IPV6_IFADDR)
				return err
			})
			if err != nil {
				return &Error{Thing: "netns " + ns.Name, Err: err}
			}
			continue // what happened before the socket was open is seen now
		}
		// Joining a group has no event of its own: look each millisecond.
		if err := events.Listen(1, func(uint16, []byte) {}); err != nil {
			return &Error{Thing: "netns " + ns.Name, Err: err}
		}
	}
}

// unready drops from p what is usable and names something that is not.
func (ns *Namespace) unready(p *pending) (string, error) {
	var carry []int32
	for i := 0; i < len(p.links); i++ {
		index := p.links[i]
		st, err := ns.linkBrief(index)
		switch {
		case isErrno(err, unix.ENODEV): // deleted since, or moved away
			continue
		case err != nil:
			return "", &Error{Thing: "netns " + ns.Name, Err: err}
		case !st.Up() || !st.Carrier: // it waits for something else than the kernel
			continue
		case st.Oper != "up" && st.Oper != "unknown" && st.Oper != "dormant":
			return linkThing(st.LongName(), ns), nil
		}
		// A bridge has a carrier from its first port on.
		if m := int32(st.Master); m != 0 && !slices.Contains(p.links, m) {
			p.links = append(p.links, m)
		}
		if st.Flags&(unix.IFF_LOOPBACK|unix.IFF_NOARP) == 0 {
			carry = append(carry, index)
		}
	}
	p.links = carry
	if len(carry) == 0 {
		return "", nil
	}
	want, err := ns.wantedGroups(carry)
	if err != nil || len(want) == 0 {
		return "", err
	}
	joined, err := ns.groups()
	if err != nil {
		return "", &Error{Thing: "multicast groups of " + ns.Name, Err: err}
	}
	for _, w := range want {
		if joined[w.key()] < w.users {
			return fmt.Sprintf("address %s in %s", w.addr, ns.Name), nil
		}
	}
	p.links = nil
	return "", nil
}

// member is an IPv6 address and its solicited-node group. An interface answers
// for the address once it has joined the group, once for each such address.
type member struct {
	index int32
	addr  netip.Addr
	users int
}

// key is the interface and the solicited-node group of RFC 4291, as
// /proc/net/igmp6 writes them.
func (m member) key() string {
	a := m.addr.As16()
	return strconv.Itoa(int(m.index)) + " ff0200000000000000000001ff" + hex.EncodeToString(a[13:])
}

// wantedGroups are the groups of the addresses of some links, but for those
// addresses that a look for duplicates holds back.
func (ns *Namespace) wantedGroups(links []int32) ([]member, error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETADDR, 0)
	b.Raw([]byte{unix.AF_INET6, 0, 0, 0, 0, 0, 0, 0})
	var list []member
	err := ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		if m, ok := parseMember(p); ok && typ == unix.RTM_NEWADDR && slices.Contains(links, m.index) {
			list = append(list, m)
		}
	})
	if err != nil {
		return nil, &Error{Thing: "addresses of " + ns.Name, Err: err}
	}
	users := map[string]int{}
	for i := range list {
		users[list[i].key()]++
		list[i].users = users[list[i].key()]
	}
	return list, nil
}

// parseMember reads an address message; ok is false if it is none of IPv6, or
// of an address that is not in use yet.
func parseMember(p []byte) (m member, ok bool) {
	if len(p) < unix.SizeofIfAddrmsg || p[0] != unix.AF_INET6 {
		return m, false
	}
	flags := uint32(p[2])
	m.index = int32(rtnl.Attr{Data: p[4:]}.U32())
	for a := range rtnl.Attrs(p[unix.SizeofIfAddrmsg:]) {
		switch {
		case a.Type == unix.IFA_FLAGS:
			flags = a.U32()
		case a.Type == unix.IFA_LOCAL, a.Type == unix.IFA_ADDRESS && !m.addr.IsValid():
			m.addr, _ = netip.AddrFromSlice(a.Data)
		}
	}
	return m, m.addr.Is6() && flags&(unix.IFA_F_TENTATIVE|unix.IFA_F_DADFAILED) == 0
}

// groups are the IPv6 multicast groups that the namespace's interfaces are in,
// and how often each was joined.
func (ns *Namespace) groups() (map[string]int, error) {
	f, err := os.Open(fmt.Sprintf("/proc/self/task/%d/net/igmp6", ns.thread.tid))
	if errors.Is(err, fs.ErrNotExist) { // a kernel without IPv6
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	joined := map[string]int{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		if w := strings.Fields(sc.Text()); len(w) >= 4 {
			joined[w[0]+" "+w[2]], _ = strconv.Atoi(w[3])
		}
	}
	return joined, sc.Err()
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
