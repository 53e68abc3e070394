package runtime

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// LinkChange says what is to change on a link; nil leaves a thing as it is.
type LinkChange struct {
	Up, ARP, Multicast, Promisc *bool
	MTU, TxQLen, Group          *int
	GSOMaxSize, GSOMaxSegs      *int // in bytes, and in segments
	GROMaxSize                  *int
	Carrier                     *bool // of a kind whose carrier is only said: dummy, a program's tap …
	AltName, NoAltName          *string
	NoXDP                       bool
	MAC                         net.HardwareAddr
	Alias, Name                 *string
	Token                       *netip.Addr // the lower half of the addresses that a router's advertisement makes; :: for none
	AddrGenMode                 *string     // how the kernel makes a link-local address
	Master                      *Link       // the bridge to become a port of
	NoMaster                    bool
	Namespace                   *Namespace // where to move to
	Port                        PortChange
}

// Empty reports whether c changes nothing.
func (c LinkChange) Empty() bool { return c.parts() == 0 }

// parts is how many things c changes.
func (c LinkChange) parts() (n int) {
	for _, set := range []bool{
		c.Up != nil, c.ARP != nil, c.Multicast != nil, c.Promisc != nil, c.MTU != nil, c.TxQLen != nil, c.Group != nil, c.GSOMaxSize != nil, c.GSOMaxSegs != nil, c.GROMaxSize != nil, c.Carrier != nil, c.AltName != nil, c.NoAltName != nil, c.NoXDP, c.MAC != nil, c.Alias != nil, c.Name != nil, c.Token != nil, c.AddrGenMode != nil,
		c.Master != nil, c.NoMaster, c.Namespace != nil,
	} {
		if set {
			n++
		}
	}
	return n + c.Port.parts()
}

// whole reports whether the kernel refuses c as a whole or not at all: a token
// needs more than its own message, and a port's state may become another.
func (c LinkChange) whole() bool { return c.parts() < 2 && c.Token == nil && c.Port.State == nil }

// Change applies c to the link, in the order namespace, attributes, port. Who
// moves a link names a master, and gets its up state, in the new namespace:
// the kernel drops both on the way.
func (l *Link) Change(ctx context.Context, c LinkChange) error {
	if err := l.checkChange(c); err != nil {
		return err
	}
	if c.whole() && !l.meetsKept(c) {
		return l.change(ctx, c)
	}
	back, err := l.remember(c)
	if err != nil {
		return err
	}
	if err := l.change(ctx, c); err != nil {
		back(context.WithoutCancel(ctx)) // half a change is none
		return err
	}
	return nil
}

// change applies what has been looked at.
func (l *Link) change(ctx context.Context, c LinkChange) error {
	if c.Up != nil && *c.Up && l.meetsKept(c) { // what is kept is written before
		up := LinkChange{Up: c.Up}
		c.Up = nil
		if err := l.change(ctx, c); err != nil {
			return err
		}
		return l.change(ctx, up)
	}
	if to := c.Namespace; to != nil && to != l.Namespace() {
		if err := l.move(ctx, to, c.Name); err != nil {
			return err
		}
		c.Name = nil
		if err := l.writeKept(ctx); err != nil {
			return err
		}
	}
	ns, index := l.where()
	if c.Token != nil {
		if err := l.solicits(ctx); err != nil {
			return err
		}
	}
	m, words := l.changeBatch(index, c)
	equiv := "ip link set dev " + l.Device() + words
	if c.Name != nil {
		equiv += renameWords(ns.Name, l.Name(), *c.Name)
	}
	if c.Token != nil {
		equiv = c.tokenWords(ns, l, words, equiv)
	}
	if words != "" || c.Token != nil {
		err := ns.session.step(ctx, ns, equiv, func() error {
			if err := ns.conn.Do(m); err != nil {
				return l.changeError(c, err)
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
	if c.Name != nil {
		if err := l.writeKept(ctx); err != nil {
			return err
		}
	}
	if err := l.changeAltNames(ctx, c); err != nil {
		return err
	}
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
	for _, alt := range []*string{c.AltName, c.NoAltName} {
		if alt != nil {
			if err := checkLinkName(*alt); err != nil {
				return err
			}
		}
	}
	if c.Master != nil && c.Master.Namespace() != ns {
		return refuse(c.Master.thing(), "is in another namespace than %s", linkThing(l.Name(), ns))
	}
	if c.Master != nil {
		if err := c.Master.Exists(); err != nil {
			return err
		}
	}
	for _, n := range []struct {
		word string
		v    *int
	}{{"mtu", c.MTU}, {"queue length", c.TxQLen}, {"port cost", c.Port.Cost}} {
		if n.v != nil && (*n.v < 0 || *n.v > math.MaxInt32) {
			return refuse(fmt.Sprintf("%s %d", n.word, *n.v), "is out of range")
		}
	}
	if c.Alias != nil && len(*c.Alias) > 255 {
		return refuse("alias of "+l.thing(), "has %d bytes: at most 255 are allowed", len(*c.Alias))
	}
	if err := c.checkInet6(); err != nil {
		return err
	}
	if err := c.Port.check(); err != nil {
		return err
	}
	if c.Port.parts() > 0 && c.Master == nil {
		// Before anything is changed: half a change is none.
		if st, err := l.State(); err == nil && (st.Port == nil || c.NoMaster || c.Namespace != nil) {
			return refuse(linkThing(l.Name(), ns), "is no port of a bridge")
		}
	}
	return checkMAC(c.MAC)
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
		fmt.Fprintf(&w, " %s %s", word, onOff(*v))
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
	for _, n := range []struct {
		v    *int
		typ  uint16
		word string
	}{{c.MTU, unix.IFLA_MTU, "mtu"}, {c.TxQLen, unix.IFLA_TXQLEN, "txqueuelen"}, {c.Group, unix.IFLA_GROUP, "group"}, {c.GSOMaxSize, unix.IFLA_GSO_MAX_SIZE, "gso_max_size"}, {c.GSOMaxSegs, unix.IFLA_GSO_MAX_SEGS, "gso_max_segs"}, {c.GROMaxSize, unix.IFLA_GRO_MAX_SIZE, "gro_max_size"}} {
		if n.v != nil {
			m.U32(n.typ, uint32(*n.v))
			fmt.Fprintf(&w, " %s %d", n.word, *n.v)
		}
	}
	if c.Carrier != nil {
		m.Bool(unix.IFLA_CARRIER, *c.Carrier)
		fmt.Fprintf(&w, " carrier %s", onOff(*c.Carrier))
	}
	if c.NoXDP {
		at := m.Nest(unix.IFLA_XDP)
		m.U32(unix.IFLA_XDP_FD, math.MaxUint32) // -1: none
		m.Unnest(at)
	}
	if c.Token != nil || c.AddrGenMode != nil {
		w.WriteString(c.inet6(&m))
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
	if c.NoXDP { // the tool takes nothing behind it
		w.WriteString(" xdp off")
	}
	return &m, w.String()
}

// changeError says why a change was refused.
func (l *Link) changeError(c LinkChange, err error) error {
	unsupported := isErrno(err, unix.EOPNOTSUPP)
	switch {
	case c.Master != nil && (unsupported || isErrno(err, unix.EINVAL)) && !c.Master.takesPorts():
		return &Error{Thing: c.Master.thing(), Err: &reworded{takesNone, err}}
	case c.Carrier != nil && unsupported:
		return &Error{Thing: l.thing(), Err: &reworded{"has the carrier of what it is connected to: a dummy's can be said", err}}
	}
	return &Error{Thing: l.thing(), Err: err, Hint: l.changeHint(c, err)}
}

func (l *Link) changeHint(c LinkChange, err error) string {
	switch {
	case c.MTU != nil && c.parts() == 1 && isErrno(err, unix.EINVAL):
		return fmt.Sprintf("mtu %d may be out of its range", *c.MTU)
	case c.Name != nil && isErrno(err, unix.EBUSY):
		return "a link that is up can be renamed since Linux 6.2: link_down it before"
	case c.Name != nil && isErrno(err, unix.EEXIST):
		return fmt.Sprintf("%s has an interface %s", l.Namespace().Name, *c.Name)
	case c.AddrGenMode != nil && *c.AddrGenMode == "stable_secret" && isErrno(err, unix.EINVAL):
		return "the sysctl stable_secret of it, or of default, must be set before"
	case c.MAC != nil && isErrno(err, unix.EADDRNOTAVAIL):
		return "mac " + c.MAC.String() + " is no address of one station"
	}
	return ""
}

// SetUp switches the link on or off.
func (l *Link) SetUp(ctx context.Context, up bool) error { return l.Change(ctx, LinkChange{Up: &up}) }
