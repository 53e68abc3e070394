package runtime

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An MDB is an entry of a bridge's multicast database: a port that wants the
// frames of a group, or one that leads to a multicast router.
type MDB struct {
	Port   string
	Router bool       // the port leads to a router, and wants all
	Group  netip.Addr // invalid for a router, or where MAC tells
	MAC    net.HardwareAddr
	Source netip.Addr // invalid for any
	VLAN   int
	State  string // "permanent" or "temp"
	Flags  []string
	index  int32
}

var mdbFlags = []bitName{{1, "offload"}, {2, "fast_leave"}, {4, "added_by_star_ex"}, {8, "blocked"}}

// MDBs reads the multicast database of the link, a bridge: its groups, then
// the ports that lead to routers.
func (l *Link) MDBs() ([]MDB, error) {
	st, err := l.State()
	if err != nil {
		return nil, err
	}
	if st.Kind != "bridge" {
		return nil, refuse(l.thing(), "is no bridge")
	}
	ns, index := l.where()
	all, err := ns.mdbs()
	return all[index], err
}

// mdbs reads those of all bridges, by their index: the kernel sends no less.
func (ns *Namespace) mdbs() (map[int32][]MDB, error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETMDB, 0)
	b.Raw([]byte{unix.AF_BRIDGE, 0, 0, 0, 0, 0, 0, 0})
	all := map[int32][]MDB{}
	err := ns.conn.Get(&b, true, func() { clear(all) }, func(_ uint16, p []byte) {
		if len(p) >= sizeofBrPortMsg {
			bridge := int32(rtnl.Attr{Data: p[4:]}.U32())
			all[bridge] = append(all[bridge], parseMDBs(p[sizeofBrPortMsg:])...)
		}
	})
	if err != nil {
		return nil, ns.tableError("multicast entries", err)
	}
	name := ns.linkNamer()
	for _, list := range all {
		for i := range list {
			list[i].Port = name(list[i].index)
		}
		slices.SortStableFunc(list, func(a, b MDB) int {
			order := map[bool]int{true: 1}
			return cmp.Or(cmp.Compare(order[a.Router], order[b.Router]), cmp.Compare(a.VLAN, b.VLAN), a.Group.Compare(b.Group), bytes.Compare(a.MAC, b.MAC),
				a.Source.Compare(b.Source), cmp.Compare(a.index, b.index))
		})
	}
	return all, nil
}

// parseMDBs reads the attributes of one bridge: nests of nests.
func parseMDBs(p []byte) (list []MDB) {
	for a := range rtnl.Attrs(p) {
		for entry := range rtnl.Attrs(a.Data) {
			switch a.Type {
			case 1: // MDBA_MDB: entries, of infos
				for info := range rtnl.Attrs(entry.Data) {
					if e, ok := parseMDB(info.Data); ok {
						list = append(list, e)
					}
				}
			case 2: // MDBA_ROUTER: ports
				if len(entry.Data) >= 4 {
					e := MDB{Router: true, State: "temp", index: int32(entry.U32())}
					for x := range rtnl.Attrs(entry.Data[4:]) {
						if x.Type == 2 && x.U8() == 2 { // MDB_RTR_TYPE_PERM
							e.State = "permanent"
						}
					}
					list = append(list, e)
				}
			}
		}
	}
	return list
}

// parseMDB reads a struct br_mdb_entry and what follows it.
func parseMDB(p []byte) (e MDB, ok bool) {
	if len(p) < sizeofMDBEntry {
		return e, false
	}
	e = MDB{index: int32(rtnl.Attr{Data: p}.U32()), State: "temp", VLAN: int(rtnl.Attr{Data: p[6:]}.U16())}
	if p[4] == mdbStates["permanent"] {
		e.State = "permanent"
	}
	e.Flags = bitNames(mdbFlags, uint32(p[5]))
	switch binary.BigEndian.Uint16(p[24:]) {
	case unix.ETH_P_IP:
		e.Group, _ = netip.AddrFromSlice(p[8:12])
	case unix.ETH_P_IPV6:
		e.Group, _ = netip.AddrFromSlice(p[8:24])
	default:
		e.MAC = append(net.HardwareAddr(nil), p[8:14]...)
	}
	for a := range rtnl.Attrs(p[sizeofMDBEntry:]) {
		if a.Type == 4 { // MDBA_MDB_EATTR_SOURCE
			e.Source, _ = netip.AddrFromSlice(a.Data)
		}
	}
	return e, true
}
