package runtime

import (
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A LinkState is what the kernel says of a link at one moment.
type LinkState struct {
	Name, Kind, Alias string
	AltNames          []string
	Index             int
	MAC               net.HardwareAddr
	MTU, TxQLen       int
	Group             int
	GSOMaxSize        int // in bytes
	GSOMaxSegs        int
	GROMaxSize        int
	Flags             uint32
	Oper              string // RFC 2863: "up", "down", "lowerlayerdown", "unknown" …
	Carrier           bool
	Promisc           int
	Master            int // index of the bridge it is a port of, or 0
	PeerIndex         int // of a veth's other end, or of the link that it stands on, or 0
	Counters          Counters
	Bridge            *BridgeState // of a bridge
	Port              *PortState   // of a bridge's port
	Elsewhere         bool         // PeerIndex is of another namespace
	Token             netip.Addr   // the lower half of IPv6 addresses that routers have it make, or invalid
	AddrGenMode       string       // how it makes a link-local one; "" without IPv6

	data   []byte // what its kind tells of it, as the kernel sent it
	routed bool   // it is a VRF or a port of one: its routes are in another table
}

// Up reports whether the link was switched on.
func (st *LinkState) Up() bool { return st.Flags&unix.IFF_UP != 0 }

// Lower is the index of the link that this one stands on, 0 for none and for one
// in another namespace.
func (st *LinkState) Lower() int {
	if st.Elsewhere || st.Kind == "veth" || st.Kind == "netkit" { // theirs is the other end
		return 0
	}
	return st.PeerIndex
}

// ARP reports whether the link resolves addresses.
func (st *LinkState) ARP() bool { return st.Flags&unix.IFF_NOARP == 0 }

// CarriesMulticast reports whether the link takes multicast.
func (st *LinkState) CarriesMulticast() bool { return st.Flags&unix.IFF_MULTICAST != 0 }

// Promiscuous reports whether the link was told to take all frames: that which
// a bridge or a capture asks of it does not count.
func (st *LinkState) Promiscuous() bool { return st.Flags&unix.IFF_PROMISC != 0 }

// LongName is the name as a script gave it: the alternative name if the
// kernel's own is its shortened form.
func (st *LinkState) LongName() string {
	for _, alt := range st.AltNames {
		if kernelName(alt) == st.Name {
			return alt
		}
	}
	return st.Name
}

// Counters are a link's packets and bytes since it was made.
type Counters struct {
	RxPackets, TxPackets, RxBytes, TxBytes     uint64
	RxErrors, TxErrors, RxDropped, TxDropped   uint64
	Multicast, Collisions, RxNoHandler, Frames uint64
}

var operStates = []string{"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"}

func pick(list []string, i uint8) string {
	if int(i) < len(list) {
		return list[i]
	}
	return fmt.Sprintf("state %d", i)
}

// State reads what the link is like now.
func (l *Link) State() (*LinkState, error) {
	ns, index := l.where()
	st, err := ns.linkByIndex(index)
	if err != nil {
		return nil, &Error{Thing: l.thing(), Err: err}
	}
	l.mu.Lock()
	if st.Name != l.kernel { // a program renamed it
		l.name, l.kernel = st.LongName(), st.Name
	}
	l.mu.Unlock()
	return st, nil
}

// Links is every link of the namespace, by index.
func (ns *Namespace) Links() ([]*Link, error) {
	states, err := ns.LinkStates()
	if err != nil {
		return nil, err
	}
	links := make([]*Link, len(states))
	for i, st := range states {
		links[i] = ns.linkOf(st)
	}
	return links, nil
}

// linkOf is a link that was found, not made.
func (ns *Namespace) linkOf(st *LinkState) *Link {
	return &Link{ns: ns, index: int32(st.Index), name: st.LongName(), kernel: st.Name}
}

// LinkStates reads what every link of the namespace is like, by index.
func (ns *Namespace) LinkStates() ([]*LinkState, error) {
	states, err := ns.linkStates()
	if err != nil {
		return nil, &Error{Thing: "links of " + ns.Name, Err: err}
	}
	return states, nil
}

func (ns *Namespace) linkStates() ([]*LinkState, error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETLINK, 0)
	b.Ifinfo(unix.AF_UNSPEC, 0, 0, 0)
	var list []*LinkState
	err := ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		if typ == unix.RTM_NEWLINK {
			list = append(list, parseLink(p))
		}
	})
	return list, err
}

func (ns *Namespace) linkByIndex(index int32) (*LinkState, error) {
	return ns.oneLink(func(b *rtnl.Batch) { b.Ifinfo(unix.AF_UNSPEC, index, 0, 0) })
}

func (ns *Namespace) linkByName(name string) (*LinkState, error) {
	return ns.oneLink(func(b *rtnl.Batch) {
		b.Ifinfo(unix.AF_UNSPEC, 0, 0, 0)
		if len(name) <= maxName {
			b.Str(unix.IFLA_IFNAME, name)
		} else {
			b.Str(unix.IFLA_ALT_IFNAME, name)
		}
	})
}

func (ns *Namespace) oneLink(which func(*rtnl.Batch)) (st *LinkState, err error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETLINK, 0)
	which(&b)
	err = ns.conn.Get(&b, false, func() {}, func(typ uint16, p []byte) {
		if typ == unix.RTM_NEWLINK {
			st = parseLink(p)
		}
	})
	if err == nil && st == nil {
		err = unix.ENODEV
	}
	return st, err
}

func parseLink(p []byte) *LinkState {
	st := &LinkState{}
	if len(p) < unix.SizeofIfInfomsg {
		return st
	}
	head := rtnl.Attr{Data: p[4:]}
	st.Index = int(head.U32())
	st.Flags = rtnl.Attr{Data: p[8:]}.U32()
	for a := range rtnl.Attrs(p[unix.SizeofIfInfomsg:]) {
		switch a.Type {
		case unix.IFLA_IFNAME:
			st.Name = a.Str()
		case unix.IFLA_IFALIAS:
			st.Alias = a.Str()
		case unix.IFLA_ADDRESS:
			st.MAC = append(net.HardwareAddr(nil), a.Data...)
		case unix.IFLA_MTU:
			st.MTU = int(a.U32())
		case unix.IFLA_TXQLEN:
			st.TxQLen = int(a.U32())
		case unix.IFLA_GROUP:
			st.Group = int(a.U32())
		case unix.IFLA_GSO_MAX_SIZE:
			st.GSOMaxSize = int(a.U32())
		case unix.IFLA_GSO_MAX_SEGS:
			st.GSOMaxSegs = int(a.U32())
		case unix.IFLA_GRO_MAX_SIZE:
			st.GROMaxSize = int(a.U32())
		case unix.IFLA_OPERSTATE:
			st.Oper = pick(operStates, a.U8())
		case unix.IFLA_CARRIER:
			st.Carrier = a.U8() != 0
		case unix.IFLA_PROMISCUITY:
			st.Promisc = int(a.U32())
		case unix.IFLA_MASTER:
			st.Master = int(a.U32())
		case unix.IFLA_LINK:
			st.PeerIndex = int(a.U32())
		case unix.IFLA_LINK_NETNSID:
			st.Elsewhere = true
		case unix.IFLA_STATS64:
			st.Counters = parseCounters(a.Data)
		case unix.IFLA_PROP_LIST:
			for alt := range rtnl.Attrs(a.Data) {
				if alt.Type == unix.IFLA_ALT_IFNAME {
					st.AltNames = append(st.AltNames, alt.Str())
				}
			}
		case unix.IFLA_AF_SPEC:
			st.parseInet6(a.Data)
		case unix.IFLA_LINKINFO:
			st.parseInfo(a.Data)
		}
	}
	return st
}

func parseCounters(p []byte) (c Counters) {
	at := func(i int) uint64 {
		if len(p) < 8*(i+1) {
			return 0
		}
		return rtnl.Attr{Data: p[8*i:]}.U64()
	}
	return Counters{
		RxPackets: at(0), TxPackets: at(1), RxBytes: at(2), TxBytes: at(3), RxErrors: at(4), TxErrors: at(5),
		RxDropped: at(6), TxDropped: at(7), Multicast: at(8), Collisions: at(9), Frames: at(13), RxNoHandler: at(23),
	}
}

func (st *LinkState) parseInfo(p []byte) {
	slave := ""
	for a := range rtnl.Attrs(p) {
		switch a.Type {
		case unix.IFLA_INFO_KIND:
			st.Kind = a.Str()
			st.routed = st.routed || st.Kind == "vrf"
		case unix.IFLA_INFO_SLAVE_KIND:
			slave = a.Str()
			st.routed = st.routed || slave == "vrf"
		case unix.IFLA_INFO_DATA:
			switch st.Kind {
			case "bridge":
				st.Bridge = parseBridge(a.Data)
			case "veth":
			default:
				st.data = append([]byte(nil), a.Data...)
			}
		case unix.IFLA_INFO_SLAVE_DATA:
			if slave == "bridge" {
				st.Port = parsePort(a.Data)
			}
		}
	}
}
