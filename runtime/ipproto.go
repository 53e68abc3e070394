package runtime

import (
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// IPProtocols are the protocols above IP that have names here, of those of
// /etc/protocols, which a node need not have.
var IPProtocols = map[string]uint8{
	"icmp": unix.IPPROTO_ICMP, "ipip": unix.IPPROTO_IPIP, "tcp": unix.IPPROTO_TCP, "udp": unix.IPPROTO_UDP, "dccp": unix.IPPROTO_DCCP,
	"ipv6": unix.IPPROTO_IPV6, "gre": unix.IPPROTO_GRE, "esp": unix.IPPROTO_ESP, "ah": unix.IPPROTO_AH, "icmpv6": unix.IPPROTO_ICMPV6,
	"ospf": 89, "pim": unix.IPPROTO_PIM, "vrrp": 112, "l2tp": unix.IPPROTO_L2TP, "sctp": unix.IPPROTO_SCTP, "udplite": unix.IPPROTO_UDPLITE,
}

var ipProtoNames = inverse(IPProtocols)

// icmp6Proto is what /etc/protocols, and so iproute2, calls ICMPv6.
const icmp6Proto = "ipv6-icmp"

// ParseProto is the number of a protocol, given by its name or in digits.
func ParseProto(name string) (uint8, bool) {
	if name == icmp6Proto {
		name = "icmpv6"
	}
	if n, ok := IPProtocols[name]; ok {
		return n, true
	}
	n, err := strconv.ParseUint(name, 10, 8)
	return uint8(n), err == nil
}

// ProtoNumber is the number of a protocol that has been looked at, 0 for none.
func ProtoNumber(name string) uint8 {
	n, _ := ParseProto(name)
	return n
}

// hasPorts reports whether a rule may name the ports of a protocol.
func hasPorts(proto string) bool {
	return slices.Contains([]string{"tcp", "udp", "udplite", "sctp", "dccp"}, proto)
}

// SelectsPorts reports whether a selector of IPsec may name the ports of a
// protocol: iproute2 knows none of udplite there.
func SelectsPorts(proto string) bool { return hasPorts(proto) && proto != "udplite" }

// ProtoName is the name of a protocol, or its number in digits.
func ProtoName(n uint8) string { return nameOf(ipProtoNames, n) }

// toolProto is a protocol as iproute2 takes it.
func toolProto(name string) string {
	if name == "icmpv6" {
		return icmp6Proto
	}
	return name
}
