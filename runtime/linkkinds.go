package runtime

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A kind of link, as `ip link add … type NAME` makes it: what it is called and
// the options that it has. The tables say it once: what is sent, the words of
// the equivalent and what is read back come from the same row.
type kind struct {
	name    string
	short   string               // of its default names, if it is not the name
	module  string               // that has it, where it is no other name than the kind's
	first   int                  // of the numbers of its default names: the kernel makes some by itself
	ether   bool                 // it has a MAC of its own, which derives from the seed
	config  string               // of the kernel's configuration
	over    bool                 // its packets travel in others'
	on      bool                 // it stands on another link
	lateMTU bool                 // the kernel gives it one of its own when it is made
	unlocal bool                 // the kernel would give it a link-local address by chance
	two     bool                 // it has two ends (veth.go)
	tun     int                  // the mode of a device of a program's own (tun.go)
	check   func(*Session) error // whether a lab can have it, if the kernel is not all that it takes
	sample  []Setting
	options []option

	// flags is the attribute that holds the options that are bits, as
	// writeBits writes it and readBits reads it.
	flags     uint16
	writeBits func(b *rtnl.Batch, sh shared)
	readBits  func(p []byte) uint32
}

var kinds = []kind{
	{name: "bond", module: "bonding", ether: true, config: "CONFIG_BONDING", options: bondOptions},
	{name: "dummy", config: "CONFIG_DUMMY", ether: true},
	{name: "geneve", over: true, sample: append(sampleWay4[1:2:2], sampleID...), config: "CONFIG_GENEVE", ether: true, options: geneveOptions},
	{name: "gre", over: true, sample: sampleWay4, module: "ip_gre", config: "CONFIG_NET_IPGRE", first: 1, options: greOptions, flags: greIFlags, writeBits: writeGRE, readBits: readGRE},
	{name: "gretap", over: true, sample: sampleWay4, module: "ip_gre", config: "CONFIG_NET_IPGRE", first: 1, ether: true, options: greOptions, flags: greIFlags, writeBits: writeGRE, readBits: readGRE},
	{name: "hsr", config: "CONFIG_HSR", options: hsrOptions},
	{name: "ifb", config: "CONFIG_IFB", ether: true},
	{name: "ip6gre", over: true, sample: sampleWay6, module: "ip6_gre", unlocal: true, config: "CONFIG_IPV6_GRE", first: 1, options: gre6Options, flags: greIFlags, writeBits: writeGRE, readBits: readGRE},
	{name: "ip6gretap", over: true, sample: sampleWay6, module: "ip6_gre", config: "CONFIG_IPV6_GRE", first: 1, ether: true, options: gre6Options, flags: greIFlags, writeBits: writeGRE, readBits: readGRE},
	{name: "ip6tnl", over: true, sample: sampleWay6, module: "ip6_tunnel", unlocal: true, config: "CONFIG_IPV6_TUNNEL", first: 1, options: ip6tnlOptions},
	{name: "ipip", over: true, sample: sampleWay4, config: "CONFIG_NET_IPIP", options: ipipOptions},
	{name: "ipvlan", sample: []Setting{{Name: "mode", Form: Word, Text: "l2"}}, on: true, config: "CONFIG_IPVLAN", options: ipvlanOptions},
	{name: "ipvtap", sample: []Setting{{Name: "mode", Form: Word, Text: "l2"}}, on: true, config: "CONFIG_IPVTAP", options: ipvlanOptions},
	{name: "macsec", on: true, lateMTU: true, check: (*Session).checkMacsec, config: "CONFIG_MACSEC", options: macsecOptions},
	{name: "macvlan", sample: []Setting{{Name: "mode", Form: Word, Text: "bridge"}}, on: true, config: "CONFIG_MACVLAN", ether: true, options: macvlanOptions},
	{name: "macvtap", on: true, config: "CONFIG_MACVTAP", ether: true, options: macvlanOptions},
	{name: "netkit", two: true, config: "CONFIG_NETKIT", options: netkitOptions},
	{name: "nlmon", config: "CONFIG_NLMON"},
	{name: "sit", over: true, sample: sampleWay4, config: "CONFIG_IPV6_SIT", first: 1, options: sitOptions},
	{name: "tap", tun: unix.IFF_TAP, ether: true, config: "CONFIG_TUN", options: tunOptions},
	{name: "team", ether: true, config: "CONFIG_NET_TEAM"},
	{name: "tun", tun: unix.IFF_TUN, unlocal: true, config: "CONFIG_TUN", options: tunOptions},
	{name: "vlan", sample: sampleID, on: true, module: "8021q", config: "CONFIG_VLAN_8021Q", options: vlanOptions, flags: unix.IFLA_VLAN_FLAGS, writeBits: writeVLAN, readBits: readVLAN},
	{name: "vrf", sample: []Setting{{Name: "table", Form: Number, N: 10}}, ether: true, config: "CONFIG_NET_VRF", options: []option{{name: "table", enc: num32, attr: unix.IFLA_VRF_TABLE}}},
	{name: "vti", over: true, sample: sampleWay4, module: "ip_vti", config: "CONFIG_NET_IPVTI", options: vtiOptions},
	{name: "vti6", over: true, sample: sampleWay6, module: "ip6_vti", unlocal: true, config: "CONFIG_IPV6_VTI", options: vtiOptions},
	{name: "vxlan", over: true, sample: sampleID, config: "CONFIG_VXLAN", ether: true, options: vxlanOptions},
	{name: "wireguard", over: true, short: "wg", config: "CONFIG_WIREGUARD"},
	{name: "xfrm", over: true, sample: []Setting{{Name: "if_id", Form: Number, N: 10}}, module: "xfrm_interface", unlocal: true, config: "CONFIG_XFRM_INTERFACE", options: xfrmOptions},
}

// admits says why a lab cannot have the kind though the kernel has it. What is
// no kind of link is admitted.
func (k *kind) admits(s *Session) error {
	if k == nil || k.check == nil {
		return nil
	}
	return k.check(s)
}

// kindOf is the table's row of a kind, nil if it has none.
func kindOf(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	return nil
}

// KindWords are the words that an option of a kind takes.
func KindWords(kind, option string) []string {
	if k := kindOf(kind); k != nil {
		if o := k.option(option); o != nil {
			return o.words
		}
	}
	return nil
}

// The bits of linux/if_vlan.h.
const (
	vlanReorder uint32 = 1 << iota
	vlanGVRP
	vlanLoose
	vlanMVRP
	vlanBridge
)

var vlanOptions = []option{
	{name: "protocol", enc: netWord, attr: unix.IFLA_VLAN_PROTOCOL, words: []string{"802.1Q", "802.1ad"}, codes: []int{0x8100, 0x88a8}},
	{name: "id", enc: num16, attr: unix.IFLA_VLAN_ID},
	{name: "reorder_hdr", enc: bit, mask: vlanReorder},
	{name: "gvrp", enc: bit, mask: vlanGVRP},
	{name: "mvrp", enc: bit, mask: vlanMVRP},
	{name: "loose_binding", enc: bit, mask: vlanLoose},
	{name: "bridge_binding", enc: bit, mask: vlanBridge},
}

// writeVLAN writes struct ifla_vlan_flags.
func writeVLAN(b *rtnl.Batch, sh shared) {
	b.Attr(unix.IFLA_VLAN_FLAGS, binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(nil, sh.on), sh.mask))
}

func readVLAN(p []byte) uint32 { return rtnl.Attr{Data: p}.U32() }

var macvlanOptions = []option{
	{name: "mode", enc: word32, attr: unix.IFLA_MACVLAN_MODE, words: []string{"private", "vepa", "bridge", "passthru", "source"}, codes: []int{1, 2, 4, 8, 16}},
	{name: "nopromisc", enc: truth16, attr: unix.IFLA_MACVLAN_FLAGS, no: " "},
	{name: "bcqueuelen", enc: num32, attr: unix.IFLA_MACVLAN_BC_QUEUE_LEN},
}

var ipvlanOptions = []option{
	{name: "mode", enc: word16, attr: unix.IFLA_IPVLAN_MODE, words: []string{"l2", "l3", "l3s"}},
	{name: "isolation", enc: word16, attr: unix.IFLA_IPVLAN_FLAGS, words: []string{"bridge", "private", "vepa"}, say: bare},
}

var bondOptions = []option{
	{name: "mode", enc: word8, attr: unix.IFLA_BOND_MODE, words: []string{"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"}},
	{name: "miimon", enc: millis, attr: unix.IFLA_BOND_MIIMON},
	{name: "updelay", enc: millis, attr: unix.IFLA_BOND_UPDELAY},
	{name: "downdelay", enc: millis, attr: unix.IFLA_BOND_DOWNDELAY},
	{name: "arp_interval", enc: millis, attr: unix.IFLA_BOND_ARP_INTERVAL},
	{name: "arp_ip_target", enc: ipList, attr: unix.IFLA_BOND_ARP_IP_TARGET},
	{name: "arp_validate", enc: word32, attr: unix.IFLA_BOND_ARP_VALIDATE, words: []string{"none", "active", "backup", "all", "filter", "filter_active", "filter_backup"}},
	{name: "primary", enc: device, attr: unix.IFLA_BOND_PRIMARY},
	{name: "primary_reselect", enc: word8, attr: unix.IFLA_BOND_PRIMARY_RESELECT, words: []string{"always", "better", "failure"}},
	{name: "fail_over_mac", enc: word8, attr: unix.IFLA_BOND_FAIL_OVER_MAC, words: []string{"none", "active", "follow"}},
	{name: "xmit_hash_policy", enc: word8, attr: unix.IFLA_BOND_XMIT_HASH_POLICY, words: []string{"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"}},
	{name: "num_grat_arp", enc: num8, attr: unix.IFLA_BOND_NUM_PEER_NOTIF},
	{name: "all_slaves_active", enc: truth8, attr: unix.IFLA_BOND_ALL_SLAVES_ACTIVE, say: "all_slaves_active 1", no: "all_slaves_active 0"},
	{name: "min_links", enc: num32, attr: unix.IFLA_BOND_MIN_LINKS},
	{name: "packets_per_slave", enc: num32, attr: unix.IFLA_BOND_PACKETS_PER_SLAVE},
	{name: "lacp_rate", enc: word8, attr: unix.IFLA_BOND_AD_LACP_RATE, words: []string{"slow", "fast"}},
	{name: "ad_select", enc: word8, attr: unix.IFLA_BOND_AD_SELECT, words: []string{"stable", "bandwidth", "count"}},
}

var hsrOptions = []option{
	{name: "slave1", enc: device, attr: unix.IFLA_HSR_SLAVE1},
	{name: "slave2", enc: device, attr: unix.IFLA_HSR_SLAVE2},
	{name: "supervision", enc: num8, attr: unix.IFLA_HSR_MULTICAST_SPEC},
	{name: "version", enc: num8, attr: unix.IFLA_HSR_VERSION},
	{name: "proto", enc: num8, attr: unix.IFLA_HSR_PROTOCOL},
}

// The numbers of ciphers of IEEE 802.1AE-2018, table 14-1.
const (
	gcmAES128 = 0x0080c20001000001 + iota
	gcmAES256
	gcmAESXPN128
	gcmAESXPN256
)

// oldGCMAES128 is what the kernel calls the first one when it is asked.
const oldGCMAES128 = 0x0080020001000001

var macsecOptions = []option{
	{name: "sci", enc: hex64, attr: iflaMacsecSCI},
	{name: "port", enc: sciPort, attr: iflaMacsecSCI, attr6: 2},
	{name: "icvlen", enc: num8, attr: 3},
	{name: "cipher", enc: word64, attr: 4, words: []string{"gcm-aes-128", "gcm-aes-256", "gcm-aes-xpn-128", "gcm-aes-xpn-256"}, codes: []int{gcmAES128, gcmAES256, gcmAESXPN128, gcmAESXPN256}},
	{name: "window", enc: num32, attr: 5},
	{name: "encodingsa", enc: num8, attr: macsecEncoding},
	{name: "encrypt", enc: truth8, attr: 7},
	{name: "protect", enc: truth8, attr: 8},
	{name: "send_sci", enc: truth8, attr: 9},
	{name: "end_station", enc: truth8, attr: 10},
	{name: "scb", enc: truth8, attr: 11},
	{name: "replay", enc: truth8, attr: 12},
	{name: "validate", enc: word8, attr: 13, words: []string{"disabled", "check", "strict"}},
}

// iflaMacsecSCI is IFLA_MACSEC_SCI of linux/if_link.h, whose others the rows
// above have by number.
const iflaMacsecSCI = 1

// The kernel tells these; they are set where the device is opened (tun.go).
var tunOptions = []option{
	{name: "mode", enc: word8, attr: unix.IFLA_TUN_TYPE, words: []string{"tun", "tap"}, codes: []int{unix.IFF_TUN, unix.IFF_TAP}},
	{name: "pi", enc: truth8, attr: unix.IFLA_TUN_PI},
	{name: "vnet_hdr", enc: truth8, attr: unix.IFLA_TUN_VNET_HDR},
	{name: "multi_queue", enc: truth8, attr: unix.IFLA_TUN_MULTI_QUEUE},
	{name: "user", enc: num32, attr: unix.IFLA_TUN_OWNER},
	{name: "group", enc: num32, attr: unix.IFLA_TUN_GROUP},
	{name: "persist", enc: truth8, attr: unix.IFLA_TUN_PERSIST},
}
