package runtime

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink/nl"

	"wirelark/runtime/rtnl"
)

// putFlower writes the match of a flower filter, and says it as tc reads it.
func (f *FilterSpec) putFlower(m *rtnl.Batch, protocol uint16) (words []string) {
	say := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	match := &f.Match
	if f.Protocol != "all" {
		m.Attr(nl.TCA_FLOWER_KEY_ETH_TYPE, be16(protocol))
	}
	inner := f.Protocol
	if match.VLAN != nil {
		m.U16(nl.TCA_FLOWER_KEY_VLAN_ID, *match.VLAN)
		say("vlan_id %d", *match.VLAN)
		if inner = f.family(); inner != "" {
			m.Attr(nl.TCA_FLOWER_KEY_VLAN_ETH_TYPE, be16(etherTypes[inner]))
			say("vlan_ethtype %s", inner)
		}
	}
	for _, a := range []struct {
		name      string
		mac       net.HardwareAddr
		key, mask uint16
	}{
		{"src_mac", match.SrcMAC, nl.TCA_FLOWER_KEY_ETH_SRC, nl.TCA_FLOWER_KEY_ETH_SRC_MASK},
		{"dst_mac", match.DstMAC, nl.TCA_FLOWER_KEY_ETH_DST, nl.TCA_FLOWER_KEY_ETH_DST_MASK},
	} {
		if a.mac != nil {
			m.Attr(a.key, a.mac)
			m.Attr(a.mask, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
			say("%s %s", a.name, a.mac)
		}
	}
	if match.Proto != 0 {
		m.U8(nl.TCA_FLOWER_KEY_IP_PROTO, match.Proto)
		say("ip_proto %s", protoWord(match.Proto))
	}
	for i, p := range []netip.Prefix{match.Source, match.Dest} {
		if !p.IsValid() {
			continue
		}
		key := [2]uint16{nl.TCA_FLOWER_KEY_IPV4_SRC, nl.TCA_FLOWER_KEY_IPV4_DST}[i]
		if p.Addr().Is6() {
			key = [2]uint16{nl.TCA_FLOWER_KEY_IPV6_SRC, nl.TCA_FLOWER_KEY_IPV6_DST}[i]
		}
		m.Attr(key, p.Masked().Addr().AsSlice())
		m.Attr(key+1, net.CIDRMask(p.Bits(), p.Addr().BitLen()))
		say("%s_ip %s", [2]string{"src", "dst"}[i], p.Masked())
	}
	ports := [2]uint16{nl.TCA_FLOWER_KEY_TCP_SRC, nl.TCA_FLOWER_KEY_TCP_DST}
	if match.Proto == IPProtocols["udp"] {
		ports = [2]uint16{nl.TCA_FLOWER_KEY_UDP_SRC, nl.TCA_FLOWER_KEY_UDP_DST}
	}
	for i, n := range []uint16{match.Sport, match.Dport} {
		if n != 0 {
			m.Attr(ports[i], be16(n))
			say("%s_port %d", [2]string{"src", "dst"}[i], n)
		}
	}
	if match.DSCP != nil {
		m.U8(nl.TCA_FLOWER_KEY_IP_TOS, *match.DSCP<<2)
		m.U8(nl.TCA_FLOWER_KEY_IP_TOS_MASK, 0xfc)
		say("ip_tos %#x/0xfc", *match.DSCP<<2)
	}
	m.U32(nl.TCA_FLOWER_FLAGS, 0)
	return words
}

// protoWord is a protocol above IP by tc's name, else in digits.
func protoWord(n uint8) string {
	for _, name := range []string{"tcp", "udp", "icmp", "icmpv6", "sctp"} {
		if IPProtocols[name] == n {
			return name
		}
	}
	return fmt.Sprintf("%#x", n)
}

// parseFlower reads what a flower filter matches.
func (f *Filter) parseFlower(p []byte) {
	got := map[uint16][]byte{}
	for a := range rtnl.Attrs(p) {
		got[a.Type] = a.Data
	}
	prefix := func(keys ...uint16) (p netip.Prefix) {
		for _, key := range keys {
			if addr, ok := netip.AddrFromSlice(got[key]); ok && len(got[key+1]) == len(got[key]) {
				if n, _ := net.IPMask(got[key+1]).Size(); n > 0 {
					p = netip.PrefixFrom(addr, n)
				}
			}
		}
		return p
	}
	port := func(keys ...uint16) (n uint16) {
		for _, key := range keys {
			if len(got[key]) == 2 {
				n = binary.BigEndian.Uint16(got[key])
			}
		}
		return n
	}
	m := &f.Match
	m.Source = prefix(nl.TCA_FLOWER_KEY_IPV4_SRC, nl.TCA_FLOWER_KEY_IPV6_SRC)
	m.Dest = prefix(nl.TCA_FLOWER_KEY_IPV4_DST, nl.TCA_FLOWER_KEY_IPV6_DST)
	m.Proto = rtnl.Attr{Data: got[nl.TCA_FLOWER_KEY_IP_PROTO]}.U8()
	m.Sport = port(nl.TCA_FLOWER_KEY_TCP_SRC, nl.TCA_FLOWER_KEY_UDP_SRC)
	m.Dport = port(nl.TCA_FLOWER_KEY_TCP_DST, nl.TCA_FLOWER_KEY_UDP_DST)
	m.SrcMAC, m.DstMAC = append(m.SrcMAC, got[nl.TCA_FLOWER_KEY_ETH_SRC]...), append(m.DstMAC, got[nl.TCA_FLOWER_KEY_ETH_DST]...)
	if b := got[nl.TCA_FLOWER_KEY_IP_TOS]; len(b) == 1 {
		dscp := b[0] >> 2
		m.DSCP = &dscp
	}
	if b := got[nl.TCA_FLOWER_KEY_VLAN_ID]; len(b) == 2 {
		id := rtnl.Attr{Data: b}.U16()
		m.VLAN = &id
	}
	f.FlowID = TCHandle(rtnl.Attr{Data: got[nl.TCA_FLOWER_CLASSID]}.U32())
	f.parseActions(got[nl.TCA_FLOWER_ACT])
}
