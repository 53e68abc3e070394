package runtime

import (
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An MRoute is a multicast route as the kernel has it. A program makes them,
// over a socket of its own: pimd, smcroute, mrouted.
type MRoute struct {
	Source, Group netip.Addr
	IIF           string // the link that packets arrive on, "" while that is not known
	OIFs          []string
	Table         int
	Unresolved    bool // packets came, and the program was asked
	Packets       uint64
	Bytes         uint64
	WrongIIF      uint64 // packets that came on another link

	iif  int32
	oifs []int32
}

// The families of multicast routes, RTNL_FAMILY_IPMR and RTNL_FAMILY_IP6MR of
// linux/rtnetlink.h.
const (
	familyIPMR  = 128
	familyIP6MR = 129
)

// MRoutes reads the multicast routes of both families, by group and source.
func (ns *Namespace) MRoutes() ([]MRoute, error) {
	var all []MRoute
	for _, family := range []byte{familyIPMR, familyIP6MR} {
		var b rtnl.Batch
		b.Begin(unix.RTM_GETROUTE, 0)
		b.Raw([]byte{family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
		var list []MRoute
		err := ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
			if r, ok := parseMRoute(p); ok && typ == unix.RTM_NEWROUTE && p[0] == family {
				list = append(list, r)
			}
		})
		// A kernel without multicast routing has no such family, or no table.
		if err = absentIsNone(err); err != nil {
			return nil, ns.tableError("multicast routes", err)
		}
		all = append(all, list...)
	}
	name := ns.linkNamer()
	for i := range all {
		r := &all[i]
		r.IIF = name(r.iif)
		for _, o := range r.oifs {
			r.OIFs = append(r.OIFs, name(o))
		}
	}
	slices.SortFunc(all, func(a, b MRoute) int {
		if c := a.Group.Compare(b.Group); c != 0 {
			return c
		}
		return a.Source.Compare(b.Source)
	})
	return all, nil
}

func parseMRoute(p []byte) (r MRoute, ok bool) {
	if len(p) < unix.SizeofRtMsg || p[0] != familyIPMR && p[0] != familyIP6MR {
		return r, false
	}
	r.Unresolved = rtnl.Attr{Data: p[8:]}.U32()&unix.RTNH_F_UNRESOLVED != 0
	for a := range rtnl.Attrs(p[unix.SizeofRtMsg:]) {
		switch a.Type {
		case unix.RTA_SRC:
			r.Source, _ = netip.AddrFromSlice(a.Data)
		case unix.RTA_DST:
			r.Group, _ = netip.AddrFromSlice(a.Data)
		case unix.RTA_TABLE:
			r.Table = int(a.U32())
		case unix.RTA_IIF:
			r.iif = int32(a.U32())
		case unix.RTA_MULTIPATH:
			for _, h := range parseHops(a.Data) {
				r.oifs = append(r.oifs, h.index)
			}
		case unix.RTA_MFC_STATS:
			r.Packets, r.Bytes, r.WrongIIF = mfcStats(a.Data)
		}
	}
	return r, r.Group.IsValid()
}

// mfcStats reads struct rta_mfc_stats.
func mfcStats(p []byte) (packets, bytes, wrong uint64) {
	if len(p) < 24 {
		return 0, 0, 0
	}
	return rtnl.Attr{Data: p}.U64(), rtnl.Attr{Data: p[8:]}.U64(), rtnl.Attr{Data: p[16:]}.U64()
}
