package builtins

import (
	"fmt"

	"wirelark/runtime"
)

// troubles are the kernel's counters that tell why packets did not arrive, by
// nstat's names. A node's begin at zero with the node. Ip6OutDiscards and
// Ip6InNoRoutes are not among them: the kernel's own reports of multicast groups
// are, on a link that has just lost its carrier or has not got its address yet.
var troubles = []struct{ name, words string }{
	{"IpInHdrErrors", "packets with a bad header, or a ttl that ran out"},
	{"IpInAddrErrors", "packets to an address that is not the node's, and not forwarded"},
	{"IpInDiscards", "packets dropped on their way in"},
	{"IpOutDiscards", "packets dropped on their way out"},
	{"IpOutNoRoutes", "packets to send without a route"},
	{"IpExtInNoRoutes", "packets to forward without a route"},
	{"TcpExtIPReversePathFilter", "packets from where their source is not (rp_filter)"},
	{"IpExtInCsumErrors", "packets with a wrong checksum"},
	{"IpReasmFails", "packets that could not be put together from fragments"},
	{"IpFragFails", "packets too big to send on, and not to be fragmented"},
	{"IcmpInCsumErrors", "ICMP messages with a wrong checksum"},
	{"TcpRetransSegs", "TCP segments sent again"},
	{"TcpAttemptFails", "TCP connections that did not come about"},
	{"TcpInCsumErrors", "TCP segments with a wrong checksum"},
	{"TcpExtListenOverflows", "TCP connections for which a listener had no room"},
	{"TcpExtTCPMD5NotFound", "TCP segments without the MD5 signature they need"},
	{"TcpExtTCPMD5Failure", "TCP segments with a wrong MD5 signature"},
	{"UdpNoPorts", "datagrams to a port where nobody listens"},
	{"UdpInErrors", "datagrams that a socket lost"},
	{"UdpRcvbufErrors", "datagrams for which a socket had no room"},
	{"UdpInCsumErrors", "datagrams with a wrong checksum"},
	{"Ip6InHdrErrors", "IPv6 packets with a bad header, or a hop limit that ran out"},
	{"Ip6InAddrErrors", "IPv6 packets to an address that is not the node's, and not forwarded"},
	{"Ip6InDiscards", "IPv6 packets dropped on their way in"},
	{"Ip6OutNoRoutes", "IPv6 packets to send without a route"},
	{"Ip6InTooBigErrors", "IPv6 packets too big to send on"},
	{"Ip6ReasmFails", "IPv6 packets that could not be put together from fragments"},
	{"Udp6NoPorts", "IPv6 datagrams to a port where nobody listens"},
	{"Udp6InErrors", "IPv6 datagrams that a socket lost"},
	{"Udp6RcvbufErrors", "IPv6 datagrams for which a socket had no room"},
}

// troubleWords tells of a node's packets that got lost or went wrong.
func troubleWords(ns *runtime.Namespace) (words []string) {
	list, err := ns.Counters()
	if err != nil {
		return nil // it is gone
	}
	count := map[string]int64{}
	for _, c := range list {
		count[c.Name] = c.Value
	}
	for _, t := range troubles {
		if n := count[t.name]; n > 0 {
			words = append(words, fmt.Sprintf("%s %d: %s", t.name, n, t.words))
		}
	}
	return words
}

// linkTroubles tells of those of a link.
func linkTroubles(st *runtime.LinkState) (words []string) {
	c := st.Counters
	if !st.Carrier {
		c.TxDropped = 0 // that tells it
	}
	for _, x := range []struct {
		n     uint64
		words string
	}{{c.RxErrors, "received with errors"}, {c.TxErrors, "not sent because of errors"}, {c.RxDropped, "dropped on arrival"}, {c.TxDropped, "dropped before sending"}} {
		if x.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", x.n, x.words))
		}
	}
	return words
}
