package runtime

import (
	"maps"
	"slices"

	"golang.org/x/sys/unix"
)

// packages names the Debian package of programs that scripts often use and
// machines often lack.
var packages = map[string]string{
	"arping": "iputils-arping", "bird": "bird2", "birdc": "bird2", "bridge": "iproute2", "conntrack": "conntrack", "curl": "curl",
	"dhclient": "isc-dhcp-client", "dhcpcd": "dhcpcd-base", "dig": "bind9-dnsutils", "dnsmasq": "dnsmasq-base", "ethtool": "ethtool",
	"fping": "fping", "haproxy": "haproxy", "hping3": "hping3", "ip": "iproute2", "ip6tables": "iptables", "iperf": "iperf", "iperf3": "iperf3",
	"ipset": "ipset", "iptables": "iptables", "jq": "jq", "keepalived": "keepalived", "mausezahn": "netsniff-ng", "mtr": "mtr-tiny",
	"nc": "netcat-openbsd", "ncat": "ncat", "nft": "nftables", "nginx": "nginx-light", "nmap": "nmap", "openvpn": "openvpn", "ping": "iputils-ping",
	"ping6": "iputils-ping", "python3": "python3", "radvd": "radvd", "rdisc6": "ndisc6", "smcrouted": "smcroute", "socat": "socat", "ss": "iproute2",
	"sshd": "openssh-server", "strace": "strace", "swanctl": "strongswan-swanctl", "sysctl": "procps", "tc": "iproute2", "tcpdump": "tcpdump",
	"tracepath": "iputils-tracepath", "traceroute": "traceroute", "tshark": "tshark", "udhcpc": "udhcpc", "unbound": "unbound", "vtysh": "frr",
	"wg": "wireguard-tools", "wireguard-go": "wireguard-go", "zebra": "frr",
}

// PackageOf is the Debian package of a program, "" if it is not known.
func PackageOf(program string) string { return packages[program] }

func packageHint(program string) string {
	if pkg := packages[program]; pkg != "" {
		return "; Debian and Ubuntu have it in the package " + pkg
	}
	return ""
}

// Programs lists the programs whose package is known, sorted.
func Programs() []string { return slices.Sorted(maps.Keys(packages)) }

// Kernel is the running kernel's version and the machine it is for.
func Kernel() (release, machine string) {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return "of an unknown version", "unknown machine"
	}
	return unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Machine[:])
}
