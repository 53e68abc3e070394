package runtime

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// The tables of links whose packets travel in others'.

var vxlanOptions = []option{
	{name: "id", enc: num32, attr: unix.IFLA_VXLAN_ID},
	{name: "remote", enc: ipAddr, attr: unix.IFLA_VXLAN_GROUP, attr6: unix.IFLA_VXLAN_GROUP6, cast: unicast},
	{name: "group", enc: ipAddr, attr: unix.IFLA_VXLAN_GROUP, attr6: unix.IFLA_VXLAN_GROUP6, cast: multicast},
	{name: "local", enc: ipAddr, attr: unix.IFLA_VXLAN_LOCAL, attr6: unix.IFLA_VXLAN_LOCAL6},
	{name: "dev", enc: device, attr: unix.IFLA_VXLAN_LINK},
	{name: "dstport", enc: net16, attr: unix.IFLA_VXLAN_PORT},
	{name: "srcport", enc: ports, attr: unix.IFLA_VXLAN_PORT_RANGE},
	{name: "ttl", enc: num8, attr: unix.IFLA_VXLAN_TTL},
	{name: "tos", enc: num8, attr: unix.IFLA_VXLAN_TOS},
	{name: "learning", enc: truth8, attr: unix.IFLA_VXLAN_LEARNING, no: "nolearning"},
	{name: "ageing", enc: seconds, attr: unix.IFLA_VXLAN_AGEING},
	{name: "maxaddress", enc: num32, attr: unix.IFLA_VXLAN_LIMIT},
	{name: "proxy", enc: truth8, attr: unix.IFLA_VXLAN_PROXY, no: "noproxy"},
	{name: "rsc", enc: truth8, attr: unix.IFLA_VXLAN_RSC, no: "norsc"},
	{name: "l2miss", enc: truth8, attr: unix.IFLA_VXLAN_L2MISS, no: "nol2miss"},
	{name: "l3miss", enc: truth8, attr: unix.IFLA_VXLAN_L3MISS, no: "nol3miss"},
	{name: "udpcsum", enc: truth8, attr: unix.IFLA_VXLAN_UDP_CSUM, no: "noudpcsum"},
	{name: "udp6zerocsumtx", enc: truth8, attr: unix.IFLA_VXLAN_UDP_ZERO_CSUM6_TX, no: "noudp6zerocsumtx"},
	{name: "udp6zerocsumrx", enc: truth8, attr: unix.IFLA_VXLAN_UDP_ZERO_CSUM6_RX, no: "noudp6zerocsumrx"},
	{name: "df", enc: word8, attr: unix.IFLA_VXLAN_DF, words: []string{"unset", "set", "inherit"}},
	{name: "gbp", enc: present, attr: unix.IFLA_VXLAN_GBP},
	{name: "external", enc: truth8, attr: unix.IFLA_VXLAN_COLLECT_METADATA, no: "noexternal"},
	{name: "vnifilter", enc: truth8, attr: unix.IFLA_VXLAN_VNIFILTER, no: "novnifilter"},
}

var geneveOptions = []option{
	{name: "id", enc: num32, attr: unix.IFLA_GENEVE_ID},
	{name: "remote", enc: ipAddr, attr: unix.IFLA_GENEVE_REMOTE, attr6: unix.IFLA_GENEVE_REMOTE6},
	{name: "dstport", enc: net16, attr: unix.IFLA_GENEVE_PORT},
	{name: "ttl", enc: num8, attr: unix.IFLA_GENEVE_TTL},
	{name: "tos", enc: num8, attr: unix.IFLA_GENEVE_TOS},
	{name: "udpcsum", enc: truth8, attr: unix.IFLA_GENEVE_UDP_CSUM, no: "noudpcsum"},
	{name: "udp6zerocsumtx", enc: truth8, attr: unix.IFLA_GENEVE_UDP_ZERO_CSUM6_TX, no: "noudp6zerocsumtx"},
	{name: "udp6zerocsumrx", enc: truth8, attr: unix.IFLA_GENEVE_UDP_ZERO_CSUM6_RX, no: "noudp6zerocsumrx"},
	{name: "df", enc: word8, attr: unix.IFLA_GENEVE_DF, words: []string{"unset", "set", "inherit"}},
	{name: "external", enc: present, attr: unix.IFLA_GENEVE_COLLECT_METADATA},
}

// The attributes of linux/if_tunnel.h for GRE, and the bits of its header.
const (
	greLink uint16 = iota + 1
	greIFlags
	greOFlags
	greIKey
	greOKey
	greLocal
	greRemote
	greTTL
	greTOS
	grePMTUDisc
	greEncapLimit
	greFlowInfo
	greFlags
	greExternal = 18
	greIgnoreDF = 19

	greCsum = 0x8000
	greKey  = 0x2000
	greSeq  = 0x1000
)

var greOptions = []option{
	{name: "local", enc: ipAddr, attr: greLocal},
	{name: "remote", enc: ipAddr, attr: greRemote},
	{name: "dev", enc: device, attr: greLink},
	{name: "ttl", enc: num8, attr: greTTL},
	{name: "tos", enc: num8, attr: greTOS},
	{name: "key", enc: both32, attr: greIKey, attr6: greOKey, mask: greKey},
	{name: "csum", enc: bit, mask: greCsum, no: "nocsum"},
	{name: "seq", enc: bit, mask: greSeq, no: "noseq"},
	{name: "pmtudisc", enc: truth8, attr: grePMTUDisc, no: "nopmtudisc"},
	{name: "ignore_df", enc: truth8, attr: greIgnoreDF, say: "ignore-df", no: "noignore-df"},
	{name: "external", enc: present, attr: greExternal},
}

var gre6Options = []option{
	{name: "local", enc: ipAddr, attr: greLocal},
	{name: "remote", enc: ipAddr, attr: greRemote},
	{name: "dev", enc: device, attr: greLink},
	{name: "hoplimit", enc: num8, attr: greTTL},
	{name: "encaplimit", enc: encapLimit, attr: greEncapLimit, attr6: greFlags},
	{name: "key", enc: both32, attr: greIKey, attr6: greOKey, mask: greKey},
	{name: "csum", enc: bit, mask: greCsum, no: "nocsum"},
	{name: "seq", enc: bit, mask: greSeq, no: "noseq"},
	{name: "external", enc: present, attr: greExternal},
}

// writeGRE writes the same for what is sent and what is wanted.
func writeGRE(b *rtnl.Batch, sh shared) {
	p := binary.BigEndian.AppendUint16(nil, uint16(sh.on))
	b.Attr(greIFlags, p)
	b.Attr(greOFlags, p)
}

func readGRE(p []byte) uint32 { return uint32(big16(p)) }

// The attributes of linux/if_tunnel.h for IP in IP.
const (
	iptunLink uint16 = iota + 1
	iptunLocal
	iptunRemote
	iptunTTL
	iptunTOS
	iptunEncapLimit
	iptunFlowInfo
	iptunFlags
	iptunProto
	iptunPMTUDisc
	iptunExternal = 19
)

var ipipOptions = []option{
	{name: "local", enc: ipAddr, attr: iptunLocal},
	{name: "remote", enc: ipAddr, attr: iptunRemote},
	{name: "dev", enc: device, attr: iptunLink},
	{name: "mode", enc: word8, attr: iptunProto, zero: true, words: []string{"ipip", "mplsip", "any"}, codes: []int{unix.IPPROTO_IPIP, unix.IPPROTO_MPLS, 0}},
	{name: "ttl", enc: num8, attr: iptunTTL, zero: true},
	{name: "tos", enc: num8, attr: iptunTOS},
	{name: "pmtudisc", enc: truth8, attr: iptunPMTUDisc, no: "nopmtudisc"},
	{name: "external", enc: present, attr: iptunExternal},
}

var sitOptions = []option{
	{name: "local", enc: ipAddr, attr: iptunLocal},
	{name: "remote", enc: ipAddr, attr: iptunRemote},
	{name: "dev", enc: device, attr: iptunLink},
	{name: "mode", enc: word8, attr: iptunProto, zero: true, words: []string{"ip6ip", "ipip", "any"}, codes: []int{unix.IPPROTO_IPV6, unix.IPPROTO_IPIP, 0}},
	{name: "ttl", enc: num8, attr: iptunTTL, zero: true},
	{name: "tos", enc: num8, attr: iptunTOS},
	{name: "pmtudisc", enc: truth8, attr: iptunPMTUDisc, no: "nopmtudisc"},
}

var ip6tnlOptions = []option{
	{name: "local", enc: ipAddr, attr: iptunLocal},
	{name: "remote", enc: ipAddr, attr: iptunRemote},
	{name: "dev", enc: device, attr: iptunLink},
	{name: "mode", enc: word8, attr: iptunProto, words: []string{"ip6ip6", "ipip6", "any"}, codes: []int{unix.IPPROTO_IPV6, unix.IPPROTO_IPIP, 0}},
	{name: "hoplimit", enc: num8, attr: iptunTTL},
	{name: "encaplimit", enc: encapLimit, attr: iptunEncapLimit, attr6: iptunFlags},
	{name: "external", enc: present, attr: iptunExternal},
}

// The attributes of linux/if_tunnel.h for tunnels of IPsec.
const (
	vtiLink uint16 = iota + 1
	vtiIKey
	vtiOKey
	vtiLocal
	vtiRemote
)

var vtiOptions = []option{
	{name: "local", enc: ipAddr, attr: vtiLocal},
	{name: "remote", enc: ipAddr, attr: vtiRemote},
	{name: "dev", enc: device, attr: vtiLink},
	{name: "key", enc: both32, attr: vtiIKey, attr6: vtiOKey},
}

var xfrmOptions = []option{
	{name: "dev", enc: device, attr: unix.IFLA_XFRM_LINK},
	{name: "if_id", enc: num32, attr: unix.IFLA_XFRM_IF_ID},
	{name: "external", enc: present, attr: unix.IFLA_XFRM_COLLECT_METADATA},
}
