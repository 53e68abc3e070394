package runtime

import (
	"slices"
	"testing"
)

// TestDeviationsAreTold takes things away behind the script's back, as
// programs do, and looks at what is told.
func TestDeviationsAreTold(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, far := pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	tell := func(what string, want ...string) {
		t.Helper()
		must(t, s.Ready(t.Context()))
		if got := a.Deviations(); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	sh := func(text string) {
		t.Helper()
		res, err := a.Run(t.Context(), Command{Argv: []string{"sh", "-c", text}})
		must(t, err)
		if !res.OK() {
			t.Fatalf("%s: %s %s", text, res.Ending(), res.Stderr)
		}
	}
	yes, no, mtu := true, false, 1400
	must(t, l.AddAddrs(t.Context(), AddrOptions{}, mustPrefixes("2001:db8::1/64")...))
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("0.0.0.0/0"), Hops: []Hop{{Via: addr("10.0.0.2")}}}))
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("2001:db8:1::/48"), Hops: []Hop{{Via: addr("2001:db8::2")}}}))
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("10.9.0.0/16"), Kind: "blackhole", Table: 77, Metric: 5}))
	must(t, l.Change(t.Context(), LinkChange{MTU: &mtu}))
	tell("all is as asked")

	sh("ip link set eth0 down; ip link set eth0 mtu 1300")
	tell("a program sets the link down", "eth0 is down, and was set up", "eth0 has an mtu of 1300, and was set to 1400",
		"address 2001:db8::1/64 of eth0 is gone", "route default via 10.0.0.2 is gone", "route 2001:db8:1::/48 via 2001:db8::2 is gone")
	must(t, l.Change(t.Context(), LinkChange{Up: &no, MTU: &mtu}))
	tell("the script does so, too", "address 2001:db8::1/64 of eth0 is gone", "route default via 10.0.0.2 is gone", "route 2001:db8:1::/48 via 2001:db8::2 is gone")
	must(t, l.Change(t.Context(), LinkChange{Up: &yes}))
	must(t, l.AddAddrs(t.Context(), AddrOptions{}, mustPrefixes("2001:db8::1/64")...))
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("0.0.0.0/0"), Hops: []Hop{{Via: addr("10.0.0.2")}}, Replace: true}))
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("2001:db8:1::/48"), Hops: []Hop{{Via: addr("2001:db8::2")}}}))
	tell("all is mended")

	sh("ip addr del 10.0.0.1/24 dev eth0; ip route del table 77 blackhole 10.9.0.0/16 metric 5")
	tell("a program removes an address and a route", "address 10.0.0.1/24 of eth0 is gone", "route default via 10.0.0.2 is gone", "route blackhole 10.9.0.0/16 metric 5 table 77 is gone")
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("10.9.0.0/16"), Kind: "blackhole", Table: 77, Metric: 5}))
	must(t, a.DelRoute(t.Context(), RouteSpec{Dst: prefix("10.9.0.0/16"), Kind: "blackhole", Table: 77}))
	tell("the script removes the route", "address 10.0.0.1/24 of eth0 is gone", "route default via 10.0.0.2 is gone")

	sh("ip link set eth0 down; ip link set eth0 name other; ip link set other up")
	tell("a program renames the link", "address 10.0.0.1/24 of other is gone", "address 2001:db8::1/64 of other is gone", "route default via 10.0.0.2 is gone", "route 2001:db8:1::/48 via 2001:db8::2 is gone")
	name := "moved"
	must(t, l.Change(t.Context(), LinkChange{Namespace: b, Name: &name}))
	tell("the script moves it away", "route default via 10.0.0.2 is gone", "route 2001:db8:1::/48 via 2001:db8::2 is gone")
	if got := b.Deviations(); len(got) != 0 {
		t.Errorf("b, whereto it moved: got %q, want nothing", got)
	}
	must(t, far.Delete(t.Context()))
	if got := b.Deviations(); len(got) != 0 {
		t.Errorf("b, where it was deleted: got %q, want nothing", got)
	}
}

// TestVanishedLinkIsTold deletes a link as a program does.
func TestVanishedLinkIsTold(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	res, err := b.Run(t.Context(), Command{Argv: []string{"ip", "link", "del", "eth0"}})
	must(t, err)
	if !res.OK() {
		t.Fatal(res.Ending())
	}
	for _, ns := range []*Namespace{a, b} {
		if got, want := ns.Deviations(), []string{"eth0 is gone"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", ns.Name, got, want)
		}
	}
}

// TestTentativeAddressIsTold looks at an address that waits for an answer, and
// at one that another station has.
func TestTentativeAddressIsTold(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, far := pair(t, s, a, b, "", "")
	must(t, s.Ready(t.Context()))
	// It asks for so long that it surely is looked at meanwhile.
	must(t, a.SetSysctl(t.Context(), "net.ipv6.conf.eth0.dad_transmits", "100"))
	must(t, l.AddAddrs(t.Context(), AddrOptions{DAD: true}, mustPrefixes("2001:db8::1/64")...))
	if got, want := a.Deviations(), []string{"address 2001:db8::1/64 of eth0 is not yet used: it is tentative"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	must(t, far.AddAddrs(t.Context(), AddrOptions{}, mustPrefixes("2001:db8::1/64")...))
	settles(t, "addresses that are not yet known as another's", 0, func() int {
		if slices.Equal(a.Deviations(), []string{"address 2001:db8::1/64 of eth0 is not used: another station has it (dadfailed)"}) {
			return 0
		}
		return 1
	})
}
