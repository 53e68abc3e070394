package runtime

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// AddrOptions says what added addresses shall be like.
type AddrOptions struct {
	Peer      netip.Prefix   // the address at the other end of a point-to-point link
	Scope     string         // "", "global", "link", "host"
	Label     string         // of an IPv4 address; starts with the link's name
	DAD       bool           // let IPv6 look for duplicates, as a bare kernel does
	Valid     *time.Duration // in whole seconds; nil for ever
	Preferred *time.Duration // the same; nil as long as it is valid

	NoPrefixRoute    bool
	Home, ManageTemp bool // of IPv6
	AutoJoin         bool // of multicast
	Anycast          bool // of IPv6; alone
	Proto            int  // the number of who made it; 0 for none
}

// ifaProto is IFA_PROTO of linux/if_addr.h, since Linux 5.18.
const ifaProto = 11

// forever is INFINITY_LIFE_TIME of net/addrconf.h.
const forever = ^uint32(0)

// lifetimes are the two as the kernel counts them, in seconds.
func (opt *AddrOptions) lifetimes() (valid, preferred uint32) {
	valid = forever
	if opt.Valid != nil {
		valid = uint32(*opt.Valid / time.Second)
	}
	preferred = valid
	if opt.Preferred != nil {
		preferred = uint32(*opt.Preferred / time.Second)
	}
	return valid, preferred
}

func lifetimeWord(n uint32) string {
	if n == forever {
		return "forever"
	}
	return fmt.Sprint(n)
}

// check refuses what makes no sense for the address.
func (opt *AddrOptions) check(p netip.Prefix) error {
	for _, d := range []*time.Duration{opt.Valid, opt.Preferred} {
		if d != nil && (*d < 0 || *d/time.Second >= time.Duration(forever) || *d%time.Second != 0) {
			return refuse("lifetime "+d.String(), "is out of range: whole seconds, less than 2^32")
		}
	}
	if opt.Anycast {
		return opt.checkAnycast(p)
	}
	valid, preferred := opt.lifetimes()
	six := p.Addr().Is6()
	switch {
	case valid == 0:
		return refuse("valid 0s", "is no lifetime: the address would be gone at once")
	case preferred > valid:
		return refuse("preferred "+opt.Preferred.String(), "is longer than the address is valid, %s", opt.Valid)
	case opt.Home && !six:
		return refuse("home", "is for IPv6 addresses only, and %s is none", p)
	case opt.ManageTemp && !six:
		return refuse("mngtmpaddr", "is for IPv6 addresses only, and %s is none", p)
	case opt.ManageTemp && p.Bits() != 64:
		return refuse("mngtmpaddr", "needs a prefix length of 64, and %s has another", p)
	case opt.AutoJoin && !p.Addr().IsMulticast():
		return refuse("autojoin", "is for multicast addresses only, and %s is none", p)
	}
	return nil
}

// flags are the kernel's bits.
func (opt *AddrOptions) flags(p netip.Prefix) (flags uint32) {
	for _, f := range []struct {
		on  bool
		bit uint32
	}{
		{p.Addr().Is6() && !opt.DAD, unix.IFA_F_NODAD}, {opt.NoPrefixRoute, unix.IFA_F_NOPREFIXROUTE}, {opt.Home, unix.IFA_F_HOMEADDRESS},
		{opt.ManageTemp, unix.IFA_F_MANAGETEMPADDR}, {opt.AutoJoin, unix.IFA_F_MCAUTOJOIN},
	} {
		if f.on {
			flags |= f.bit
		}
	}
	return flags
}

func addrMessage(m *rtnl.Batch, index int32, p netip.Prefix, opt AddrOptions) {
	peer, bits := p.Addr(), p.Bits()
	if opt.Peer.IsValid() {
		peer, bits = opt.Peer.Addr(), opt.Peer.Bits()
	}
	flags := opt.flags(p)
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
	if opt.Valid != nil || opt.Preferred != nil {
		valid, preferred := opt.lifetimes()
		info := binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(nil, preferred), valid)
		m.Attr(unix.IFA_CACHEINFO, append(info, make([]byte, 8)...)) // and when it was made
	}
	if opt.Proto != 0 {
		m.U8(ifaProto, uint8(opt.Proto))
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
	if !adding {
		return w
	}
	if opt.Valid != nil || opt.Preferred != nil {
		valid, preferred := opt.lifetimes()
		w += " valid_lft " + lifetimeWord(valid) + " preferred_lft " + lifetimeWord(preferred)
	}
	for _, name := range bitNames(addrFlags, opt.flags(p)) {
		w += " " + name
	}
	if opt.Proto != 0 {
		w += fmt.Sprintf(" proto %d", opt.Proto)
	}
	return w
}
