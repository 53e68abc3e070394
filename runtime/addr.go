package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// AddrOptions says what added addresses shall be like.
type AddrOptions struct {
	Peer  netip.Prefix // the address at the other end of a point-to-point link
	Scope string       // "", "global", "link", "host"
	Label string       // of an IPv4 address; starts with the link's name
	DAD   bool         // let IPv6 look for duplicates, as a bare kernel does
}

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

// DelAddrs removes addresses. One with a peer is removed with its peer.
func (l *Link) DelAddrs(ctx context.Context, peer netip.Prefix, list ...netip.Prefix) error {
	return l.addrs(ctx, "del", AddrOptions{Peer: peer}, list)
}

func (l *Link) addrs(ctx context.Context, verb string, opt AddrOptions, list []netip.Prefix) error {
	if len(list) == 0 {
		return nil
	}
	ns, index := l.where()
	var m rtnl.Batch
	for _, p := range list {
		if err := l.checkAddr(p, opt); err != nil {
			return err
		}
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
		if err := ns.conn.Do(&m); err != nil {
			if verb == "add" {
				ns.undoAddrs(index, err, list, opt)
			}
			return l.addrError(err, list, verb)
		}
		ns.asksAddrs(verb, index, list)
		if verb == "add" {
			ns.await(index)
			ns.session.counted(2 * len(list))
		}
		return nil
	})
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
	case opt.Peer.IsValid() && opt.Peer.Addr().Is4() != p.Addr().Is4():
		return refuse("peer "+opt.Peer.String(), "is of another family than %s", p)
	case opt.Label != "" && p.Addr().Is6():
		return refuse("label "+quote(opt.Label), "is for IPv4 addresses only, and %s is none", p)
	case opt.Label != "" && (len(opt.Label) > maxName || !strings.HasPrefix(opt.Label, l.Device())):
		return refuse("label "+quote(opt.Label), "is not allowed: it starts with the interface's name, %s, and has at most %d bytes", l.Device(), maxName)
	}
	return checkScope(opt.Scope)
}

func checkScope(scope string) error {
	if _, ok := scopes[scope]; !ok && scope != "" {
		return refuse("scope "+quote(scope), "is unknown: use global, site, link, host or nowhere")
	}
	return nil
}

func addrMessage(m *rtnl.Batch, index int32, p netip.Prefix, opt AddrOptions) {
	peer, bits := p.Addr(), p.Bits()
	if opt.Peer.IsValid() {
		peer, bits = opt.Peer.Addr(), opt.Peer.Bits()
	}
	var flags uint32
	if p.Addr().Is6() && !opt.DAD {
		flags = unix.IFA_F_NODAD
	}
	scope := scopes[opt.Scope]
	if opt.Scope == "" && p.Addr().Is4() && p.Addr().IsLoopback() {
		scope = unix.RT_SCOPE_HOST // as iproute2 has it
	}
	m.Raw(binary.NativeEndian.AppendUint32([]byte{familyOf(p.Addr()), uint8(bits), uint8(flags), scope}, uint32(index)))
	m.Attr(unix.IFA_LOCAL, p.Addr().AsSlice())
	m.Attr(unix.IFA_ADDRESS, peer.AsSlice())
	if opt.Label != "" {
		m.Str(unix.IFA_LABEL, opt.Label)
	}
	if flags != 0 {
		m.U32(unix.IFA_FLAGS, flags)
	}
}

func addrWords(p netip.Prefix, opt AddrOptions, adding bool) string {
	w := p.String()
	if opt.Peer.IsValid() {
		w = p.Addr().String() + " peer " + opt.Peer.String()
	}
	if opt.Label != "" {
		w += " label " + opt.Label
	}
	if opt.Scope != "" {
		w += " scope " + opt.Scope
	}
	if adding && p.Addr().Is6() && !opt.DAD {
		w += " nodad"
	}
	return w
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
	case p.Addr().Is6() && isErrno(err, unix.EINVAL) && l.mtu() < 1280:
		return &Error{Thing: fmt.Sprintf("address %s of %s", p, l.thing()), Err: err, Hint: fmt.Sprintf("IPv6 needs an mtu of at least 1280, and this one is %d", l.mtu())}
	case isErrno(err, unix.EACCES):
		hint = "IPv6 is switched off there (sysctl disable_ipv6)"
	case verb == "del" && isErrno(err, unix.EADDRNOTAVAIL):
		hint = "an address is removed with the prefix length that it was added with"
	case isErrno(err, unix.EADDRNOTAVAIL), isErrno(err, unix.EINVAL):
		return &Error{Thing: fmt.Sprintf("address %s of %s", p, l.thing()), Err: unix.EINVAL, Hint: "it is no address that an interface can have"}
	}
	return &Error{Thing: fmt.Sprintf("address %s of %s", p, l.thing()), Err: err, Hint: hint}
}

// mtu is the link's, or 0 if it cannot be read.
func (l *Link) mtu() int {
	st, err := l.State()
	if err != nil {
		return 0
	}
	return st.MTU
}
