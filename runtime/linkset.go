package runtime

import (
	"context"
	"fmt"
	"math"
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
	Port                        PortChange
}

// Empty reports whether c changes nothing.
func (c LinkChange) Empty() bool {
	for _, set := range []bool{
		c.Up != nil, c.ARP != nil, c.Multicast != nil, c.Promisc != nil, c.MTU != nil, c.TxQLen != nil, c.MAC != nil, c.Alias != nil, c.Name != nil,
		c.Master != nil, c.NoMaster, c.Namespace != nil, c.Isolated != nil, c.Hairpin != nil, c.Learning != nil, c.Flood != nil, c.Guard != nil,
		c.Locked != nil, c.PortCost != nil, c.Port != PortChange{},
	} {
		if set {
			return false
		}
	}
	return true
}

// Change applies c to the link, in the order namespace, attributes, port. Who
// moves a link names a master, and gets its up state, in the new namespace:
// the kernel drops both on the way.
func (l *Link) Change(ctx context.Context, c LinkChange) error {
	if err := l.checkChange(c); err != nil {
		return err
	}
	if to := c.Namespace; to != nil && to != l.Namespace() {
		if err := l.move(ctx, to, c.Name); err != nil {
			return err
		}
		c.Name = nil
	}
	ns, index := l.where()
	m, words := l.changeBatch(index, c)
	equiv := "ip link set dev " + l.Device() + words
	if c.Name != nil {
		equiv += renameWords(ns.Name, l.Name(), *c.Name)
	}
	if words != "" {
		err := ns.session.step(ctx, ns, equiv, func() error {
			if err := ns.conn.Do(m); err != nil {
				return &Error{Thing: l.thing(), Err: err, Hint: l.changeHint(c, err)}
			}
			if c.Name != nil {
				return l.rename(ns, *c.Name)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	l.asksChange(c)
	if err := l.changePort(ctx, ns, index, c); err != nil {
		return err
	}
	ns.await(index)
	return nil
}

// checkChange refuses what makes no sense whatever the kernel thinks of it.
func (l *Link) checkChange(c LinkChange) error {
	ns := l.Namespace()
	if c.Namespace != nil {
		if err := ns.session.own(c.Namespace); err != nil {
			return err
		}
		ns = c.Namespace
	}
	if c.Name != nil {
		if err := checkLinkName(*c.Name); err != nil {
			return err
		}
	}
	if c.Master != nil && c.Master.Namespace() != ns {
		return refuse(c.Master.thing(), "is in another namespace than %s", linkThing(l.Name(), ns))
	}
	for _, n := range []struct {
		word string
		v    *int
	}{{"mtu", c.MTU}, {"queue length", c.TxQLen}, {"port cost", c.PortCost}} {
		if n.v != nil && (*n.v < 0 || *n.v > math.MaxInt32) {
			return refuse(fmt.Sprintf("%s %d", n.word, *n.v), "is out of range")
		}
	}
	if c.Alias != nil && len(*c.Alias) > 255 {
		return refuse("alias of "+l.thing(), "has %d bytes: at most 255 are allowed", len(*c.Alias))
	}
	if err := c.Port.check(); err != nil {
		return err
	}
	if c.changesPort() && c.Master == nil {
		// Before anything is changed: half a change is none.
		if st, err := l.State(); err == nil && (st.Port == nil || c.NoMaster || c.Namespace != nil) {
			return refuse(linkThing(l.Name(), ns), "is no port of a bridge")
		}
	}
	return checkMAC(c.MAC)
}

func (c LinkChange) changesPort() bool {
	for _, b := range []*bool{c.Isolated, c.Hairpin, c.Learning, c.Flood, c.Guard, c.Locked} {
		if b != nil {
			return true
		}
	}
	return c.PortCost != nil || c.Port != PortChange{}
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
		flags |= upFlag(*c.Up)
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
		fmt.Fprintf(&w, " master %s", c.Master.Device())
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
	case c.Name != nil && isErrno(err, unix.EBUSY):
		return "a link that is up can be renamed since Linux 6.2: link_down it before"
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
	more := c.Port.write(&m, &w)
	m.Unnest(at)
	equiv := fmt.Sprintf("bridge link set dev %s%s", l.Device(), w.String())
	switch {
	case w.Len() == 0 && more == "":
		return nil
	case w.Len() == 0:
		equiv = fmt.Sprintf("ip link set dev %s type bridge_slave%s", l.Device(), more)
	case more != "":
		equiv += fmt.Sprintf("; ip -n %s link set dev %s type bridge_slave%s", ns.Name, l.Device(), more)
	}
	return ns.session.step(ctx, ns, equiv, func() error {
		if st, err := ns.linkByIndex(index); err == nil && st.Port == nil {
			return refuse(l.thing(), "is no port of a bridge")
		}
		if err := ns.conn.Do(&m); err != nil {
			return &Error{Thing: l.thing(), Err: err, Hint: c.Port.hint(err)}
		}
		return c.Port.took(ns, index, l.thing())
	})
}

// SetUp switches the link on or off.
func (l *Link) SetUp(ctx context.Context, up bool) error { return l.Change(ctx, LinkChange{Up: &up}) }
