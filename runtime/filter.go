package runtime

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"wirelark/runtime/nftexpr"
)

// A Match says which packets a rule is for. Its zero value means all. It is
// told twice, in nft's language and as the kernel's instructions, in the same
// order; a test compares what the kernel has of both.
type Match struct {
	In, Out       string // devices, as the kernel names them
	Source, Dest  netip.Prefix
	Family        int    // 4, 6, or 0 for what the addresses say
	Proto         string // a name or digits, or ""
	SPorts, Ports *Range
	State         []string // of FilterStates
}

// FilterStates are what a packet can be to the connections that are tracked,
// in the order of the kernel's bits.
var FilterStates = []string{"invalid", "established", "related", "new", "untracked"}

var stateBits = map[string]uint32{
	"invalid": expr.CtStateBitINVALID, "established": expr.CtStateBitESTABLISHED, "related": expr.CtStateBitRELATED,
	"new": expr.CtStateBitNEW, "untracked": expr.CtStateBitUNTRACKED,
}

// text is the match in nft's language, with a space behind it.
func (m *Match) text() string {
	var w strings.Builder
	if m.In != "" {
		fmt.Fprintf(&w, "iifname %q ", m.In)
	}
	if m.Out != "" {
		fmt.Fprintf(&w, "oifname %q ", m.Out)
	}
	if m.Family != 0 && !m.Source.IsValid() && !m.Dest.IsValid() {
		fmt.Fprintf(&w, "meta nfproto %s ", map[int]string{4: "ipv4", 6: "ipv6"}[m.Family])
	}
	for _, a := range []struct {
		word   string
		prefix netip.Prefix
	}{{"saddr", m.Source}, {"daddr", m.Dest}} {
		if a.prefix.IsValid() {
			fmt.Fprintf(&w, "%s %s %s ", ipWord(a.prefix.Addr()), a.word, hostOrPrefix(a.prefix))
		}
	}
	if m.SPorts != nil {
		fmt.Fprintf(&w, "%s sport %s ", m.Proto, m.SPorts)
	}
	if m.Ports != nil {
		fmt.Fprintf(&w, "%s dport %s ", m.Proto, m.Ports)
	}
	if m.Proto != "" && m.SPorts == nil && m.Ports == nil {
		fmt.Fprintf(&w, "meta l4proto %s ", m.Proto)
	}
	if len(m.State) > 0 {
		fmt.Fprintf(&w, "ct state %s ", strings.Join(m.State, ","))
	}
	return w.String()
}

// ipWord is nft's word for an address's family.
func ipWord(a netip.Addr) string {
	if a.Is4() {
		return "ip"
	}
	return "ip6"
}

// exprs are the match as instructions.
func (m *Match) exprs() (list []expr.Any) {
	device := func(key expr.MetaKey, name string) {
		if name != "" {
			list = append(list, nftexpr.Device(key, expr.CmpOpEq, name)...)
		}
	}
	device(expr.MetaKeyIIFNAME, m.In)
	device(expr.MetaKeyOIFNAME, m.Out)
	if family := m.family(); family != 0 {
		list = append(list, &expr.Meta{Key: expr.MetaKeyNFPROTO, Register: 1}, nftexpr.Equal([]byte{nfproto(family)}))
	}
	for i, p := range []netip.Prefix{m.Source, m.Dest} {
		if p.IsValid() {
			list = append(list, addressIs(p, i == 1)...)
		}
	}
	if m.Proto != "" {
		list = append(list, &expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1}, nftexpr.Equal([]byte{ProtoNumber(m.Proto)}))
	}
	for i, r := range []*Range{m.SPorts, m.Ports} {
		if r == nil {
			continue
		}
		list = append(list, &expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: uint32(2 * i), Len: 2})
		if r.Low == r.High {
			list = append(list, nftexpr.Equal(binaryutil.BigEndian.PutUint16(uint16(r.Low))))
		} else {
			list = append(list, &expr.Range{Op: expr.CmpOpEq, Register: 1, FromData: binaryutil.BigEndian.PutUint16(uint16(r.Low)), ToData: binaryutil.BigEndian.PutUint16(uint16(r.High))})
		}
	}
	if len(m.State) > 0 {
		bits := uint32(0)
		for _, s := range m.State {
			bits |= stateBits[s]
		}
		list = append(list, nftexpr.CtBits(expr.CtKeySTATE, expr.CmpOpNeq, bits)...)
	}
	return list
}

// family is 4 or 6, or 0 if the match is for both.
func (m *Match) family() int {
	for _, p := range []netip.Prefix{m.Source, m.Dest} {
		if n := familyNumber(p); n != 0 {
			return n
		}
	}
	return m.Family
}

func nfproto(family int) byte {
	if family == 4 {
		return unix.NFPROTO_IPV4
	}
	return unix.NFPROTO_IPV6
}

// addressIs matches the source or the destination.
func addressIs(p netip.Prefix, dest bool) []expr.Any {
	a := p.Addr()
	offset, size := uint32(12), uint32(4)
	if a.Is6() {
		offset, size = 8, 16
	}
	if dest {
		offset += size
	}
	list := []expr.Any{&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: size}}
	if !p.IsSingleIP() {
		mask := make([]byte, size)
		for i := range p.Bits() {
			mask[i/8] |= 0x80 >> (i % 8)
		}
		list = append(list, nftexpr.Masked(mask))
	}
	return append(list, nftexpr.Equal(a.AsSlice()))
}

// check refuses what no rule can say.
func (m *Match) check(thing string) error {
	switch {
	case m.Source.IsValid() && m.Dest.IsValid() && m.Source.Addr().Is4() != m.Dest.Addr().Is4():
		return refuse(thing, "is for no packet: its source and its destination are of different families")
	case m.Family != 0 && m.family() != m.Family:
		return refuse(thing, "is for no packet: its addresses are of different families")
	case m.Proto == "icmpv6" && m.family() == 4:
		return refuse(thing, "is for no packet: icmpv6 is IPv6's, and its addresses are of IPv4: proto = \"icmp\"")
	case m.Proto == "icmp" && m.family() == 6:
		return refuse(thing, "is for no packet: icmp is IPv4's, and its addresses are of IPv6: proto = \"icmpv6\"")
	case (m.SPorts != nil || m.Ports != nil) && !hasPorts(m.Proto):
		return refuse(thing, "names a port, which needs a protocol that has ports: proto = \"tcp\" or \"udp\"")
	}
	return nil
}
