package runtime

import (
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

// ProtoNumber is the number of a protocol, given by its name or in digits.
func ProtoNumber(name string) (uint8, bool) {
	if name == icmp6Proto {
		name = "icmpv6"
	}
	if n, ok := IPProtocols[name]; ok {
		return n, true
	}
	n, err := strconv.ParseUint(name, 10, 8)
	return uint8(n), err == nil
}

// protoNumber is the number of a protocol that has been looked at, 0 for none.
func protoNumber(name string) uint8 {
	n, _ := ProtoNumber(name)
	return n
}

// ProtoName is the name of a protocol, or its number in digits.
func ProtoName(n uint8) string { return nameOf(ipProtoNames, n) }

// toolProto is a protocol as iproute2 takes it.
func toolProto(name string) string {
	if name == "icmpv6" {
		return icmp6Proto
	}
	return name
}
