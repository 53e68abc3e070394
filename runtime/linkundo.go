package runtime

import (
	"context"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// remember returns what makes a link again what it is now, in all that a
// change is about: the kernel carries a message out in parts, and what was done
// before the part that fails stays.
func (l *Link) remember(c LinkChange) (back func(context.Context), err error) {
	ns, name := l.Namespace(), l.Name()
	st, err := l.State()
	if err != nil {
		return nil, err
	}
	var addrs []Addr
	if c.Namespace != nil || c.Master != nil || c.NoMaster || c.Up != nil && !*c.Up { // the kernel takes some
		if addrs, err = l.Addrs(); err != nil {
			return nil, err
		}
	}
	solicits := ""
	if c.Token != nil {
		solicits, _ = ns.Sysctl(context.Background(), l.solicitsKey()) // else the kernel has no IPv6, and takes no token
	}
	return func(ctx context.Context) {
		if l.Namespace() != ns {
			_ = l.move(ctx, ns, &name) // the first error is the one to tell, here and below
		}
		now, err := l.State()
		if err != nil {
			return
		}
		undo := l.difference(c, st, now, name)
		for _, alt := range st.AltNames {
			if !slices.Contains(now.AltNames, alt) && alt != l.Name() {
				undo.AltName = &alt
			}
		}
		for _, alt := range now.AltNames {
			if !slices.Contains(st.AltNames, alt) && alt != l.Name() {
				undo.NoAltName = &alt
			}
		}
		if !undo.Empty() {
			_ = l.change(ctx, undo)
		}
		if solicits == "0" { // a token is the only thing to change it
			_ = ns.SetSysctl(ctx, l.solicitsKey(), solicits)
		}
		l.readdress(ctx, addrs)
	}, nil
}

// difference is the change from what a link is now to what it was, in what c
// is about.
func (l *Link) difference(c LinkChange, was, now *LinkState, name string) (undo LinkChange) {
	number := func(asked *int, was, now int) *int {
		if asked == nil || was == now {
			return nil
		}
		return &was
	}
	undo.MTU, undo.TxQLen, undo.Group = number(c.MTU, was.MTU, now.MTU), number(c.TxQLen, was.TxQLen, now.TxQLen), number(c.Group, was.Group, now.Group)
	undo.GSOMaxSize, undo.GSOMaxSegs = number(c.GSOMaxSize, was.GSOMaxSize, now.GSOMaxSize), number(c.GSOMaxSegs, was.GSOMaxSegs, now.GSOMaxSegs)
	undo.GROMaxSize = number(c.GROMaxSize, was.GROMaxSize, now.GROMaxSize)
	flag := func(asked bool, bit uint32, invert bool) *bool {
		if !asked || was.Flags&bit == now.Flags&bit {
			return nil
		}
		on := was.Flags&bit != 0 != invert
		return &on
	}
	undo.ARP, undo.Multicast = flag(c.ARP != nil, unix.IFF_NOARP, true), flag(c.Multicast != nil, unix.IFF_MULTICAST, false)
	undo.Promisc, undo.Up = flag(c.Promisc != nil, unix.IFF_PROMISC, false), flag(true, unix.IFF_UP, false)
	if c.MAC != nil && !slices.Equal(was.MAC, now.MAC) {
		undo.MAC = was.MAC
	}
	if c.Alias != nil && was.Alias != now.Alias {
		undo.Alias = &was.Alias
	}
	if c.Carrier != nil && was.Carrier != now.Carrier {
		undo.Carrier = &was.Carrier
	}
	if c.Token != nil && was.Token != now.Token {
		token := was.Token
		if !token.IsValid() {
			token = netip.IPv6Unspecified()
		}
		undo.Token = &token
	}
	if c.AddrGenMode != nil && was.AddrGenMode != now.AddrGenMode {
		undo.AddrGenMode = &was.AddrGenMode
	}
	if l.Name() != name {
		undo.Name = &name
	}
	ns := l.Namespace()
	switch {
	case was.Master == now.Master:
	case was.Master == 0:
		undo.NoMaster = true
	default:
		undo.Master = newLink(ns, int32(was.Master), ns.LinkName(was.Master))
	}
	if away := undo.Master != nil; was.Port != nil && (now.Port != nil || away) {
		undo.Port = c.Port.back(was.Port, now.Port, away)
	}
	return undo
}
