package runtime

import (
	"errors"
	"net"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestVethJoinsTwoNodes(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	la, lb, err := s.Veth(t.Context(),
		End{Namespace: a, Name: "up0", MTU: 1400, Addrs: mustPrefixes("10.0.0.1/24 fd00::1/64")},
		End{Namespace: b, Name: "down0", MTU: 1300, Addrs: mustPrefixes("10.0.0.2/24"), MAC: net.HardwareAddr{2, 0, 0, 0, 0, 9}})
	must(t, err)
	must(t, s.Ready(t.Context()))
	ipLink(t, a, "up0").want(t, map[string]string{"mtu": "1400", "operstate": "UP", "num_tx_queues": "1", "num_rx_queues": "1", "link_index": "3"})
	ipLink(t, b, "down0").want(t, map[string]string{"mtu": "1300", "operstate": "UP", "address": "02:00:00:00:00:09"})
	if got := addrText(ipAddrs(t, a, "up0")); got != "10.0.0.1/24 fd00::1/64" {
		t.Errorf("got addresses %q of a", got)
	}
	if la.Name() != "up0" || lb.Name() != "down0" || la.Namespace() != a || la.Index() != 2 || lb.Index() != 3 { // never the same
		t.Errorf("got links %v and %v", la, lb)
	}
	st, err := la.State()
	must(t, err)
	if st.Kind != "veth" || !st.Up() || st.Oper != "up" || !st.Carrier || st.PeerIndex != 3 || st.MTU != 1400 {
		t.Errorf("got state %+v", st)
	}
}

func TestVethNamesEndsByNode(t *testing.T) {
	s := newSession(t)
	a, b, sw := node(t, s, "a"), node(t, s, "b"), node(t, s, "sw")
	br, err := s.Bridge(t.Context(), sw, BridgeOptions{})
	must(t, err)
	veth := func(x, y End) (*Link, *Link) {
		t.Helper()
		l1, l2, err := s.Veth(t.Context(), x, y)
		must(t, err)
		return l1, l2
	}
	first, _ := veth(End{Namespace: a}, End{Namespace: b})
	veth(End{Namespace: a, Name: "eth2"}, End{Namespace: b})
	veth(End{Namespace: a}, End{Namespace: a})               // eth1 and eth3
	veth(End{Namespace: a, Name: "eth4"}, End{Namespace: a}) // eth5
	veth(End{Namespace: b}, End{Bridge: br})
	veth(End{Bridge: br}, End{Namespace: b})
	if got, want := linkNames(t, a), "eth0 eth2 eth1 eth3 eth4 eth5"; got != want {
		t.Errorf("got %q in a, want %q", got, want)
	}
	if got, want := linkNames(t, b), "eth0 eth1 eth2 eth3"; got != want {
		t.Errorf("got %q in b, want %q", got, want)
	}
	if got, want := linkNames(t, sw), "br0 b b-2"; got != want {
		t.Errorf("got %q in sw, want %q", got, want)
	}
	for _, port := range []string{"b", "b-2"} {
		ipLink(t, sw, port).want(t, map[string]string{"master": "br0"})
	}
	// A name is free again when its link is gone, at both ends.
	must(t, first.Delete(t.Context()))
	veth(End{Namespace: a}, End{Namespace: b})
	if got, want := linkNames(t, a)+" "+linkNames(t, b), "eth2 eth1 eth3 eth4 eth5 eth0 eth1 eth2 eth3 eth0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestVethJoinsTwoBridges(t *testing.T) {
	s := newSession(t)
	x, y := node(t, s, "x"), node(t, s, "y")
	bx, err := s.Bridge(t.Context(), x, BridgeOptions{Addrs: mustPrefixes("10.0.0.1/24")})
	must(t, err)
	by, err := s.Bridge(t.Context(), y, BridgeOptions{Addrs: mustPrefixes("10.0.0.2/24")})
	must(t, err)
	_, _, err = s.Veth(t.Context(), End{Bridge: bx}, End{Bridge: by})
	must(t, err)
	ipLink(t, x, "y").want(t, map[string]string{"master": "br0"})
	ipLink(t, y, "x").want(t, map[string]string{"master": "br0"})
	res, err := x.Ping(t.Context(), pingSpec("10.0.0.2"))
	if err != nil || len(res.Replies) != 1 {
		t.Errorf("got %+v, %v, want a reply", res, err)
	}
}

func TestLongNamesAreAltNames(t *testing.T) {
	s := newSession(t)
	long := "a-node-with-a-rather-long-name"
	n, sw := node(t, s, long), node(t, s, "sw")
	br, err := s.Bridge(t.Context(), sw, BridgeOptions{Name: "the-bridge-of-the-datacentre"})
	must(t, err)
	l, port, err := s.Veth(t.Context(), End{Namespace: n, Name: "uplink-to-the-switch"}, End{Bridge: br})
	must(t, err)
	for _, c := range []struct {
		ns   *Namespace
		name string
		l    *Link
	}{{n, "uplink-to-the-switch", l}, {sw, long, port}, {sw, "the-bridge-of-the-datacentre", br}} {
		o := ipLink(t, c.ns, c.name) // iproute2 finds it by its long name
		if got := o.str("ifname"); len(got) > 15 || got != c.l.Device() {
			t.Errorf("%s: got kernel name %q, want %q", c.name, got, c.l.Device())
		}
		found, err := c.ns.FindLink(t.Context(), c.name, 0)
		if err != nil || found.Name() != c.name || found.Index() != c.l.Index() {
			t.Errorf("got %v, %v, want the link %s", found, err, c.name)
		}
		if found, err := c.ns.FindLink(t.Context(), c.l.Device(), 0); err != nil || found.Name() != c.name {
			t.Errorf("by its kernel name: got %v, %v, want the link %s", found, err, c.name)
		}
	}
	_, _, err = s.Veth(t.Context(), End{Namespace: n, Name: "uplink-to-the-switch"}, End{Namespace: sw})
	wantError(t, err, "interface uplink-to-the-switch in "+long+" already exists")
}

func TestVethRefuses(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "", "")
	gone, _, err := s.Veth(t.Context(), End{Namespace: a, Name: "gone"}, End{Namespace: b})
	must(t, err)
	must(t, gone.Delete(t.Context()))
	for _, c := range []struct {
		a, b End
		want string
	}{
		{End{Namespace: a, Name: "eth0"}, End{Namespace: b}, "interface eth0 in a already exists"},
		{End{Namespace: a}, End{Namespace: b, Name: "eth0"}, "interface eth0 in b already exists"},
		{End{Namespace: a}, End{Namespace: b, Name: "lo"}, "interface lo in b already exists"},
		{End{Namespace: a, Name: "x"}, End{Namespace: a, Name: "x"}, "interface x in a already exists: both ends are in one namespace and need two names"},
		{End{Namespace: a, MTU: 67}, End{Namespace: b}, "mtu 67 is out of range: 68 to 65535 bytes"},
		{End{Namespace: a}, End{Namespace: b, MTU: 65536}, "mtu 65536 is out of range: 68 to 65535 bytes"},
		{End{Namespace: a, MAC: net.HardwareAddr{1, 0, 0, 0, 0, 1}}, End{Namespace: b}, "mac 01:00:00:00:00:01 is no address of one station: its first byte is odd"},
		{End{Namespace: a, MAC: make(net.HardwareAddr, 6)}, End{Namespace: b}, "mac 00:00:00:00:00:00 is no address of one station"},
		{End{Namespace: a, MAC: net.HardwareAddr{2, 0}}, End{Namespace: b}, "mac 02:00 has 2 bytes: an Ethernet address has 6"},
		{End{Namespace: a, Name: "a/b"}, End{Namespace: b}, `interface name "a/b" is not allowed: no '/', ':', '%', quotes or white space, and neither "." nor ".."`},
		{End{Namespace: a, Name: "ü"}, End{Namespace: b}, `interface name "ü" is not allowed: only printable ASCII characters`},
		{End{Namespace: a, Name: strings.Repeat("x", 128)}, End{Namespace: b}, `interface name "` + strings.Repeat("x", 128) + `" has 128 bytes: at most 127 are allowed`},
		{End{Namespace: a, Addrs: mustPrefixes("10.0.0.1/24 10.0.0.1/24")}, End{Namespace: b}, "address 10.0.0.1/24 of interface eth1 in a already exists"},
		{End{Namespace: a}, End{Namespace: b, Addrs: mustPrefixes("ff02::1/64")}, "address ff02::1/64 of interface eth1 in b was refused by the kernel as invalid: it is no address that an interface can have"},
		{End{Namespace: a}, End{Bridge: gone}, "interface gone in a is no bridge"},
		{End{Namespace: b, Bridge: gone}, End{Namespace: b}, "interface gone in a is in another namespace than b"},
	} {
		_, _, err := s.Veth(t.Context(), c.a, c.b)
		wantError(t, err, c.want)
	}
	// Whatever was refused left nothing, and no hole in the default names.
	if got := linkNames(t, a) + linkNames(t, b); got != "eth0eth0" {
		t.Errorf("got interfaces %q, want the first pair only", got)
	}
	pair(t, s, a, b, "", "")
	if got := linkNames(t, a) + linkNames(t, b); got != "eth0 eth1eth0 eth1" {
		t.Errorf("got interfaces %q, want two pairs", got)
	}
	_, _, err = s.Veth(t.Context(), End{Namespace: a, Name: "eth0"}, End{Namespace: b})
	if !errors.Is(err, unix.EEXIST) {
		t.Errorf("got %v, want an EEXIST", err)
	}
}

func TestVethTakesExtremeMTUs(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	_, _, err := s.Veth(t.Context(), End{Namespace: a, MTU: 68}, End{Namespace: b, MTU: 65535})
	must(t, err)
	ipLink(t, a, "eth0").want(t, map[string]string{"mtu": "68"})
	ipLink(t, b, "eth0").want(t, map[string]string{"mtu": "65535"})
}

func TestVethLeavesAnEndDown(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	_, _, err := s.Veth(t.Context(), End{Namespace: a, Down: true}, End{Namespace: b})
	must(t, err)
	must(t, s.Ready(t.Context()))
	for _, c := range []struct {
		ns   *Namespace
		want string
	}{{a, "[BROADCAST MULTICAST]"}, {b, "[NO-CARRIER BROADCAST MULTICAST UP]"}} {
		if got := ipLink(t, c.ns, "eth0").str("flags"); got != c.want {
			t.Errorf("%s: got flags %s, want %s", c.ns.Name, got, c.want)
		}
	}
}

func TestVethFindsAFreeIndex(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	sh(t, a, "ip link add x0 index 2 type bridge; ip link add x1 index 3 type bridge")
	la, _ := pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	if got := linkNames(t, a); got != "x0 x1 eth0" || la.Index() != 4 {
		t.Errorf("got %q and index %d, want eth0 after the others", got, la.Index())
	}
}

func TestCablesHaveUnlikeIndexes(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	sh(t, b, "ip link add x0 index 3 type bridge; ip link add x1 index 4 type bridge") // both were chosen for an end of b
	for range 3 {
		if x, y := pair(t, s, a, b, "", ""); x.Index() == y.Index() {
			t.Errorf("got index %d of both ends", x.Index())
		}
	}
}

func TestMACsFollowFromSeedAndNames(t *testing.T) {
	macs := func(seed uint64) string {
		s := newSessionWith(t, Options{Seed: seed})
		a, b := node(t, s, "a"), node(t, s, "b")
		pair(t, s, a, b, "", "")
		must(t, s.Close(t.Context()))
		s = newSessionWith(t, Options{Seed: seed})
		b, a = node(t, s, "b"), node(t, s, "a")
		pair(t, s, b, a, "", "")
		br, err := s.Bridge(t.Context(), a, BridgeOptions{})
		must(t, err)
		defer func() { must(t, s.Close(t.Context())) }()
		return ipLink(t, a, "eth0").str("address") + " " + ipLink(t, b, "eth0").str("address") + " " + ipLink(t, a, br.Name()).str("address")
	}
	one, again, two := macs(1), macs(1), macs(2)
	if one != again {
		t.Errorf("the same seed gave %s and %s", one, again)
	}
	seen := map[string]bool{}
	for _, m := range strings.Fields(one + " " + two) {
		hw, err := net.ParseMAC(m)
		if err != nil || hw[0]&3 != 2 || seen[m] {
			t.Errorf("%s of %s and %s: want six different addresses, locally administered, of one station", m, one, two)
		}
		seen[m] = true
	}
}
