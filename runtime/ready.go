package runtime

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
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

// pending is what may not be usable yet in one namespace.
type pending struct {
	links  []int32
	groups []memberOf
}

// memberOf is a solicited-node group that an interface is about to join.
type memberOf struct {
	index int32
	addr  netip.Addr
}

// readyLimit is how long the kernel may take. It needs some milliseconds.
const readyLimit = 10 * time.Second

// await notes a link that was switched on or changed.
func (ns *Namespace) await(index int32) {
	ns.mu.Lock()
	if !slices.Contains(ns.pending.links, index) {
		ns.pending.links = append(ns.pending.links, index)
	}
	ns.mu.Unlock()
	ns.noteUnready()
}

// awaitAddr notes an IPv6 address that was added.
func (ns *Namespace) awaitAddr(index int32, a netip.Addr) {
	ns.mu.Lock()
	ns.pending.groups = append(ns.pending.groups, memberOf{index, a})
	ns.mu.Unlock()
	ns.await(index)
}

func (ns *Namespace) noteUnready() {
	s := ns.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.unready, ns) {
		s.unready = append(s.unready, ns)
	}
}

// Ready waits until every link and address made so far carries packets.
func (s *Session) Ready(ctx context.Context) error {
	s.mu.Lock()
	todo := s.unready
	s.unready = nil
	s.mu.Unlock()
	for _, ns := range todo {
		if err := ns.settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

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
		if err := events.Listen(1, func(uint16, []byte) bool { return true }); err != nil {
			return &Error{Thing: "netns " + ns.Name, Err: err}
		}
	}
}

// unready drops from p what is usable and names something that is not.
func (ns *Namespace) unready(p *pending) (string, error) {
	carries := map[int32]bool{}
	for len(p.links) > 0 {
		index := p.links[0]
		st, err := ns.linkBrief(index)
		switch {
		case isErrno(err, unix.ENODEV): // deleted since, or moved away
		case err != nil:
			return "", &Error{Thing: "netns " + ns.Name, Err: err}
		case st.Up() && st.Carrier && st.Oper != "up" && st.Oper != "unknown" && st.Oper != "dormant":
			return linkThing(st.LongName(), ns), nil
		case st.Up() && st.Carrier:
			carries[index] = true
		}
		p.groups = slices.DeleteFunc(p.groups, func(m memberOf) bool { return m.index == index && !carries[index] })
		p.links = p.links[1:]
	}
	if len(p.groups) == 0 {
		return "", nil
	}
	joined, err := ns.groups()
	if err != nil {
		return "", &Error{Thing: "multicast groups of " + ns.Name, Err: err}
	}
	p.groups = slices.DeleteFunc(p.groups, func(m memberOf) bool { return joined[m.key()] })
	if len(p.groups) > 0 {
		return fmt.Sprintf("address %s in %s", p.groups[0].addr, ns.Name), nil
	}
	return "", nil
}

// key is the interface and the solicited-node group of RFC 4291, as
// /proc/net/igmp6 writes them.
func (m memberOf) key() string {
	a := m.addr.As16()
	return strconv.Itoa(int(m.index)) + " ff0200000000000000000001ff" + hex.EncodeToString(a[13:])
}

// groups are the IPv6 multicast groups that the namespace's interfaces are in.
func (ns *Namespace) groups() (map[string]bool, error) {
	f, err := os.Open(fmt.Sprintf("/proc/self/task/%d/net/igmp6", ns.thread.tid))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	joined := map[string]bool{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if w := strings.Fields(sc.Text()); len(w) >= 3 {
			joined[w[0]+" "+w[2]] = true
		}
	}
	return joined, nil
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
