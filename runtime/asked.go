package runtime

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// What a script asked for, and still may believe in, is kept, so that a report
// can tell what has become of it: a program may have changed it, and the kernel
// itself takes addresses and routes away with a link that goes down.

// asked is what a script wants of a namespace. The namespace's mu guards it.
type asked struct {
	links  map[int32]askedLink // by index
	addrs  []askedAddr
	routes []RouteSpec
}

type askedLink struct {
	name string
	up   bool
	mtu  int // 0 if it was not said
}

type askedAddr struct {
	index  int32
	prefix netip.Prefix
}

// asks notes a link that the script has just made.
func (l *Link) asks(up bool, mtu int) {
	ns, index := l.where()
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.asked.links == nil {
		ns.asked.links = map[int32]askedLink{}
	}
	ns.asked.links[index] = askedLink{l.Name(), up, mtu}
}

// asksChange notes what the script has just changed on a link.
func (l *Link) asksChange(c LinkChange) {
	ns, index := l.where()
	ns.mu.Lock()
	defer ns.mu.Unlock()
	a, ok := ns.asked.links[index]
	if !ok {
		return // a program made it
	}
	if a.name = l.Name(); c.Up != nil {
		a.up = *c.Up
	}
	if c.MTU != nil {
		a.mtu = *c.MTU
	}
	ns.asked.links[index] = a
}

// disclaim forgets a link that the script took away, and what was on it.
func (ns *Namespace) disclaim(index int32) (a askedLink, known bool) {
	ns.leaveAllAnycast(index)
	ns.mu.Lock()
	defer ns.mu.Unlock()
	a, known = ns.asked.links[index]
	delete(ns.asked.links, index)
	ns.asked.addrs = slices.DeleteFunc(ns.asked.addrs, func(a askedAddr) bool { return a.index == index })
	ns.asked.routes = slices.DeleteFunc(ns.asked.routes, func(r RouteSpec) bool {
		return slices.ContainsFunc(r.Hops, func(h Hop) bool { return h.Link != nil && h.Link.Index() == int(index) })
	})
	return a, known
}

// asksAddrs notes addresses that the script has just added or removed.
func (ns *Namespace) asksAddrs(verb string, index int32, list []netip.Prefix) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	for _, p := range list {
		a := askedAddr{index, p}
		ns.asked.addrs = slices.DeleteFunc(ns.asked.addrs, func(b askedAddr) bool { return a == b })
		if verb == "add" {
			ns.asked.addrs = append(ns.asked.addrs, a)
		}
	}
}

// asksRoute notes a route that the script has just added or removed.
func (ns *Namespace) asksRoute(verb string, r RouteSpec) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	same := func(b RouteSpec) bool {
		return r.Dst.Masked() == b.Dst.Masked() && r.table() == b.table() && (r.Metric == b.Metric || verb == "del" && r.Metric == 0)
	}
	switch i := slices.IndexFunc(ns.asked.routes, same); {
	case verb == "del" && i >= 0:
		ns.asked.routes = slices.Delete(ns.asked.routes, i, i+1)
	case verb == "del":
	case i >= 0: // it was gone, or is replaced
		ns.asked.routes[i] = r
	default:
		ns.asked.routes = append(ns.asked.routes, r)
	}
}

// Deviations says in words what is not, or no longer, as the script asked.
func (ns *Namespace) Deviations() []string {
	ns.mu.Lock()
	want := asked{maps.Clone(ns.asked.links), slices.Clone(ns.asked.addrs), slices.Clone(ns.asked.routes)}
	ns.mu.Unlock()
	if len(want.links)+len(want.addrs)+len(want.routes) == 0 {
		return nil
	}
	states, err := ns.LinkStates()
	if err != nil {
		return nil // it is gone, with all of it
	}
	is := map[int32]*LinkState{}
	for _, st := range states {
		is[int32(st.Index)] = st
	}
	words := want.linkWords(is)
	if addrs, err := ns.Addrs(); err == nil {
		words = append(words, want.addrWords(is, addrs)...)
	}
	if len(want.routes) > 0 {
		if routes, err := ns.Routes(0); err == nil {
			words = append(words, want.routeWords(routes)...)
		}
	}
	return words
}

func (a *asked) linkWords(is map[int32]*LinkState) (words []string) {
	for _, index := range slices.Sorted(maps.Keys(a.links)) {
		l, st := a.links[index], is[index]
		switch {
		case st == nil:
			words = append(words, l.name+" is gone")
			continue
		case l.up && !st.Up():
			words = append(words, l.name+" is down, and was set up")
		}
		if l.mtu != 0 && l.mtu != st.MTU {
			words = append(words, fmt.Sprintf("%s has an mtu of %d, and was set to %d", l.name, st.MTU, l.mtu))
		}
	}
	return words
}

func (a *asked) addrWords(is map[int32]*LinkState, addrs []Addr) (words []string) {
	for _, want := range a.addrs {
		st := is[want.index]
		if st == nil {
			continue // the link is told, if it was the script's
		}
		i := slices.IndexFunc(addrs, func(b Addr) bool { return b.Prefix.Addr() == want.prefix.Addr() && b.Link == st.LongName() })
		switch {
		case i < 0:
			words = append(words, fmt.Sprintf("address %s of %s is gone", want.prefix, st.LongName()))
		case slices.Contains(addrs[i].Flags, "dadfailed"):
			words = append(words, fmt.Sprintf("address %s of %s is not used: another station has it (dadfailed)", want.prefix, st.LongName()))
		case slices.Contains(addrs[i].Flags, "tentative"):
			words = append(words, fmt.Sprintf("address %s of %s is not yet used: it is tentative", want.prefix, st.LongName()))
		}
	}
	return words
}

func (a *asked) routeWords(routes []Route) (words []string) {
	for _, want := range a.routes {
		there := func(r Route) bool {
			metric := want.Metric
			if metric == 0 && want.Dst.Addr().Is6() {
				metric = 1024 // IP6_RT_PRIO_USER, the kernel's default
			}
			return r.Dst == want.Dst.Masked() && r.Table == want.table() && r.Metric == metric
		}
		if !slices.ContainsFunc(routes, there) {
			want.Proto = ""
			words = append(words, "route "+want.words()+" is gone")
		}
	}
	return words
}

// table is the number of the table that the route goes to.
func (r RouteSpec) table() int {
	if r.Table != 0 {
		return r.Table
	}
	switch routeKinds[r.Kind] {
	case unix.RTN_LOCAL, unix.RTN_BROADCAST, unix.RTN_ANYCAST:
		return unix.RT_TABLE_LOCAL
	}
	return unix.RT_TABLE_MAIN
}
