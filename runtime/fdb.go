package runtime

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An FDB is an entry of a forwarding database: where frames for an address go.
type FDB struct {
	MAC           net.HardwareAddr
	Link          string // the port, or the link whose own entry it is
	Master        string // the bridge whose entry it is, or ""
	State         string // "permanent", "static", "dynamic", "stale"
	Flags         []string
	VLAN          int
	Dst           netip.Addr // of a VXLAN's entry, as the following
	VNI, SrcVNI   int        // -1 for none
	Port, NHID    int
	Via           string
	Used, Updated time.Duration // since then; -1 if the kernel does not tell
	index, master int32
	via           int32
}

var fdbFlags = []bitName{
	{unix.NTF_SELF, "self"}, {unix.NTF_ROUTER, "router"}, {unix.NTF_EXT_LEARNED, "extern_learn"}, {unix.NTF_OFFLOADED, "offload"}, {ntfSticky, "sticky"},
}

// FDBs reads the forwarding entries of a link: if it is a bridge, its own on all
// ports, without what the ports have besides.
func (l *Link) FDBs() ([]FDB, error) {
	st, err := l.State()
	if err != nil {
		return nil, err
	}
	ns, index := l.where()
	var b rtnl.Batch
	b.Begin(unix.RTM_GETNEIGH, 0)
	head := make([]byte, sizeofNdMsg)
	head[0] = unix.AF_BRIDGE
	if st.Kind != "bridge" {
		binary.NativeEndian.PutUint32(head[4:], uint32(index))
	}
	b.Raw(head)
	if st.Kind == "bridge" {
		b.U32(unix.NDA_MASTER, uint32(index))
	}
	var list []FDB
	err = ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		f, ok := parseFDB(p)
		if ok && typ == unix.RTM_NEWNEIGH && (f.index == index || st.Kind == "bridge" && f.master == index) {
			list = append(list, f)
		}
	})
	if err != nil {
		return nil, ns.tableError("forwarding entries", err)
	}
	name := ns.linkNamer()
	for i, f := range list {
		list[i].Link, list[i].Master, list[i].Via = name(f.index), name(f.master), name(f.via)
	}
	// The kernel's order is that of a hash with a random start.
	slices.SortStableFunc(list, func(a, b FDB) int {
		return cmp.Or(cmp.Compare(a.index, b.index), strings.Compare(a.Master, b.Master), cmp.Compare(a.VLAN, b.VLAN), bytes.Compare(a.MAC, b.MAC),
			cmp.Compare(a.SrcVNI, b.SrcVNI), a.Dst.Compare(b.Dst), cmp.Compare(a.VNI, b.VNI))
	})
	return list, nil
}

// parseFDB reads a message about a forwarding entry, but for names of links.
func parseFDB(p []byte) (f FDB, ok bool) {
	if len(p) < sizeofNdMsg || p[0] != unix.AF_BRIDGE {
		return f, false
	}
	f = FDB{index: int32(rtnl.Attr{Data: p[4:]}.U32()), VNI: -1, SrcVNI: -1, Used: -1, Updated: -1}
	switch state := (rtnl.Attr{Data: p[8:]}).U16(); {
	case state&unix.NUD_PERMANENT != 0:
		f.State = "permanent"
	case state&unix.NUD_NOARP != 0:
		f.State = "static"
	case state&unix.NUD_STALE != 0:
		f.State = "stale"
	default:
		f.State = "dynamic"
	}
	f.Flags = bitNames(fdbFlags, uint32(p[10]))
	for a := range rtnl.Attrs(p[sizeofNdMsg:]) {
		switch a.Type {
		case unix.NDA_LLADDR:
			f.MAC = append(net.HardwareAddr(nil), a.Data...)
		case unix.NDA_DST:
			f.Dst, _ = netip.AddrFromSlice(a.Data)
		case unix.NDA_VLAN:
			f.VLAN = int(a.U16())
		case unix.NDA_MASTER:
			f.master = int32(a.U32())
		case unix.NDA_VNI:
			f.VNI = int(a.U32())
		case unix.NDA_SRC_VNI:
			f.SrcVNI = int(a.U32())
		case unix.NDA_PORT:
			if len(a.Data) >= 2 {
				f.Port = int(binary.BigEndian.Uint16(a.Data))
			}
		case unix.NDA_IFINDEX:
			f.via = int32(a.U32())
		case ndaNHID:
			f.NHID = int(a.U32())
		case unix.NDA_CACHEINFO: // hundredths of a second: confirmed, used, updated
			if len(a.Data) >= 12 {
				f.Used = time.Duration(rtnl.Attr{Data: a.Data[4:]}.U32()) * 10 * time.Millisecond
				f.Updated = time.Duration(rtnl.Attr{Data: a.Data[8:]}.U32()) * 10 * time.Millisecond
			}
		}
	}
	return f, f.MAC != nil || f.NHID != 0
}
