package runtime

import (
	"context"
	"fmt"
	"net"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// LinkChange says what is to change on a link; nil leaves a thing as it is.
type LinkChange struct {
	Up, ARP, Multicast, Promisc *bool
	MTU, TxQLen                 *int
	MAC                         net.HardwareAddr
	Alias, Name                 *string
	Master                      *Link // the bridge to become a port of
	NoMaster                    bool
	Namespace                   *Namespace // where to move to
	Isolated, Hairpin, Learning *bool      // of a bridge's port, as the following
	Flood, Guard, Locked        *bool
	PortCost                    *int
}

// Change applies c to the link, in the order master, attributes, up, move.
func (l *Link) Change(ctx context.Context, c LinkChange) error {
	ns, index := l.where()
	s := ns.session
	if c.Name != nil {
		if err := checkLinkName(*c.Name); err != nil {
			return err
		}
	}
	if c.Master != nil && c.Master.Namespace() != ns {
		return refuse(c.Master.thing(), "is in another namespace than %s", l.thing())
	}
	if c.Namespace != nil {
		if err := s.own(c.Namespace); err != nil {
			return err
		}
	}
	m, words := l.changeBatch(index, c)
	if words != "" {
		equiv := fmt.Sprintf("ip link set %s%s", l.device(), words)
		err := s.step(ctx, ns, equiv, func() error {
			if err := ns.conn.Do(m); err != nil {
				return &Error{Thing: l.thing(), Err: err, Hint: l.changeHint(c, err)}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if c.Name != nil {
		l.mu.Lock()
		l.name, l.kernel = *c.Name, kernelName(*c.Name)
		l.mu.Unlock()
		ns.take(*c.Name)
		if err := l.addAltName(); err != nil && !isErrno(err, unix.EEXIST) {
			return &Error{Thing: l.thing(), Err: err}
		}
	}
	if err := l.changePort(ctx, ns, index, c); err != nil {
		return err
	}
	ns.await(index)
	if c.Namespace != nil && c.Namespace != ns {
		return l.move(ctx, c.Namespace)
	}
	return nil
}

// changeBatch is one message for everything that one message can carry.
func (l *Link) changeBatch(index int32, c LinkChange) (*rtnl.Batch, string) {
	var w strings.Builder
	var flags, change uint32
	flag := func(v *bool, bit uint32, word string, invert bool) {
		if v == nil {
			return
		}
		change |= bit
		if *v != invert {
			flags |= bit
		}
		fmt.Fprintf(&w, " %s %s", word, map[bool]string{true: "on", false: "off"}[*v])
	}
	flag(c.ARP, unix.IFF_NOARP, "arp", true)
	flag(c.Multicast, unix.IFF_MULTICAST, "multicast", false)
	flag(c.Promisc, unix.IFF_PROMISC, "promisc", false)
	if c.Up != nil {
		change |= unix.IFF_UP
		if *c.Up {
			flags |= unix.IFF_UP
		}
	}
	var m rtnl.Batch
	m.Begin(unix.RTM_NEWLINK, 0)
	m.Ifinfo(unix.AF_UNSPEC, index, flags, change)
	if c.MTU != nil {
		m.U32(unix.IFLA_MTU, uint32(*c.MTU))
		fmt.Fprintf(&w, " mtu %d", *c.MTU)
	}
	if c.TxQLen != nil {
		m.U32(unix.IFLA_TXQLEN, uint32(*c.TxQLen))
		fmt.Fprintf(&w, " txqueuelen %d", *c.TxQLen)
	}
	if c.MAC != nil {
		m.Attr(unix.IFLA_ADDRESS, c.MAC)
		fmt.Fprintf(&w, " address %s", c.MAC)
	}
	if c.Alias != nil {
		m.Attr(unix.IFLA_IFALIAS, []byte(*c.Alias))
		fmt.Fprintf(&w, " alias %s", shellQuote(*c.Alias))
	}
	if c.Name != nil {
		m.Str(unix.IFLA_IFNAME, kernelName(*c.Name))
		fmt.Fprintf(&w, " name %s", kernelName(*c.Name))
	}
	switch {
	case c.Master != nil:
		m.U32(unix.IFLA_MASTER, uint32(c.Master.Index()))
		fmt.Fprintf(&w, " master %s", c.Master.device())
	case c.NoMaster:
		m.U32(unix.IFLA_MASTER, 0)
		w.WriteString(" nomaster")
	}
	if c.Up != nil {
		w.WriteString(map[bool]string{true: " up", false: " down"}[*c.Up])
	}
	return &m, w.String()
}

func (l *Link) changeHint(c LinkChange, err error) string {
	switch {
	case c.MTU != nil && isErrno(err, unix.EINVAL):
		return fmt.Sprintf("mtu %d may be out of its range", *c.MTU)
	case c.Name != nil && isErrno(err, unix.EEXIST):
		return fmt.Sprintf("%s has an interface %s", l.Namespace().Name, *c.Name)
	case c.Master != nil && isErrno(err, unix.EOPNOTSUPP), c.Master != nil && isErrno(err, unix.EINVAL):
		return c.Master.thing() + " takes no ports: only a bridge does"
	case c.MAC != nil && isErrno(err, unix.EADDRNOTAVAIL):
		return "mac " + c.MAC.String() + " is no address of one station"
	}
	return ""
}

// changePort sets what belongs to a link as a port of its bridge.
func (l *Link) changePort(ctx context.Context, ns *Namespace, index int32, c LinkChange) error {
	flags := []struct {
		v    *bool
		typ  uint16
		word string
	}{
		{c.Isolated, unix.IFLA_BRPORT_ISOLATED, "isolated"}, {c.Hairpin, unix.IFLA_BRPORT_MODE, "hairpin"},
		{c.Learning, unix.IFLA_BRPORT_LEARNING, "learning"}, {c.Flood, unix.IFLA_BRPORT_UNICAST_FLOOD, "flood"},
		{c.Guard, unix.IFLA_BRPORT_GUARD, "guard"}, {c.Locked, unix.IFLA_BRPORT_LOCKED, "locked"},
	}
	var m rtnl.Batch
	var w strings.Builder
	m.Begin(unix.RTM_SETLINK, 0)
	m.Ifinfo(unix.AF_BRIDGE, index, 0, 0)
	at := m.Nest(unix.IFLA_PROTINFO)
	for _, f := range flags {
		if f.v != nil {
			m.U8(f.typ, map[bool]uint8{true: 1}[*f.v])
			fmt.Fprintf(&w, " %s %s", f.word, map[bool]string{true: "on", false: "off"}[*f.v])
		}
	}
	if c.PortCost != nil {
		m.U32(unix.IFLA_BRPORT_COST, uint32(*c.PortCost))
		fmt.Fprintf(&w, " cost %d", *c.PortCost)
	}
	m.Unnest(at)
	if w.Len() == 0 {
		return nil
	}
	return ns.session.step(ctx, ns, fmt.Sprintf("bridge link set dev %s%s", l.device(), w.String()), func() error {
		if st, err := ns.linkByIndex(index); err == nil && st.Port == nil {
			return refuse(l.thing(), "is no port of a bridge")
		}
		if err := ns.conn.Do(&m); err != nil {
			return &Error{Thing: l.thing(), Err: err}
		}
		return nil
	})
}

// move takes the link to another namespace. The kernel drops its addresses
// and its up state on the way.
func (l *Link) move(ctx context.Context, to *Namespace) error {
	ns, index := l.where()
	return ns.session.step(ctx, ns, fmt.Sprintf("ip link set %s netns %s", l.device(), to.Name), func() error {
		var m rtnl.Batch
		m.Begin(unix.RTM_NEWLINK, 0)
		m.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
		m.U32(unix.IFLA_NET_NS_FD, uint32(to.thread.ns))
		if err := ns.conn.Do(&m); err != nil {
			hint := ""
			if isErrno(err, unix.EEXIST) {
				hint = "netns " + to.Name + " has an interface of that name"
			}
			return &Error{Thing: l.thing(), Err: err, Hint: hint}
		}
		st, err := to.linkByName(l.device())
		if err != nil {
			return &Error{Thing: linkThing(l.Name(), to), Err: err}
		}
		l.mu.Lock()
		l.ns, l.index = to, int32(st.Index)
		l.mu.Unlock()
		to.take(l.Name())
		return to.resync()
	})
}

// SetUp switches the link on or off.
func (l *Link) SetUp(ctx context.Context, up bool) error { return l.Change(ctx, LinkChange{Up: &up}) }

// Delete removes the link, and with it a veth's other end.
func (l *Link) Delete(ctx context.Context) error {
	ns, index := l.where()
	return ns.session.step(ctx, ns, "ip link del "+l.device(), func() error {
		var m rtnl.Batch
		m.Begin(unix.RTM_DELLINK, 0)
		m.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
		if err := ns.conn.Do(&m); err != nil {
			hint := ""
			if isErrno(err, unix.EOPNOTSUPP) {
				hint = "the kernel keeps links of this kind"
			}
			return &Error{Thing: l.thing(), Err: err, Hint: hint}
		}
		ns.untake(l.Name())
		return nil
	})
}
