package runtime

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Neigh is an entry of the neighbour tables: ARP and neighbour discovery.
type Neigh struct {
	IP     netip.Addr
	MAC    net.HardwareAddr // nil while it is not known
	Link   string
	State  string // "REACHABLE", "STALE", "FAILED", "INCOMPLETE", "PERMANENT" …; "NONE" of a proxy
	Proxy  bool   // the namespace answers for it
	Router bool   // IPv6: it is a router
	index  int32  // of Link
}

var neighStates = []bitName{
	{unix.NUD_INCOMPLETE, "INCOMPLETE"}, {unix.NUD_REACHABLE, "REACHABLE"}, {unix.NUD_STALE, "STALE"}, {unix.NUD_DELAY, "DELAY"},
	{unix.NUD_PROBE, "PROBE"}, {unix.NUD_FAILED, "FAILED"}, {unix.NUD_NOARP, "NOARP"}, {unix.NUD_PERMANENT, "PERMANENT"},
}

// Neighs reads the neighbour entries of one link, or of all if l is nil, but
// for those that need no resolution (NOARP), as ip neigh does.
func (ns *Namespace) Neighs(l *Link) ([]Neigh, error) { return ns.neighs(l, false) }

func (ns *Namespace) neighs(l *Link, all bool) ([]Neigh, error) {
	index := int32(0)
	if l != nil {
		if l.Namespace() != ns {
			return nil, refuse(l.thing(), "is in another namespace than %s", ns.Name)
		}
		_, index = l.where()
	}
	var list []Neigh
	for _, flags := range []uint8{0, unix.NTF_PROXY} { // two tables
		some, err := ns.dumpNeighs(index, flags)
		if err != nil {
			return nil, ns.tableError("neighbours", err)
		}
		list = append(list, some...)
	}
	if !all {
		list = slices.DeleteFunc(list, func(n Neigh) bool { return n.State == "NOARP" })
	}
	name := ns.linkNamer()
	for i, n := range list {
		list[i].Link = name(n.index)
	}
	// The kernel's order is that of a hash with a random start.
	slices.SortStableFunc(list, func(a, b Neigh) int {
		return cmp.Or(cmp.Compare(a.IP.BitLen(), b.IP.BitLen()), a.IP.Compare(b.IP), strings.Compare(a.Link, b.Link))
	})
	return list, nil
}

func (ns *Namespace) dumpNeighs(index int32, flags uint8) (list []Neigh, err error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETNEIGH, 0)
	head := make([]byte, sizeofNdMsg)
	head[10] = flags
	b.Raw(head)
	if index != 0 {
		b.U32(unix.NDA_IFINDEX, uint32(index))
	}
	err = ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		// A kernel without strict checking sends those of every link.
		if n, ok := parseNeigh(p); ok && typ == unix.RTM_NEWNEIGH && (index == 0 || n.index == index) {
			list = append(list, n)
		}
	})
	return list, err
}

// sizeofNdMsg is the size of struct ndmsg of linux/neighbour.h.
const sizeofNdMsg = 12

// parseNeigh reads a neighbour message, but for the name of the link; ok is
// false if it is none of an IP address.
func parseNeigh(p []byte) (n Neigh, ok bool) {
	if len(p) < sizeofNdMsg || p[0] != unix.AF_INET && p[0] != unix.AF_INET6 {
		return n, false
	}
	state := rtnl.Attr{Data: p[8:]}.U16()
	n = Neigh{Proxy: p[10]&unix.NTF_PROXY != 0, Router: p[10]&unix.NTF_ROUTER != 0, index: int32(rtnl.Attr{Data: p[4:]}.U32())}
	for a := range rtnl.Attrs(p[sizeofNdMsg:]) {
		switch a.Type {
		case unix.NDA_DST:
			n.IP, _ = netip.AddrFromSlice(a.Data)
		case unix.NDA_LLADDR:
			if len(a.Data) != 4 { // that of a tunnel is an IP address
				n.MAC = append(net.HardwareAddr(nil), a.Data...)
			}
		}
	}
	n.State = strings.Join(bitNames(neighStates, uint32(state)), ",")
	if n.Proxy {
		n.State = "NONE"
	}
	return n, n.IP.IsValid() && (n.Proxy || state != unix.NUD_NONE)
}
