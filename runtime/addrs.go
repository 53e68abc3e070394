package runtime

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An Addr is an address of a link, as the kernel has it.
type Addr struct {
	Prefix    netip.Prefix // the link's own address and its prefix length
	Peer      netip.Addr   // the other end of a point-to-point link, or invalid
	Link      string
	index     int32 // of Link
	Scope     string
	Label     string
	Flags     []string // "permanent", "tentative", "dadfailed", "nodad" …
	Valid     int      // seconds that it stays; -1 for ever
	Preferred int
	Proto     int // the number of who made it, 0 if it is not known
}

var addrFlags = []bitName{
	{unix.IFA_F_SECONDARY, "secondary"}, {unix.IFA_F_NODAD, "nodad"}, {unix.IFA_F_OPTIMISTIC, "optimistic"},
	{unix.IFA_F_DADFAILED, "dadfailed"}, {unix.IFA_F_HOMEADDRESS, "home"}, {unix.IFA_F_DEPRECATED, "deprecated"},
	{unix.IFA_F_TENTATIVE, "tentative"}, {unix.IFA_F_PERMANENT, "permanent"}, {unix.IFA_F_MANAGETEMPADDR, "mngtmpaddr"},
	{unix.IFA_F_NOPREFIXROUTE, "noprefixroute"}, {unix.IFA_F_MCAUTOJOIN, "autojoin"}, {unix.IFA_F_STABLE_PRIVACY, "stable-privacy"},
}

// Addrs reads the addresses of the link.
func (l *Link) Addrs() ([]Addr, error) {
	ns, index := l.where()
	return ns.readAddrs(index)
}

// Addrs reads the addresses of every link of the namespace.
func (ns *Namespace) Addrs() ([]Addr, error) { return ns.readAddrs(0) }

func (ns *Namespace) readAddrs(index int32) ([]Addr, error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETADDR, 0)
	b.Raw(binary.NativeEndian.AppendUint32(make([]byte, 4), uint32(index)))
	list := make([]Addr, 0, 32)
	err := ns.conn.Get(&b, true, func() { list = list[:0] }, func(typ uint16, p []byte) {
		// A kernel without strict checking sends those of every link.
		if a, ok := parseAddr(p); ok && typ == unix.RTM_NEWADDR && (index == 0 || a.index == index) {
			list = append(list, a)
		}
	})
	if err != nil && !(index != 0 && isErrno(err, unix.ENODEV)) { // a link that is gone has none
		return nil, ns.tableError("addresses", err)
	}
	name := ns.linkNamer()
	for i, a := range list {
		list[i].Link = name(a.index)
	}
	return list, nil
}

// parseAddr reads an address message, but for the name of the link; ok is
// false if it is none of an IP address.
func parseAddr(p []byte) (a Addr, ok bool) {
	if len(p) < unix.SizeofIfAddrmsg || p[0] != unix.AF_INET6 && p[0] != unix.AF_INET {
		return a, false
	}
	a = Addr{Scope: nameOf(scopeNames, p[3]), Valid: -1, Preferred: -1, index: int32(rtnl.Attr{Data: p[4:]}.U32())}
	flags := uint32(p[2])
	var local, other netip.Addr
	for at := range rtnl.Attrs(p[unix.SizeofIfAddrmsg:]) {
		switch at.Type {
		case unix.IFA_LOCAL:
			local, _ = netip.AddrFromSlice(at.Data)
		case unix.IFA_ADDRESS:
			other, _ = netip.AddrFromSlice(at.Data)
		case unix.IFA_LABEL:
			a.Label = at.Str()
		case unix.IFA_FLAGS:
			flags = at.U32()
		case ifaProto:
			a.Proto = int(at.U8())
		case unix.IFA_CACHEINFO: // ifa_prefered, ifa_valid …
			if len(at.Data) >= 8 {
				a.Preferred, a.Valid = lifetime(at.U32()), lifetime(rtnl.Attr{Data: at.Data[4:]}.U32())
			}
		}
	}
	// IPv4 has both, the same if there is no peer; IPv6 then has no local one.
	// The prefix length is that of the network, so of the peer if there is one.
	if bits := int(p[1]); !local.IsValid() || local == other {
		a.Prefix = netip.PrefixFrom(other, bits)
	} else {
		a.Prefix, a.Peer = netip.PrefixFrom(local, local.BitLen()), other
	}
	if p[0] == unix.AF_INET6 {
		flags &^= unix.IFA_F_SECONDARY // which IPv6 calls temporary
	}
	a.Flags = bitNames(addrFlags, flags)
	return a, a.Prefix.Addr().Is6() == (p[0] == unix.AF_INET6) && a.Prefix.IsValid()
}

// lifetime is the kernel's number of seconds, -1 where it means for ever.
func lifetime(n uint32) int {
	if n == ^uint32(0) {
		return -1
	}
	return int(n)
}
