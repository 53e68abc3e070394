package runtime

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// NATKinds are the behaviours by which peers outside know a NAT, from the most
// open on: how it filters, and for the last one how it maps, see RFC 4787.
var NATKinds = []string{"full_cone", "restricted", "port_restricted", "symmetric"}

// A NATSpec says how a link's NAT is to behave.
type NATSpec struct {
	Kind    string     // of NATKinds
	To      netip.Addr // invalid for the link's first IPv4 address
	Hairpin bool       // those inside reach each other by the outer address
}

// A NAT is what stands between a link and those behind the node.
type NAT struct {
	NATSpec
	link *Link
	// As they were when it was made: the link may move away, and the NAT stays.
	ns           *Namespace
	thing, table string
}

// Link is the outer link.
func (n *NAT) Link() *Link { return n.link }

// NAT makes a link's NAT, in the place of the one that it had. It is written
// in nft's language: the state that is kept of mappings is four lines there.
func (l *Link) NAT(ctx context.Context, spec NATSpec) (*NAT, error) {
	if err := l.Exists(); err != nil {
		return nil, err
	}
	ns, index := l.where()
	n := &NAT{NATSpec: spec, link: l, ns: ns, thing: "NAT of " + l.thing(), table: fmt.Sprintf("%s_nat_%d", ownTable, index)}
	if !n.To.IsValid() {
		addrs, err := l.Addrs()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(addrs, func(a Addr) bool { return a.Prefix.Addr().Is4() })
		if i < 0 {
			return nil, refuse(l.thing(), "has no IPv4 address that NAT could give to what leaves: name one with to")
		}
		n.To = addrs[i].Prefix.Addr()
	}
	if !n.To.Is4() {
		return nil, refuse(n.thing, "is of IPv4 only: %s is none of its addresses", n.To)
	}
	if err := ns.applyNAT(ctx, n, n.text(l.Device())); err != nil {
		return nil, err
	}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.nats == nil {
		ns.nats = map[string]*NAT{}
	}
	ns.nats[n.table] = n
	return n, nil
}

// Del ends the translation of new connections.
func (n *NAT) Del(ctx context.Context) error {
	n.ns.mu.Lock()
	is := n.ns.nats[n.table] == n
	n.ns.mu.Unlock()
	if !is {
		return &Error{Thing: n.thing, Err: unix.ENOENT, Hint: "it was deleted, or another took its place"}
	}
	if err := n.ns.applyNAT(ctx, n, fmt.Sprintf("table ip %[1]s\ndelete table ip %[1]s\n", n.table)); err != nil {
		return err
	}
	n.ns.mu.Lock()
	defer n.ns.mu.Unlock()
	delete(n.ns.nats, n.table)
	return nil
}

func (ns *Namespace) applyNAT(ctx context.Context, n *NAT, text string) error {
	res, err := ns.Nft(ctx, text)
	if err == nil && !res.OK() {
		said, _, _ := strings.Cut(strings.TrimSpace(string(res.Stderr)), "\n")
		err = refuse(n.thing, "was refused by nft: %s", said)
	}
	return err
}

// text is the NAT in nft's language. Mappings of UDP are kept from the last
// packet that left, for the 5 minutes that RFC 4787 recommends.
func (n *NAT) text(device string) string {
	maps := n.Hairpin || n.Kind == "full_cone" || n.Kind == "restricted"
	random := ""
	if n.Kind == "symmetric" {
		random = " fully-random"
	}
	var w strings.Builder
	line := func(depth int, text string) {
		w.WriteString(strings.Repeat("\t", depth) + strings.NewReplacer("WAN", fmt.Sprintf("%q", device), "ADDR", n.To.String(), "TABLE", n.table, "RANDOM", random).Replace(text) + "\n")
	}
	rules := func(head string, list ...string) {
		line(1, head)
		for _, rule := range list {
			line(2, rule)
		}
		line(1, "}")
	}
	line(0, "table ip TABLE")
	line(0, "delete table ip TABLE")
	line(0, "table ip TABLE {")
	var in, out []string
	if maps {
		const kept = "flags dynamic,timeout; timeout 5m; size 65535"
		line(1, "map outside { type ipv4_addr . inet_service : ipv4_addr . inet_service; "+kept+"; }")
		line(1, "map inside { type inet_service : ipv4_addr . inet_service; "+kept+"; }")
		line(1, "set taken { type inet_service; "+kept+"; }")
		line(1, "set spoken { type inet_service . ipv4_addr; "+kept+"; }")
	}
	switch n.Kind {
	case "full_cone":
		in = append(in, "iifname WAN ip daddr ADDR dnat ip to udp dport map @inside")
	case "restricted":
		in = append(in, "iifname WAN ip daddr ADDR udp dport . ip saddr @spoken dnat ip to udp dport map @inside")
	}
	// A mapping is used again for other destinations, and its port for no other.
	if maps && n.Kind != "symmetric" {
		out = append(out, "oifname WAN snat ip to ip saddr . udp sport map @outside", "oifname WAN udp sport @taken snat ip to ADDR:1024-65535 fully-random")
	}
	out = append(out, "oifname WAN snat ip to ADDRRANDOM")
	if n.Hairpin {
		const turned = "iifname != WAN oifname != WAN ct status dnat ct original ip daddr ADDR "
		in = append(in, "iifname != WAN ip daddr ADDR dnat ip to udp dport map @inside")
		if n.Kind != "symmetric" {
			out = append(out, turned+"snat ip to ip saddr . udp sport map @outside", turned+"udp sport @taken snat ip to ADDR:1024-65535 fully-random")
		}
		out = append(out, turned+"snat ip to ADDRRANDOM")
	}
	if len(in) > 0 {
		rules("chain in { type nat hook prerouting priority dstnat", in...)
	}
	rules("chain out { type nat hook postrouting priority srcnat", out...)
	if maps {
		rules("chain learn { type filter hook postrouting priority srcnat + 10",
			"ip saddr != ADDR return", // a stranger, or a flow that is older than this NAT
			"oifname != WAN ct status ! dnat return",
			"meta l4proto udp ct direction original update @inside { udp sport : ct original ip saddr . ct original proto-src }",
			"meta l4proto udp ct direction original update @outside { ct original ip saddr . ct original proto-src : ip saddr . udp sport }",
			"meta l4proto udp ct direction reply update @inside { udp sport : ct reply ip saddr . ct reply proto-src }",
			"meta l4proto udp update @taken { udp sport }",
			"meta l4proto udp update @spoken { udp sport . ip daddr }")
	}
	// What nobody asked for gets no further.
	rules("chain through { type filter hook forward priority filter",
		"iifname WAN ct state established,related accept", "iifname WAN ct status dnat accept", "iifname WAN drop")
	// What is for the node itself reaches its sockets. The rest would be
	// refused by it, and be tracked, which takes the port away from a mapping.
	rules("chain own { type filter hook input priority filter",
		"iifname WAN ct state new ct status ! dnat meta l4proto { tcp, udp } th dport 1024-65535 jump unknown")
	rules("chain unknown {", "socket wildcard { 0, 1 } accept", "drop")
	line(0, "}")
	return w.String()
}
