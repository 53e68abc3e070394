package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// infoPeer is VETH_INFO_PEER of linux/veth.h, and IFLA_NETKIT_PEER_INFO of
// linux/if_link.h.
const infoPeer = 1

// A cable is a kind of link with two ends.
type cable struct {
	kind     *kind
	settings []Setting
	bare     bool // its ends have no MAC
}

// Veth joins two namespaces, or bridges in them, by a virtual Ethernet cable.
// Both ends are made where they shall live, in one message.
func (s *Session) Veth(ctx context.Context, a, b End) (*Link, *Link, error) {
	return s.lay(ctx, cable{kind: &kind{name: "veth"}}, a, b)
}

// lay makes a link with two ends.
func (s *Session) lay(ctx context.Context, c cable, a, b End) (*Link, *Link, error) {
	for _, e := range []*End{&a, &b} {
		if err := s.checkEnd(e); err != nil {
			return nil, nil, err
		}
	}
	ea := s.complete(a, b)
	eb := s.complete(b, ea.End)
	if c.bare {
		ea.MAC, eb.MAC = nil, nil
	}
	for _, e := range []*end{&ea, &eb} {
		e.late = e.Namespace.stayDown(e.Name, &e.Down)
	}
	la, lb := newLink(ea.Namespace, 0, ea.Name), newLink(eb.Namespace, 0, eb.Name)
	takeIndexes(la, lb)
	if ea.Namespace == eb.Namespace && ea.Name == eb.Name {
		return nil, nil, &Error{Thing: linkThing(ea.Name, ea.Namespace), Err: unix.EEXIST, Hint: "both ends are in one namespace and need two names"}
	}
	err := s.step(ctx, ea.Namespace, c.command(ea, eb, la, lb), func() error { return c.make(&ea, &eb, la, lb) })
	if err != nil {
		for _, e := range []end{ea, eb} {
			if e.defaulted {
				e.Namespace.untake(e.Name)
			}
		}
		return nil, nil, err
	}
	join(la, lb)
	for _, x := range []struct {
		l *Link
		e end
	}{{la, ea}, {lb, eb}} {
		x.l.asks(!x.e.Down, x.e.MTU)
		if !x.e.Down {
			x.l.ns.await(x.l.index)
		}
		err := x.l.wake(ctx, x.e.late)
		if err == nil {
			err = x.l.AddAddrs(ctx, AddrOptions{}, x.e.Addrs...)
		}
		if err != nil {
			// Half a link is none; the first error is the one to tell.
			_ = la.Delete(context.WithoutCancel(ctx))
			return nil, nil, err
		}
	}
	return la, lb, nil
}

// join remembers which ends belong together.
func join(a, b *Link) {
	for _, x := range [][2]*Link{{a, b}, {b, a}} {
		ns, index := x[0].where()
		ns.mu.Lock()
		ns.cables[index] = x[1]
		ns.mu.Unlock()
	}
}

// make sends the messages. The end that is a bridge's port comes first, where
// the ends are alike: only the message's own end can be given its master at
// birth.
func (c *cable) make(a, b *end, la, lb *Link) error {
	if b.Bridge != nil && a.Bridge == nil && len(c.settings) == 0 {
		a, b, la, lb = b, a, lb, la
	}
	err := createLinks(func() error {
		if err := c.create(a, b, la, lb); err != nil {
			return c.fault(err, a, b, la, lb)
		}
		return nil
	}, la, lb)
	if err != nil {
		return err
	}
	var m rtnl.Batch
	up := upFlag(!b.Down)
	m.Begin(unix.RTM_NEWLINK, 0)
	m.Ifinfo(unix.AF_UNSPEC, lb.index, up, up)
	if b.Bridge != nil {
		m.U32(unix.IFLA_MASTER, uint32(b.Bridge.Index()))
	}
	if err = b.Namespace.conn.Do(&m); err != nil {
		err = c.fault(err, b, a, lb, la)
	}
	if err == nil {
		err = la.addAltName()
	}
	if err == nil {
		err = lb.addAltName()
	}
	if err != nil {
		la.remove() // half a link is none; the first error is the one to tell
		return err
	}
	a.Namespace.take(a.Name)
	b.Namespace.take(b.Name)
	return nil
}

// remove undoes the making of a link that failed halfway.
func (l *Link) remove() {
	var d rtnl.Batch
	d.Begin(unix.RTM_DELLINK, 0)
	d.Ifinfo(unix.AF_UNSPEC, l.index, 0, 0)
	_ = l.ns.conn.Do(&d)
}

// nameTaken reports whether a link of this one's name exists.
func (l *Link) nameTaken() bool {
	_, err := l.ns.linkByName(l.kernel)
	return err == nil
}

// indexTaken reports whether err says that a program in the namespace has made
// a link of an index that we chose. The kernel's errno for that is the one for
// a name if it is the message's own index.
func indexTaken(err error, links ...*Link) bool {
	return isErrno(err, unix.EBUSY) || isErrno(err, unix.EEXIST) && !slices.ContainsFunc(links, (*Link).nameTaken)
}

// createLinks calls create, with other indexes if a program in the namespace
// has taken those that we chose.
func createLinks(create func() error, links ...*Link) error {
	err := create()
	for try := 0; indexTaken(err, links...) && try < 3; try++ {
		for _, l := range links {
			if err := l.ns.resync(); err != nil {
				return err
			}
		}
		takeIndexes(links...)
		err = create()
	}
	return err
}

// upFlag is the interface flag of a link that is switched on, or 0.
func upFlag(up bool) uint32 {
	if up {
		return unix.IFF_UP
	}
	return 0
}

func (c *cable) create(a, b *end, la, lb *Link) error {
	var m rtnl.Batch
	m.Begin(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	up := upFlag(!a.Down)
	m.Ifinfo(unix.AF_UNSPEC, la.index, up, up)
	linkAttrs(&m, a, la)
	if a.Bridge != nil {
		m.U32(unix.IFLA_MASTER, uint32(a.Bridge.Index()))
	}
	info := m.Nest(unix.IFLA_LINKINFO)
	m.Attr(unix.IFLA_INFO_KIND, []byte(c.kind.name))
	data := m.Nest(unix.IFLA_INFO_DATA)
	c.kind.put(&m, c.settings)
	peer := m.Nest(infoPeer)
	m.Ifinfo(unix.AF_UNSPEC, lb.index, 0, 0) // up comes later: the pair is not joined yet
	linkAttrs(&m, b, lb)
	m.U32(unix.IFLA_NET_NS_FD, uint32(b.Namespace.thread.ns))
	m.Unnest(peer)
	m.Unnest(data)
	m.Unnest(info)
	return a.Namespace.conn.Do(&m)
}

// linkAttrs are the attributes both ends have. One queue each: the kernel's
// default is one per processor, which costs more than the link itself.
func linkAttrs(m *rtnl.Batch, e *end, l *Link) {
	m.Str(unix.IFLA_IFNAME, l.kernel)
	if e.MAC != nil {
		m.Attr(unix.IFLA_ADDRESS, e.MAC)
	}
	m.U32(unix.IFLA_NUM_TX_QUEUES, 1)
	m.U32(unix.IFLA_NUM_RX_QUEUES, 1)
	if e.MTU != 0 {
		m.U32(unix.IFLA_MTU, uint32(e.MTU))
	}
}

// isBridge reports whether the kernel says that a link is a bridge.
func (l *Link) isBridge() bool {
	ns, index := l.where()
	st, err := ns.linkByIndex(index)
	return err == nil && st.Kind == "bridge"
}

// fault says which end the kernel refused.
func (c *cable) fault(err error, a, b *end, la, lb *Link) error {
	if isErrno(err, unix.EOPNOTSUPP) && c.kind.config != "" {
		return lacking(c.kind.name, err)
	}
	if isErrno(err, unix.EEXIST) {
		for _, l := range []*Link{la, lb} {
			if l.nameTaken() {
				return &Error{Thing: linkThing(l.name, l.ns), Err: err}
			}
		}
	}
	if a.Bridge != nil && !a.Bridge.isBridge() {
		return &Error{Thing: a.Bridge.thing(), Err: &reworded{"is no bridge", err}}
	}
	thing := fmt.Sprintf("link between %s in %s and %s in %s", a.Name, a.Namespace.Name, b.Name, b.Namespace.Name)
	return &Error{Thing: thing, Err: err}
}

// command is what a person would type for the same link.
func (c *cable) command(a, b end, la, lb *Link) string {
	var w strings.Builder
	fmt.Fprintf(&w, "ip link add name %s", la.kernel)
	// In one namespace the kernel would number the far end first.
	number := a.Namespace == b.Namespace
	vethWords(&w, a, la, number)
	here, there := c.words()
	fmt.Fprintf(&w, " type %s%s peer%s name %s", c.kind.name, here, there, lb.kernel)
	vethWords(&w, b, lb, number)
	fmt.Fprintf(&w, " netns %s", b.Namespace.Name)
	for _, x := range []struct {
		e end
		l *Link
	}{{a, la}, {b, lb}} {
		w.WriteString(altWords(x.e.Namespace.Name, x.l.kernel, x.l.name))
		if x.e.Bridge != nil {
			fmt.Fprintf(&w, "; ip -n %s link set dev %s master %s", x.e.Namespace.Name, x.l.kernel, x.e.Bridge.Device())
		}
		if !x.e.Down {
			fmt.Fprintf(&w, "; ip -n %s link set dev %s up", x.e.Namespace.Name, x.l.kernel)
		}
	}
	return w.String()
}

func vethWords(w *strings.Builder, e end, l *Link, number bool) {
	if number {
		fmt.Fprintf(w, " index %d", l.index)
	}
	if e.MAC != nil {
		fmt.Fprintf(w, " address %s", e.MAC)
	}
	w.WriteString(" numtxqueues 1 numrxqueues 1")
	if e.MTU != 0 {
		fmt.Fprintf(w, " mtu %d", e.MTU)
	}
}
