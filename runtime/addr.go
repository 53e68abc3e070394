package runtime

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// scopes are rtnetlink's scopes by iproute2's names.
var scopes = map[string]uint8{"global": unix.RT_SCOPE_UNIVERSE, "site": unix.RT_SCOPE_SITE, "link": unix.RT_SCOPE_LINK, "host": unix.RT_SCOPE_HOST, "nowhere": unix.RT_SCOPE_NOWHERE}

// AddAddrs adds addresses, in order. All go in one system call.
// If one of them is refused, none is added.
func (l *Link) AddAddrs(ctx context.Context, opt AddrOptions, list ...netip.Prefix) error {
	if opt.DAD && slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Addr().Is6() }) {
		// A node's interfaces look for no duplicates; this one shall.
		ns, index := l.where()
		key := "net/ipv6/conf/" + l.Device() + "/accept_dad"
		if v, err := ns.Sysctl(ctx, key); err == nil && v == "0" {
			if err := ns.SetSysctl(ctx, key, "1"); err != nil {
				return err
			}
		}
		ns.mu.Lock()
		ns.dad[index] = true
		ns.mu.Unlock()
	}
	return l.addrs(ctx, "add", opt, list)
}

// DelAddrs removes addresses. One with a peer is removed with its peer, and an
// anycast address as one.
func (l *Link) DelAddrs(ctx context.Context, opt AddrOptions, list ...netip.Prefix) error {
	return l.addrs(ctx, "del", opt, list)
}

func (l *Link) addrs(ctx context.Context, verb string, opt AddrOptions, list []netip.Prefix) error {
	if len(list) == 0 {
		return nil
	}
	for _, p := range list {
		if err := l.checkAddr(p, opt); err != nil {
			return err
		}
	}
	if opt.Anycast {
		return l.anycast(ctx, verb, list)
	}
	ns, index := l.where()
	if slices.ContainsFunc(list, isLinkLocal) {
		// Of two of them the kernel takes the newer as a packet's source: the
		// one that it makes itself comes first.
		if err := ns.session.Ready(ctx); err != nil {
			return err
		}
	}
	var m rtnl.Batch
	for _, p := range list {
		if verb == "add" {
			m.Begin(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
		} else {
			m.Begin(unix.RTM_DELADDR, 0)
		}
		addrMessage(&m, index, p, opt)
	}
	equiv := ""
	for i, p := range list {
		if i > 0 {
			equiv += "; ip -n " + ns.Name + " "
		} else {
			equiv = "ip "
		}
		equiv += "addr " + verb + " " + addrWords(p, opt, verb == "add") + " dev " + l.Device()
	}
	defer ns.readdressed.Store(true)
	return ns.session.step(ctx, ns, equiv, func() error {
		if verb == "del" && len(list) > 1 { // half of them is none: with one its routes would go
			if err := l.hasAddrs(opt.Peer, list); err != nil {
				return err
			}
		}
		if err := ns.conn.Do(&m); err != nil {
			if verb == "add" {
				ns.undoAddrs(index, err, list, opt)
			}
			return l.addrError(err, list, verb)
		}
		if opt.Valid == nil { // else it goes by itself
			ns.asksAddrs(verb, index, list)
		}
		if verb == "add" {
			ns.await(index)
			ns.session.counted(2 * len(list))
		}
		return nil
	})
}

// isLinkLocal reports whether an address is like those that the kernel gives to
// links by itself.
func isLinkLocal(p netip.Prefix) bool {
	return p.Addr().Is6() && p.Addr().IsLinkLocalUnicast()
}

// hasAddrs refuses addresses that the link has not, with that peer or none.
func (l *Link) hasAddrs(peer netip.Prefix, list []netip.Prefix) error {
	have, err := l.Addrs()
	if err != nil {
		return err
	}
	for i, p := range list {
		if peer.IsValid() { // whose the prefix length is
			p = netip.PrefixFrom(p.Addr(), p.Addr().BitLen())
		}
		if !slices.ContainsFunc(have, func(a Addr) bool { return a.Prefix == p && a.Peer == peer.Addr() }) {
			return l.addrError(&rtnl.Error{Errno: unix.EADDRNOTAVAIL, Index: i}, list, "del")
		}
	}
	return nil
}

// undoAddrs removes again those of list that were added although others were
// refused. The refusal is the error to tell.
func (ns *Namespace) undoAddrs(index int32, err error, list []netip.Prefix, opt AddrOptions) {
	var refused *rtnl.Error
	if !errors.As(err, &refused) {
		return
	}
	var m rtnl.Batch
	for i, p := range list {
		if !slices.Contains(refused.Failed, i) {
			m.Begin(unix.RTM_DELADDR, 0)
			addrMessage(&m, index, p, opt)
		}
	}
	_ = ns.conn.Do(&m)
}

// checkAddr refuses what makes no sense whatever the kernel thinks of it.
func (l *Link) checkAddr(p netip.Prefix, opt AddrOptions) error {
	switch {
	case !p.IsValid():
		return refuse("address", "is empty")
	case p.Addr().IsUnspecified(): // the kernel takes that of IPv4, and drops it
		return refuse("address "+p.String(), "stands for no address: no interface has it")
	case opt.Peer.IsValid() && opt.Peer.Addr().Is4() != p.Addr().Is4():
		return refuse("peer "+opt.Peer.String(), "is of another family than %s", p)
	case opt.Label != "" && p.Addr().Is6():
		return refuse("label "+quote(opt.Label), "is for IPv4 addresses only, and %s is none", p)
	case opt.Label != "" && (len(opt.Label) > maxName || !strings.HasPrefix(opt.Label, l.Device())):
		return refuse("label "+quote(opt.Label), "is not allowed: it starts with the interface's name, %s, and has at most %d bytes", l.Device(), maxName)
	}
	if err := opt.check(p); err != nil {
		return err
	}
	return checkScope(opt.Scope)
}

func checkScope(scope string) error {
	if _, ok := scopes[scope]; !ok && scope != "" {
		return refuse("scope "+quote(scope), "is unknown: use global, site, link, host or nowhere")
	}
	return nil
}

// addrError says which address was refused.
func (l *Link) addrError(err error, list []netip.Prefix, verb string) error {
	p := list[0]
	if e, ok := err.(*rtnl.Error); ok && e.Index < len(list) {
		p = list[e.Index]
	}
	hint := ""
	switch {
	case isErrno(err, unix.ENODEV):
		return &Error{Thing: l.thing(), Err: err}
	case p.Addr().Is6() && isErrno(err, unix.EINVAL) && l.mtu() < leastMTU6:
		hint = l.mtuHint()
	case isErrno(err, unix.EACCES):
		hint = noIPv6
	case verb == "del" && isErrno(err, unix.EADDRNOTAVAIL):
		hint = "an address is removed with the prefix length that it was added with"
	case isErrno(err, unix.EADDRNOTAVAIL), isErrno(err, unix.EINVAL):
		return &Error{Thing: fmt.Sprintf("address %s of %s", p, l.thing()), Err: unix.EINVAL, Hint: "it is no address that an interface can have"}
	}
	return &Error{Thing: fmt.Sprintf("address %s of %s", p, l.thing()), Err: err, Hint: hint}
}

const noIPv6 = "IPv6 is switched off there (sysctl disable_ipv6)"

// mtuHint says that the link's mtu is too small.
func (l *Link) mtuHint() string {
	return fmt.Sprintf("IPv6 needs an mtu of at least %d, and this one is %d", leastMTU6, l.mtu())
}

// mtu is the link's, or 0 if it cannot be read.
func (l *Link) mtu() int {
	st, err := l.State()
	if err != nil {
		return 0
	}
	return st.MTU
}
