package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A LinkSpec says what a link of any kind shall be like.
type LinkSpec struct {
	Kind     string
	Name     string // "" for the kind's name and the first free number
	On       *Link  // the link below it, for kinds that stand on one
	Underlay *Namespace
	MAC      net.HardwareAddr
	MTU      int
	Addrs    []netip.Prefix
	Down     bool
	Master   *Link
	Ports    []*Link // that it takes
	Settings []Setting
}

// NewLink makes a link in a namespace, in one message and where it shall live:
// the link below it, or the network that carries its packets, may be in
// another namespace.
func (s *Session) NewLink(ctx context.Context, ns *Namespace, spec LinkSpec) (*Link, error) {
	k := kindOf(spec.Kind)
	from := spec.From(ns)
	if err := s.checkSpec(ns, from, spec); err != nil {
		return nil, err
	}
	if err := k.admits(s); err != nil {
		return nil, err
	}
	if k.over {
		// What the kernel sends at once by itself must find links that are
		// usable: a question that is lost there is asked again in a second only.
		if err := s.Ready(ctx); err != nil {
			return nil, err
		}
	}
	defaulted := spec.Name == ""
	if defaulted {
		spec.Name = ns.kindName(k)
	}
	if spec.MAC == nil && k.ether {
		spec.MAC = s.mac(ns.Name, spec.Name)
	}
	if from != ns {
		ns.skipIndexes(from)
	}
	late := ns.stayDown(spec.Name, &spec.Down)
	l := newLink(ns, ns.nextIndex(), spec.Name)
	err := s.step(ctx, from, spec.command(k, ns, from, l), func() error {
		create := func() error { return newLinkError(from.createLink(k, l, spec), k, l, from, spec) }
		if err := createLinks(create, l); err != nil {
			return err
		}
		if err := l.addAltName(); err != nil {
			l.remove()
			return err
		}
		return nil
	})
	if err != nil {
		if defaulted {
			ns.untake(spec.Name)
		}
		return nil, err
	}
	ns.take(spec.Name)
	l.asks(!spec.Down, spec.MTU)
	late = late || !spec.Down && len(spec.Ports) > 0 // it takes them while it is switched off
	restore, err := l.takePorts(ctx, spec)
	if err == nil {
		err = l.wake(ctx, late)
	}
	if err == nil {
		if !spec.Down {
			ns.await(l.index)
		}
		addrs := spec.Addrs
		if spec.unlocal(k) && l.takesIPv6(ctx) {
			addrs = append([]netip.Prefix{s.linkLocal(ns.Name, spec.Name)}, addrs...)
		}
		err = l.AddAddrs(ctx, AddrOptions{}, addrs...)
	}
	if err != nil {
		ctx := context.WithoutCancel(ctx)
		_ = l.Delete(ctx) // the first error is the one to tell
		restore(ctx)
		return nil, err
	}
	return l, nil
}

// addrGenNone is IN6_ADDR_GEN_MODE_NONE of linux/if_link.h.
const addrGenNone = 1

// linkLocal is the address of a link to which the kernel would give one of
// chance: the same in every run.
func (s *Session) linkLocal(ns, link string) netip.Prefix {
	m := s.mac(ns, link)
	a := [16]byte{0: 0xfe, 1: 0x80, 8: m[0], 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5]}
	return netip.PrefixFrom(netip.AddrFrom16(a), 64)
}

// unlocal reports whether the kernel would give the link an address by chance:
// of a kind where it does, unless it is too small for IPv6.
func (spec *LinkSpec) unlocal(k *kind) bool {
	return k.unlocal && (spec.MTU == 0 || spec.MTU >= leastMTU6)
}

// leastMTU6 is IPV6_MIN_MTU of linux/ipv6.h, RFC 8200 section 5.
const leastMTU6 = 1280

// takesIPv6 reports whether a link can have addresses of IPv6.
func (l *Link) takesIPv6(ctx context.Context) bool {
	off, err := l.Namespace().Sysctl(ctx, "net/ipv6/conf/"+l.Device()+"/disable_ipv6")
	return err == nil && off == "0"
}

// From is the namespace whose socket makes the link: that of the link below
// it, or of the network that carries its packets.
func (spec *LinkSpec) From(ns *Namespace) *Namespace {
	switch {
	case spec.On != nil:
		return spec.On.Namespace()
	case spec.Underlay != nil:
		return spec.Underlay
	}
	return ns
}

func (s *Session) checkSpec(ns, from *Namespace, spec LinkSpec) error {
	for _, n := range []*Namespace{ns, from} {
		if err := s.own(n); err != nil {
			return err
		}
	}
	if err := errors.Join(checkMTU(spec.MTU), checkMAC(spec.MAC)); err != nil {
		return err
	}
	others := append(slices.Clone(spec.Ports), spec.Master, spec.On)
	for _, s := range spec.Settings {
		others = append(others, s.Link)
	}
	for i, p := range others {
		switch {
		case p == nil:
			continue
		case i <= len(spec.Ports) && p.Namespace() != ns: // a port, or the master
			return refuse(p.thing(), "is in another namespace than %s", ns.Name)
		}
		if err := p.Exists(); err != nil {
			return err
		}
	}
	if spec.On != nil && spec.On.Index() == loopback {
		return refuse(spec.On.thing(), "is the loopback, which carries no %s", spec.Kind)
	}
	if spec.Master != nil && !spec.Master.takesPorts() {
		return refuse(spec.Master.thing(), takesNone)
	}
	if err := checkPorts(spec.Ports); err != nil {
		return err
	}
	if spec.Name == "" {
		return nil
	}
	return checkLinkName(spec.Name)
}

// kindName is the first default name of a kind that is free. The kernel makes
// some devices by itself, the first of their kind.
func (ns *Namespace) kindName(k *kind) string {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	prefix := cmp.Or(k.short, k.name)
	for i := k.first; ; i++ {
		if name := fmt.Sprint(prefix, i); !ns.ports[name] {
			ns.ports[name] = true
			return name
		}
	}
}

// skipIndexes makes the next index one that is free in another namespace, too:
// 6.1 and 6.12 look it up in that of the socket.
func (ns *Namespace) skipIndexes(from *Namespace) {
	from.mu.Lock()
	last := from.lastIndex
	from.mu.Unlock()
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.lastIndex = max(ns.lastIndex, last)
}

// createLink sends the message, on the receiver's socket.
func (ns *Namespace) createLink(k *kind, l *Link, spec LinkSpec) error {
	if k.tun != 0 {
		return l.createTun(k, spec)
	}
	var m rtnl.Batch
	m.Begin(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	up := upFlag(!spec.Down && len(spec.Ports) == 0 && !spec.unlocal(k))
	m.Ifinfo(unix.AF_UNSPEC, l.index, up, up)
	m.Str(unix.IFLA_IFNAME, l.kernel)
	l.attrs(&m, spec)
	if spec.On != nil {
		m.U32(unix.IFLA_LINK, uint32(spec.On.Index()))
	}
	if l.ns != ns {
		m.U32(unix.IFLA_NET_NS_FD, uint32(l.ns.thread.ns))
	}
	k.info(&m, spec.Settings)
	if err := ns.conn.Do(&m); err != nil {
		return err
	}
	if k.lateMTU && spec.MTU != 0 {
		if err := l.lateMTU(spec.MTU); err != nil {
			return err
		}
	}
	if !spec.unlocal(k) {
		return nil
	}
	if err := l.unlocal(!spec.Down); err != nil {
		l.remove()
		return err
	}
	return nil
}

// lateMTU gives a link that was just made its mtu. One that cannot have it goes.
func (l *Link) lateMTU(mtu int) error {
	m, _ := l.changeBatch(l.index, LinkChange{MTU: &mtu})
	if err := l.ns.conn.Do(m); err != nil {
		l.remove()
		return err
	}
	return nil
}

// attrs are what links of all kinds have.
func (l *Link) attrs(m *rtnl.Batch, spec LinkSpec) {
	if spec.MAC != nil {
		m.Attr(unix.IFLA_ADDRESS, spec.MAC)
	}
	if spec.MTU != 0 {
		m.U32(unix.IFLA_MTU, uint32(spec.MTU))
	}
	if spec.Master != nil {
		m.U32(unix.IFLA_MASTER, uint32(spec.Master.Index()))
	}
}

// unlocal keeps the kernel from giving a link an address of chance, and then
// switches it on.
func (l *Link) unlocal(up bool) error {
	var m rtnl.Batch
	m.Begin(unix.RTM_SETLINK, 0)
	m.Ifinfo(unix.AF_UNSPEC, l.index, 0, 0)
	unlocalAttrs(&m)
	m.Begin(unix.RTM_SETLINK, 0)
	m.Ifinfo(unix.AF_UNSPEC, l.index, upFlag(up), upFlag(up))
	return l.ns.conn.Do(&m)
}

func unlocalAttrs(m *rtnl.Batch) {
	spec := m.Nest(unix.IFLA_AF_SPEC)
	six := m.Nest(unix.AF_INET6)
	m.U8(unix.IFLA_INET6_ADDR_GEN_MODE, addrGenNone)
	m.Unnest(six)
	m.Unnest(spec)
}
