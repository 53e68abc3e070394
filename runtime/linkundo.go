package runtime

import (
	"context"
	"slices"

	"golang.org/x/sys/unix"
)

// rememberAll returns what makes a link again what it is now, in all that a
// change is about: the kernel carries a message out in parts, and what was done
// before the part that fails stays.
func (l *Link) rememberAll(c LinkChange) (back func(context.Context), err error) {
	ns, name := l.Namespace(), l.Name()
	_, index := l.where()
	st, err := ns.linkBrief(index)
	if err != nil {
		return nil, &Error{Thing: l.thing(), Err: err}
	}
	var addrs []Addr
	if c.Namespace != nil || c.Master != nil || c.NoMaster || c.Up != nil && !*c.Up { // the kernel takes some
		if addrs, err = l.Addrs(); err != nil {
			return nil, err
		}
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
	return undo
}
