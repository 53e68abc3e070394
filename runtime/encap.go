package runtime

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An Encap is what a route puts packets into on the way, or, of SRv6's
// endpoints, what it does to those that arrive.
type Encap struct {
	Type   string // "seg6", "seg6local", "mpls", "ip", "ip6"
	Mode   string // of seg6: "encap", "inline", "l2encap"
	Segs   []netip.Addr
	Action string     // of seg6local: "End", "End.DX4" …
	Via    netip.Addr // of seg6local: the next hop
	Table  int        // of seg6local
	VRF    bool       // of seg6local: Table is a VRF's
	Labels []int      // of mpls, the outer one first
	TTL    int        // of mpls, ip and ip6; 0 takes the packet's
	TOS    int        // of ip and ip6
	ID     int        // of ip and ip6: the tunnel's
	Src    netip.Addr
	Dst    netip.Addr
}

// The numbers of linux/lwtunnel.h, linux/seg6_iptunnel.h, linux/seg6_local.h
// and linux/mpls_iptunnel.h.
const (
	seg6SRH = 1

	seg6LocalAction   = 1
	seg6LocalTable    = 3
	seg6LocalNH4      = 4
	seg6LocalNH6      = 5
	seg6LocalVRFTable = 9

	mplsDst = 1
	mplsTTL = 2

	lwtIPID  = 1
	lwtIPDst = 2
	lwtIPSrc = 3
	lwtIPTTL = 4
	lwtIPTOS = 5
)

var (
	encapTypes  = map[string]uint16{"mpls": 1, "ip": 2, "ip6": 4, "seg6": 5, "seg6local": 7}
	encapNames  = inverse(encapTypes)
	seg6Modes   = []string{"inline", "encap", "l2encap", "encap.red", "l2encap.red"}
	seg6Actions = []string{"", "End", "End.X", "End.T", "End.DX2", "End.DX6", "End.DX4", "End.DT6", "End.DT4", "End.B6", "End.B6.Encaps", "End.BM", "End.S", "End.AS", "End.AM", "End.BPF", "End.DT46"}
)

// put writes the attributes of a route or a next hop.
func (e *Encap) put(m *rtnl.Batch) {
	m.U16(unix.RTA_ENCAP_TYPE, encapTypes[e.Type])
	at := m.Nest(unix.RTA_ENCAP)
	switch e.Type {
	case "seg6":
		m.Attr(seg6SRH, e.segmentHeader())
	case "seg6local":
		m.U32(seg6LocalAction, uint32(slices.Index(seg6Actions, e.Action)))
		if e.Via.Is4() {
			m.Attr(seg6LocalNH4, e.Via.AsSlice())
		} else if e.Via.Is6() {
			m.Attr(seg6LocalNH6, e.Via.AsSlice())
		}
		if e.VRF {
			m.U32(seg6LocalVRFTable, uint32(e.Table))
		} else if e.Table != 0 {
			m.U32(seg6LocalTable, uint32(e.Table))
		}
	case "mpls":
		var p []byte
		for i, l := range e.Labels {
			word := uint32(l) << 12
			if i == len(e.Labels)-1 {
				word |= 1 << 8 // the bottom of the stack
			}
			p = binary.BigEndian.AppendUint32(p, word)
		}
		m.Attr(mplsDst, p)
		if e.TTL != 0 {
			m.U8(mplsTTL, uint8(e.TTL))
		}
	case "ip", "ip6":
		m.Attr(lwtIPID, binary.BigEndian.AppendUint64(nil, uint64(e.ID)))
		m.Attr(lwtIPDst, e.Dst.AsSlice())
		if e.Src.IsValid() {
			m.Attr(lwtIPSrc, e.Src.AsSlice())
		}
		m.U8(lwtIPTTL, uint8(e.TTL))
		m.U8(lwtIPTOS, uint8(e.TOS))
	}
	m.Unnest(at)
}

// segmentHeader is struct seg6_iptunnel_encap: the mode and a routing header,
// RFC 8754, the last segment first. One that goes into the packet itself has
// room for the packet's own destination.
func (e *Encap) segmentHeader() []byte {
	segs := slices.Clone(e.Segs)
	slices.Reverse(segs)
	if e.Mode == "inline" {
		segs = append([]netip.Addr{netip.IPv6Unspecified()}, segs...)
	}
	p := binary.NativeEndian.AppendUint32(nil, uint32(slices.Index(seg6Modes, e.Mode)))
	p = append(p, 0, uint8(2*len(segs)), 4, uint8(len(segs)-1), uint8(len(segs)-1), 0, 0, 0)
	for _, s := range segs {
		p = append(p, s.AsSlice()...)
	}
	return p
}

// words are the encapsulation as iproute2 takes it.
func (e *Encap) words() string {
	var w strings.Builder
	w.WriteString(" encap " + e.Type)
	switch e.Type {
	case "seg6":
		list := make([]string, len(e.Segs))
		for i, s := range e.Segs {
			list[i] = s.String()
		}
		fmt.Fprintf(&w, " mode %s segs %s", e.Mode, strings.Join(list, ","))
	case "seg6local":
		w.WriteString(" action " + e.Action)
		if e.Via.Is4() {
			w.WriteString(" nh4 " + e.Via.String())
		} else if e.Via.Is6() {
			w.WriteString(" nh6 " + e.Via.String())
		}
		if e.Table != 0 {
			fmt.Fprintf(&w, " %s %d", map[bool]string{true: "vrftable", false: "table"}[e.VRF], e.Table)
		}
	case "mpls":
		list := make([]string, len(e.Labels))
		for i, l := range e.Labels {
			list[i] = fmt.Sprint(l)
		}
		w.WriteString(" " + strings.Join(list, "/"))
		if e.TTL != 0 {
			fmt.Fprintf(&w, " ttl %d", e.TTL)
		}
	case "ip", "ip6":
		fmt.Fprintf(&w, " id %d dst %s", e.ID, e.Dst)
		if e.Src.IsValid() {
			fmt.Fprintf(&w, " src %s", e.Src)
		}
		hops, class := "ttl", "tos"
		if e.Type == "ip6" {
			hops, class = "hoplimit", "tc"
		}
		fmt.Fprintf(&w, " %s %d %s %d", hops, e.TTL, class, e.TOS)
	}
	return w.String()
}

// Words is the encapsulation as iproute2 takes it, behind "encap".
func (e *Encap) Words() string { return strings.TrimPrefix(e.words(), " encap ") }

// parseEncap reads an encapsulation of that number; nil if it is none that we
// know.
func parseEncap(typ uint16, p []byte) *Encap {
	e := &Encap{Type: encapNames[typ]}
	for a := range rtnl.Attrs(p) {
		switch e.Type {
		case "seg6":
			e.takeSegments(a.Data)
		case "seg6local":
			e.takeLocal(a)
		case "mpls":
			e.takeLabels(a)
		case "ip", "ip6":
			e.takeIP(a)
		default:
			return nil
		}
	}
	return e
}

func (e *Encap) takeSegments(p []byte) {
	if len(p) < 12 {
		return
	}
	e.Mode = pick(seg6Modes, uint8(rtnl.Attr{Data: p}.U32()))
	for p = p[12:]; len(p) >= 16; p = p[16:] {
		if a, _ := netip.AddrFromSlice(p[:16]); e.Mode != "inline" || !a.IsUnspecified() {
			e.Segs = append([]netip.Addr{a}, e.Segs...)
		}
	}
}

func (e *Encap) takeLocal(a rtnl.Attr) {
	switch a.Type {
	case seg6LocalAction:
		e.Action = pick(seg6Actions, uint8(a.U32()))
	case seg6LocalNH4, seg6LocalNH6:
		e.Via, _ = netip.AddrFromSlice(a.Data)
	case seg6LocalTable, seg6LocalVRFTable:
		e.Table, e.VRF = int(a.U32()), a.Type == seg6LocalVRFTable
	}
}

func (e *Encap) takeLabels(a rtnl.Attr) {
	switch a.Type {
	case mplsDst:
		for p := a.Data; len(p) >= 4; p = p[4:] {
			e.Labels = append(e.Labels, int(big32(p)>>12))
		}
	case mplsTTL:
		e.TTL = int(a.U8())
	}
}

func (e *Encap) takeIP(a rtnl.Attr) {
	switch a.Type {
	case lwtIPID:
		if len(a.Data) == 8 {
			e.ID = int(binary.BigEndian.Uint64(a.Data))
		}
	case lwtIPDst:
		e.Dst, _ = netip.AddrFromSlice(a.Data)
	case lwtIPSrc:
		if e.Src, _ = netip.AddrFromSlice(a.Data); e.Src.IsUnspecified() {
			e.Src = netip.Addr{}
		}
	case lwtIPTTL:
		e.TTL = int(a.U8())
	case lwtIPTOS:
		e.TOS = int(a.U8())
	}
}
