package runtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestChangeSetsEveryThing(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "", "")
	flags := func(with string, has bool) func(*testing.T, object) {
		return func(t *testing.T, o object) {
			t.Helper()
			if got := strings.Contains(o.str("flags"), with); got != has {
				t.Errorf("%s: got %v in %s, want %v", with, got, o.str("flags"), has)
			}
		}
	}
	field := func(key, want string) func(*testing.T, object) {
		return func(t *testing.T, o object) { t.Helper(); o.want(t, map[string]string{key: want}) }
	}
	for _, c := range []struct {
		c     LinkChange
		check func(*testing.T, object)
		words string
	}{
		{LinkChange{MTU: ptr(9000)}, field("mtu", "9000"), "mtu 9000"},
		{LinkChange{TxQLen: ptr(77)}, field("txqlen", "77"), "txqueuelen 77"},
		{LinkChange{MAC: net.HardwareAddr{2, 0, 0, 0, 0, 7}}, field("address", "02:00:00:00:00:07"), "address 02:00:00:00:00:07"},
		{LinkChange{Alias: ptr("to the roof")}, field("ifalias", "to the roof"), "alias 'to the roof'"},
		{LinkChange{Alias: ptr("")}, field("ifalias", ""), "alias ''"},
		{LinkChange{ARP: ptr(false)}, flags("NOARP", true), "arp off"},
		{LinkChange{ARP: ptr(true)}, flags("NOARP", false), "arp on"},
		{LinkChange{Multicast: ptr(false)}, flags("MULTICAST", false), "multicast off"},
		{LinkChange{Multicast: ptr(true)}, flags("MULTICAST", true), "multicast on"},
		{LinkChange{Promisc: ptr(true)}, flags("PROMISC", true), "promisc on"},
		{LinkChange{Promisc: ptr(false)}, flags("PROMISC", false), "promisc off"},
		{LinkChange{Up: ptr(false)}, flags("UP", false), "down"},
		{LinkChange{Up: ptr(true), MTU: ptr(1400)}, flags("UP", true), "mtu 1400 up"},
	} {
		must(t, l.Change(t.Context(), c.c))
		c.check(t, ipLink(t, a, "eth0"))
		steps := s.Steps()
		if got, want := lastCommand(steps, "ip link set"), "ip link set dev eth0 "+c.words; got != want {
			t.Errorf("got step %q, want %q", got, want)
		}
	}
	must(t, l.Change(t.Context(), LinkChange{})) // nothing to do is nothing done
}

// lastCommand is the command of the latest step that begins with prefix.
func lastCommand(steps []*Step, prefix string) string {
	for i := len(steps) - 1; i >= 0; i-- {
		if strings.HasPrefix(steps[i].Command, prefix) {
			return steps[i].Command
		}
	}
	return ""
}

func TestChangeMakesAndUnmakesPorts(t *testing.T) {
	s := newSession(t)
	a, sw := node(t, s, "a"), node(t, s, "sw")
	br, err := s.Bridge(t.Context(), sw, BridgeOptions{})
	must(t, err)
	_, l := pair(t, s, a, sw, "", "")
	must(t, l.Change(t.Context(), LinkChange{Master: br, Port: PortChange{Cost: ptr(55), Isolated: ptr(true), Hairpin: ptr(true),
		Learning: ptr(false), Flood: ptr(false), Guard: ptr(true), Locked: ptr(true)}}))
	o := ipLink(t, sw, "eth0")
	o.want(t, map[string]string{"master": "br0"})
	o.port().want(t, map[string]string{"cost": "55", "isolated": "true", "hairpin": "true", "learning": "false", "flood": "false", "guard": "true", "locked": "true"})
	st, err := l.State()
	must(t, err)
	if p := st.Port; p == nil || p.Cost != 55 || !p.Isolated || !p.Hairpin || p.Learning || p.Flood || !p.Guard || !p.Locked || p.State != "forwarding" || st.Master != br.Index() {
		t.Errorf("got %+v of master %d", st.Port, st.Master)
	}
	must(t, l.Change(t.Context(), LinkChange{Port: PortChange{Isolated: ptr(false), Hairpin: ptr(false), Learning: ptr(true), Flood: ptr(true), Guard: ptr(false), Locked: ptr(false)}}))
	ipLink(t, sw, "eth0").port().want(t, map[string]string{"cost": "55", "isolated": "false", "hairpin": "false", "learning": "true", "flood": "true", "guard": "false", "locked": "false"})
	must(t, l.Change(t.Context(), LinkChange{NoMaster: true}))
	ipLink(t, sw, "eth0").want(t, map[string]string{"master": ""})
	wantError(t, l.Change(t.Context(), LinkChange{Port: PortChange{Isolated: ptr(true)}}), "interface eth0 in sw is no port of a bridge")
}

func TestChangeRefuses(t *testing.T) {
	s, other := newSession(t), newSession(t)
	a, b, foreign := node(t, s, "a"), node(t, s, "b"), node(t, other, "f")
	l, far := pair(t, s, a, b, "", "")
	pair(t, s, a, b, "", "")
	lo, err := a.FindLink(t.Context(), "lo", 0)
	must(t, err)
	eth1, err := a.FindLink(t.Context(), "eth1", 0)
	must(t, err)
	must(t, l.SetUp(t.Context(), false)) // a kernel before 6.2 renames no other
	for _, c := range []struct {
		l    *Link
		c    LinkChange
		want string
	}{
		{l, LinkChange{MTU: ptr(70000)}, "interface eth0 in a was refused by the kernel as invalid: mtu 70000 may be out of its range"},
		{l, LinkChange{MTU: ptr(-1)}, "mtu -1 is out of range"},
		{l, LinkChange{MAC: net.HardwareAddr{1, 0, 0, 0, 0, 0}}, "mac 01:00:00:00:00:00 is no address of one station: its first byte is odd"},
		{l, LinkChange{Name: ptr("eth1")}, "interface eth0 in a already exists: a has an interface eth1"},
		{l, LinkChange{Name: ptr("")}, `interface name "" is empty`},
		{l, LinkChange{Master: far}, "interface eth0 in b is in another namespace than interface eth0 in a"},
		{l, LinkChange{Master: eth1}, "interface eth1 in a takes no ports: a bridge, a bond, a team and a VRF do"},
		{l, LinkChange{Namespace: b}, "interface eth0 in a already exists: netns b has an interface eth0"},
		{l, LinkChange{Namespace: foreign}, "netns f belongs to another lab"},
		{lo, LinkChange{Namespace: b}, "interface lo in a was refused by the kernel as invalid: the kernel keeps links of this kind in their namespace"},
		{l, LinkChange{Alias: ptr(strings.Repeat("x", 256))}, "alias of interface eth0 in a has 256 bytes: at most 255 are allowed"},
	} {
		wantError(t, c.l.Change(t.Context(), c.c), c.want)
	}
	wantError(t, lo.Delete(t.Context()), "interface lo in a cannot be deleted: the kernel keeps links of this kind")
	if got := linkNames(t, a); got != "eth0 eth1" {
		t.Errorf("got %q, want both links as they were", got)
	}
	must(t, l.Delete(t.Context()))
	wantError(t, l.SetUp(t.Context(), true), "interface eth0 in a does not exist")
	wantError(t, l.Delete(t.Context()), "interface eth0 in a does not exist")
	_, err = l.State()
	wantError(t, err, "interface eth0 in a does not exist")
	if !errors.Is(err, unix.ENODEV) {
		t.Errorf("got %v, want an ENODEV", err)
	}
	if got := linkNames(t, b); got != "eth1" {
		t.Errorf("got %q in b: the other end goes too", got)
	}
}

// TestLinkThatIsUpIsRenamed by a kernel that can.
func TestLinkThatIsUpIsRenamed(t *testing.T) {
	s := newSession(t)
	l, _ := pair(t, s, node(t, s, "a"), node(t, s, "b"), "", "")
	must(t, s.Ready(t.Context()))
	err := l.Change(t.Context(), LinkChange{Name: ptr("wan0")})
	var major, minor int
	release, _ := Kernel()
	if _, e := fmt.Sscanf(release, "%d.%d", &major, &minor); e != nil {
		t.Fatal(e)
	}
	if major > 6 || major == 6 && minor >= 2 {
		must(t, err)
		return
	}
	wantError(t, err, "interface eth0 in a is in use: a link that is up can be renamed since Linux 6.2: link_down it before")
}

func TestLinkIsRenamed(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "10.0.0.1/24", "")
	must(t, l.SetUp(t.Context(), false))
	long := "the-way-to-the-other-building"
	for _, name := range []string{"wan0", long, "the-way-to-the-third-building", "wan1"} {
		must(t, l.Change(t.Context(), LinkChange{Name: &name}))
		o := ipLink(t, a, name)
		if o.str("ifname") != kernelName(name) || l.Name() != name {
			t.Errorf("got %s and %s, want %s", o.str("ifname"), l.Name(), name)
		}
		alt := ""
		if len(name) > 15 {
			alt = "[" + name + "]"
		}
		o.want(t, map[string]string{"altnames": alt})
	}
	if got := addrText(ipAddrs(t, a, "wan1")); got != "10.0.0.1/24" {
		t.Errorf("got addresses %q, want those it had", got)
	}
	// All the names that it had are free.
	for _, name := range []string{"wan0", long} {
		_, _, err := s.Veth(t.Context(), End{Namespace: a, Name: name}, End{Namespace: b})
		must(t, err)
	}
	x, _ := pair(t, s, a, b, "", "")
	if x.Name() != "eth0" {
		t.Errorf("got %s, want eth0 again", x.Name())
	}
}

func TestLinkMoves(t *testing.T) {
	s := newSession(t)
	a, b, c := node(t, s, "a"), node(t, s, "b"), node(t, s, "c")
	long := "the-way-to-the-other-building"
	l, far, err := s.Veth(t.Context(), End{Namespace: a, Name: long, Addrs: mustPrefixes("10.0.0.1/24")}, End{Namespace: b, Addrs: mustPrefixes("10.0.0.2/24")})
	must(t, err)
	br, err := s.Bridge(t.Context(), c, BridgeOptions{Addrs: mustPrefixes("10.0.0.3/24")})
	must(t, err)

	must(t, l.Change(t.Context(), LinkChange{Namespace: c}))
	o := ipLink(t, c, long)
	o.want(t, map[string]string{"ifname": kernelName(long), "operstate": "DOWN", "altnames": "[" + long + "]"})
	if l.Namespace() != c || o.str("ifindex") != "3" || l.Index() != 3 || linkNames(t, a) != "" {
		t.Errorf("got %s and index %d in %s, want it in c", o.str("ifindex"), l.Index(), l.Namespace().Name)
	}
	// Moved, it becomes a port that carries, in one change.
	must(t, l.Change(t.Context(), LinkChange{Namespace: a}))
	must(t, l.Change(t.Context(), LinkChange{Namespace: c, Name: ptr("p0"), Master: br, Up: ptr(true), MTU: ptr(1400)}))
	ipLink(t, c, "p0").want(t, map[string]string{"master": "br0", "mtu": "1400", "altnames": ""})
	if res, err := b.Ping(t.Context(), pingSpec("10.0.0.3")); err != nil || len(res.Replies) != 1 {
		t.Errorf("got %+v, %v, want a reply over the moved link", res, err)
	}
	// The new name is taken there, the old one free here.
	_, _, err = s.Veth(t.Context(), End{Namespace: c, Name: "p0"}, End{Namespace: b})
	wantError(t, err, "interface p0 in c already exists")
	must(t, far.Change(t.Context(), LinkChange{Namespace: a}))
	x, y := pair(t, s, b, c, "", "")
	if x.Name() != "eth0" || y.Name() != "eth0" {
		t.Errorf("got %s and %s, want eth0 twice", x.Name(), y.Name())
	}
	must(t, l.Change(t.Context(), LinkChange{Namespace: c})) // where it is: nothing
	// Where the name is taken, a new one helps.
	must(t, x.Change(t.Context(), LinkChange{Namespace: a, Name: ptr("eth5")}))
	if got := linkNames(t, a); got != "eth0 eth5" && got != "eth5 eth0" {
		t.Errorf("got %q in a, want eth0 and eth5", got)
	}
}

func TestFindLinkWaits(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	_, err := a.FindLink(t.Context(), "tun0", 0)
	wantError(t, err, "interface tun0 in a does not exist: a has lo")
	_, err = a.FindLink(t.Context(), "tun0", 50*time.Millisecond)
	wantError(t, err, "interface tun0 in a does not exist: waited 50ms for it; a has lo")
	_, err = a.FindLink(t.Context(), "a/b", 0)
	if err == nil || !strings.HasPrefix(err.Error(), `interface name "a/b" is not allowed`) {
		t.Errorf("got %v, want that the name is not allowed", err)
	}
	sh(t, a, "(sleep 0.2; ip link add tun0 type bridge) > /dev/null 2>&1 &")
	l, err := a.FindLink(t.Context(), "tun0", 20*time.Second)
	must(t, err)
	ipLink(t, a, l.Name()).want(t, map[string]string{"ifname": "tun0"})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = a.FindLink(ctx, "tun1", time.Hour)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want an end by the context", err)
	}
}

func TestLinksAreListedByIndex(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "", "")
	pair(t, s, a, b, "", "")
	links, err := a.Links()
	must(t, err)
	var got []string
	for _, l := range links {
		got = append(got, l.Name())
	}
	if strings.Join(got, " ") != "lo eth0 eth1" {
		t.Errorf("got %v, want lo eth0 eth1", got)
	}
	if _, err := a.Ping(t.Context(), pingSpec("127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	states, err := a.LinkStates()
	must(t, err)
	if lo := states[0]; lo.Name != "lo" || lo.MTU != 65536 || lo.Counters.RxPackets != 2 || lo.Counters.TxBytes != 2*84 {
		t.Errorf("got %+v, want a loopback that carried a request and a reply", lo)
	}
}

func TestAddrOnLoopbackIsReadyAtOnce(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	lo, err := a.FindLink(t.Context(), "lo", 0)
	must(t, err)
	must(t, lo.AddAddrs(t.Context(), AddrOptions{}, mustPrefixes("fd00::1/128 10.9.9.9/32")...))
	start := time.Now()
	for _, dst := range []string{"fd00::1", "10.9.9.9"} {
		if res, err := a.Ping(t.Context(), pingSpec(dst)); err != nil || len(res.Replies) != 1 {
			t.Errorf("%s: got %+v, %v, want a reply", dst, res, err)
		}
	}
	if took := time.Since(start); took > readyLimit/2 {
		t.Errorf("took %s", took)
	}
	must(t, lo.DelAddrs(t.Context(), AddrOptions{}, prefix("fd00::1/128")))
}
