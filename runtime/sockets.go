package runtime

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Socket is one of a node's, as sock_diag(7) tells it.
type Socket struct {
	Proto       string // "tcp", "udp" or "raw"
	Family      int    // 4 or 6
	Local, Peer netip.AddrPort
	State       string // as ss calls it: "LISTEN", "ESTAB", "UNCONN" …
	UID         int
	Inode       int
	RecvQ       int // bytes that the program has not read; of a listener, connections that it has not accepted
	SendQ       int // bytes that the peer has not acknowledged; of a listener, how many it lets wait
	Link        string
	Mark        int
	Congestion  string   // TCP's algorithm
	TCP         *TCPInfo // nil for others, for listeners and for what has no program any more

	index int32 // of Link, 0 if it is bound to none
}

// A TCPInfo is what TCP knows of a connection, see tcp(7).
type TCPInfo struct {
	RTT     time.Duration
	CWnd    int // in segments
	Retrans int // segments sent again since the connection began
	Unacked int // segments under way
	MSS     int
}

// SocketStates are the states by the kernel's number, as ss calls them.
var SocketStates = []string{
	1: "ESTAB", 2: "SYN-SENT", 3: "SYN-RECV", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2", 6: "TIME-WAIT", 7: "UNCONN",
	8: "CLOSE-WAIT", 9: "LAST-ACK", 10: "LISTEN", 11: "CLOSING",
}

const (
	stateSynRecvNew = 12 // TCP_NEW_SYN_RECV, in which a request waits for its third segment

	diagInfo = 2 // INET_DIAG_INFO
	diagCong = 4 // INET_DIAG_CONG
	diagMark = 15
)

var socketProtos = []struct {
	name   string
	number byte
}{{"tcp", unix.IPPROTO_TCP}, {"udp", unix.IPPROTO_UDP}, {"raw", unix.IPPROTO_RAW}}

// Sockets reads the sockets of a protocol, or of all three if proto is "", by
// protocol, family, addresses and ports.
func (ns *Namespace) Sockets(proto string) (list []Socket, err error) {
	err = ns.over(rtnl.OpenDiag, "sockets", func(conn *rtnl.Conn) error {
		for _, p := range socketProtos {
			if proto != "" && proto != p.name {
				continue
			}
			for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
				var some []Socket
				err := conn.Get(diagRequest(family, p.number, 1<<32-1), true, func() { some = nil }, func(_ uint16, m []byte) {
					if s, ok := parseSocket(m); ok {
						s.Proto = p.name
						some = append(some, s)
					}
				})
				switch {
				case isErrno(err, unix.ENOENT) && p.number == unix.IPPROTO_RAW:
					if proto == "raw" {
						return lacksModule("raw sockets in sock_diag", "raw_diag")
					}
				case isErrno(err, unix.ENOENT) && family == unix.AF_INET6: // a kernel without IPv6
				case err != nil:
					return err
				}
				list = append(list, some...)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	name := ns.linkNamer()
	for i, s := range list {
		if s.index != 0 {
			list[i].Link = name(s.index)
		}
	}
	// The kernel's order is that of a hash with a random start.
	slices.SortStableFunc(list, func(a, b Socket) int {
		return cmp.Or(rank(a.Proto)-rank(b.Proto), a.Family-b.Family, a.Local.Compare(b.Local), a.Peer.Compare(b.Peer), a.Inode-b.Inode)
	})
	return list, nil
}

func rank(proto string) int { return strings.Index("tcp udp raw", proto) }

// parseSocket reads a struct inet_diag_msg and its attributes, but for the
// protocol and the name of the link.
func parseSocket(p []byte) (s Socket, ok bool) {
	if len(p) < sizeofDiagMsg || p[0] != unix.AF_INET && p[0] != unix.AF_INET6 {
		return s, false
	}
	u32 := func(at int) int { return int(binary.NativeEndian.Uint32(p[at:])) }
	s.Family = 4
	if p[0] == unix.AF_INET6 {
		s.Family = 6
	}
	state := int(p[1])
	if state == stateSynRecvNew {
		state = 3
	}
	if state < len(SocketStates) {
		s.State = SocketStates[state]
	}
	// An IPv4 peer of an IPv6 socket is written as an IPv4 address, so that
	// comparing it with one does what it seems to do.
	family := uint16(p[0])
	s.Local = netip.AddrPortFrom(addrIn(p[8:], family).Unmap(), binary.BigEndian.Uint16(p[4:]))
	s.Peer = netip.AddrPortFrom(addrIn(p[24:], family).Unmap(), binary.BigEndian.Uint16(p[6:]))
	s.index = int32(u32(40))
	s.RecvQ, s.SendQ, s.UID, s.Inode = u32(56), u32(60), u32(64), u32(68)
	for a := range rtnl.Attrs(p[sizeofDiagMsg:]) {
		switch a.Type {
		case diagMark:
			s.Mark = int(a.U32())
		case diagCong:
			s.Congestion = a.Str()
		case diagInfo:
			if b := a.Data; len(b) >= 104 && s.State != "LISTEN" { // up to tcpi_total_retrans
				n := func(at int) int { return int(binary.NativeEndian.Uint32(b[at:])) }
				s.TCP = &TCPInfo{MSS: n(16), Unacked: n(24), RTT: time.Duration(n(68)) * time.Microsecond, CWnd: n(80), Retrans: n(100)}
			}
		}
	}
	return s, true
}
