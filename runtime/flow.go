package runtime

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Flow is a connection that the kernel tracks.
type Flow struct {
	Proto          string // "tcp", "udp", "icmp" …, or its number
	Original       Tuple  // as its first packet was
	Reply          Tuple  // as answers are expected: NAT shows in it
	State          string // of TCP; else ""
	SeenReply      bool
	Assured        bool
	Mark           uint32
	Zone           int
	Timeout        time.Duration
	Packets, Bytes *uint64 // nil if the kernel does not count
	// ReplyPackets and ReplyBytes are those of the other direction.
	ReplyPackets, ReplyBytes *uint64

	tuple []byte // the original's attributes, as the kernel names the flow
	id    []byte
	proto uint8
}

// A Tuple is one direction of a flow.
type Tuple struct {
	Source, Dest netip.AddrPort // port 0 where the protocol has none
	ICMP         int            // the identifier of an echo, else 0
}

// Attributes of linux/netfilter/nfnetlink_conntrack.h.
const (
	ctaTupleOrig, ctaTupleReply, ctaStatus, ctaProtoinfo, ctaTimeout, ctaMark = 1, 2, 3, 4, 7, 8
	ctaCountersOrig, ctaCountersReply, ctaID, ctaZone                         = 9, 10, 12, 18

	ctaTupleIP, ctaTupleProto                        = 1, 2
	ctaIPv4Src, ctaIPv4Dst, ctaIPv6Src               = 1, 2, 3
	ctaIPv6Dst                                       = 4
	ctaProtoNum, ctaProtoSrcPort, ctaProtoDst        = 1, 2, 3
	ctaProtoICMPID, ctaProtoICMPv6ID                 = 4, 7
	ctaProtoinfoTCP, ctaProtoinfoTCPState            = 1, 1
	ctaCountersPackets, ctaCountersBytes             = 1, 2
	ipsSeenReply, ipsAssured                         = 1 << 1, 1 << 2
	ctGet, ctDelete                           uint16 = unix.NFNL_SUBSYS_CTNETLINK<<8 | 1, unix.NFNL_SUBSYS_CTNETLINK<<8 | 2
)

// FlowStates are the states of a tracked TCP connection, in the kernel's order.
var FlowStates = []string{"NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2"}

// parseFlow reads a message of the table of flows; ok is false if it is none.
func parseFlow(p []byte) (f Flow, ok bool) {
	if len(p) < 4 {
		return f, false
	}
	for a := range rtnl.Attrs(p[4:]) {
		switch a.Type {
		case ctaTupleOrig:
			f.tuple = slices.Clone(a.Data)
			f.Original, f.proto = parseTuple(a.Data)
		case ctaTupleReply:
			f.Reply, _ = parseTuple(a.Data)
		case ctaStatus:
			status := big(a.Data)
			f.SeenReply, f.Assured = status&ipsSeenReply != 0, status&ipsAssured != 0
		case ctaProtoinfo:
			f.State = parseState(a.Data)
		case ctaTimeout:
			f.Timeout = time.Duration(big(a.Data)) * time.Second
		case ctaMark:
			f.Mark = uint32(big(a.Data))
		case ctaZone:
			f.Zone = int(big(a.Data))
		case ctaID:
			f.id = slices.Clone(a.Data)
		case ctaCountersOrig:
			f.Packets, f.Bytes = parseFlowCount(a.Data)
		case ctaCountersReply:
			f.ReplyPackets, f.ReplyBytes = parseFlowCount(a.Data)
		}
	}
	f.Proto = ProtoName(f.proto)
	return f, f.Original.Source.Addr().IsValid() && f.Original.Dest.Addr().IsValid()
}

// big is a number in the network's byte order, of any size.
func big(p []byte) uint64 {
	var b [8]byte
	if len(p) > 8 {
		return 0
	}
	copy(b[8-len(p):], p)
	return binary.BigEndian.Uint64(b[:])
}

func parseTuple(p []byte) (t Tuple, proto uint8) {
	var src, dst netip.Addr
	var from, to uint16
	for part := range rtnl.Attrs(p) {
		for a := range rtnl.Attrs(part.Data) {
			switch {
			case part.Type == ctaTupleIP && (a.Type == ctaIPv4Src || a.Type == ctaIPv6Src):
				src, _ = netip.AddrFromSlice(a.Data)
			case part.Type == ctaTupleIP && (a.Type == ctaIPv4Dst || a.Type == ctaIPv6Dst):
				dst, _ = netip.AddrFromSlice(a.Data)
			case part.Type != ctaTupleProto:
			case a.Type == ctaProtoNum:
				proto = a.U8()
			case a.Type == ctaProtoSrcPort:
				from = uint16(big(a.Data))
			case a.Type == ctaProtoDst:
				to = uint16(big(a.Data))
			case a.Type == ctaProtoICMPID || a.Type == ctaProtoICMPv6ID:
				t.ICMP = int(big(a.Data))
			}
		}
	}
	t.Source, t.Dest = netip.AddrPortFrom(src, from), netip.AddrPortFrom(dst, to)
	return t, proto
}

func parseState(p []byte) string {
	for info := range rtnl.Attrs(p) {
		if info.Type != ctaProtoinfoTCP {
			continue
		}
		for a := range rtnl.Attrs(info.Data) {
			if a.Type == ctaProtoinfoTCPState {
				if n := int(a.U8()); n < len(FlowStates) {
					return FlowStates[n]
				}
				return fmt.Sprint(a.U8())
			}
		}
	}
	return ""
}

func parseFlowCount(p []byte) (packets, bytes *uint64) {
	for a := range rtnl.Attrs(p) {
		n := big(a.Data)
		switch a.Type {
		case ctaCountersPackets:
			packets = &n
		case ctaCountersBytes:
			bytes = &n
		}
	}
	return packets, bytes
}

// compareFlows orders flows: the kernel's order is that of a hash.
func compareFlows(a, b Flow) int {
	x, y := a.Original, b.Original
	return cmp.Or(cmp.Compare(a.Proto, b.Proto), x.Source.Compare(y.Source), x.Dest.Compare(y.Dest), cmp.Compare(x.ICMP, y.ICMP), cmp.Compare(a.Zone, b.Zone),
		a.Reply.Source.Compare(b.Reply.Source))
}
