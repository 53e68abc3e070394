package runtime

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// A Neigh is an entry of the neighbour tables: ARP and neighbour discovery.
type Neigh struct {
	IP    netip.Addr
	MAC   net.HardwareAddr // nil while it is not known
	Link  string
	State string // "REACHABLE", "STALE", "FAILED", "INCOMPLETE", "PERMANENT" …
	Proxy bool
}

var neighStates = []struct {
	bit  int
	name string
}{
	{unix.NUD_INCOMPLETE, "INCOMPLETE"}, {unix.NUD_REACHABLE, "REACHABLE"}, {unix.NUD_STALE, "STALE"}, {unix.NUD_DELAY, "DELAY"},
	{unix.NUD_PROBE, "PROBE"}, {unix.NUD_FAILED, "FAILED"}, {unix.NUD_NOARP, "NOARP"}, {unix.NUD_PERMANENT, "PERMANENT"},
}

// Neighs reads the neighbour entries of one link, or of all if l is nil, but
// for those that need no resolution (NOARP), as ip neigh does.
func (ns *Namespace) Neighs(l *Link) ([]Neigh, error) {
	h, err := ns.reader()
	if err != nil {
		return nil, err
	}
	names, err := ns.linkNames()
	if err != nil {
		return nil, err
	}
	index := 0
	if l != nil {
		if l.Namespace() != ns {
			return nil, refuse(l.thing(), "is in another namespace than %s", ns.Name)
		}
		index = l.Index()
	}
	raw, err := dump(func() ([]netlink.Neigh, error) { return h.NeighList(index, netlink.FAMILY_ALL) })
	if err != nil {
		return nil, &Error{Thing: "neighbours of " + ns.Name, Err: err}
	}
	var list []Neigh
	for _, r := range raw {
		if r.State == unix.NUD_NOARP || r.State == unix.NUD_NONE || r.IP == nil || r.Family != unix.AF_INET && r.Family != unix.AF_INET6 {
			continue
		}
		var st []string
		for _, s := range neighStates {
			if r.State&s.bit != 0 {
				st = append(st, s.name)
			}
		}
		list = append(list, Neigh{IP: toAddr(r.IP), MAC: r.HardwareAddr, Link: names[r.LinkIndex], State: strings.Join(st, ","), Proxy: r.Flags&unix.NTF_PROXY != 0})
	}
	// The kernel's order is that of a hash with a random start.
	slices.SortStableFunc(list, func(a, b Neigh) int {
		return cmp.Or(cmp.Compare(a.IP.BitLen(), b.IP.BitLen()), a.IP.Compare(b.IP), strings.Compare(a.Link, b.Link))
	})
	return list, nil
}
