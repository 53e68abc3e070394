package runtime

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// routed is a node with two cables into the networks 10.0.1.0/24 and
// 10.0.2.0/24, fd00:1::/64 and fd00:2::/64.
func routed(t *testing.T, s *Session) (a *Namespace, eth0, eth1 *Link) {
	t.Helper()
	a, b := node(t, s, "a"), node(t, s, "b")
	eth0, _ = pair(t, s, a, b, "10.0.1.1/24 fd00:1::1/64", "10.0.1.2/24 fd00:1::2/64")
	eth1, _ = pair(t, s, a, b, "10.0.2.1/24 fd00:2::1/64", "10.0.2.2/24 fd00:2::2/64")
	return a, eth0, eth1
}

func TestRoutesAreAsIproute2ShowsThem(t *testing.T) {
	s := newSession(t)
	a, eth0, eth1 := routed(t, s)
	via := func(words ...string) (hops []Hop) {
		for _, w := range words {
			hops = append(hops, Hop{Via: addr(w)})
		}
		return hops
	}
	for _, c := range []struct {
		r    RouteSpec
		show string
		want string
	}{
		{RouteSpec{Dst: prefix("0.0.0.0/0"), Hops: via("10.0.1.2")}, "route show default", "default via 10.0.1.2 dev eth0 proto static"},
		{RouteSpec{Dst: prefix("::/0"), Hops: via("fd00:1::2")}, "-6 route show default", "default via fd00:1::2 dev eth0 proto static metric 1024 pref medium"},
		{RouteSpec{Dst: prefix("10.9.0.0/16"), Hops: via("10.0.1.2"), Metric: 50}, "route show 10.9.0.0/16", "10.9.0.0/16 via 10.0.1.2 dev eth0 proto static metric 50"},
		{RouteSpec{Dst: prefix("10.9.3.7/16"), Hops: via("10.0.1.2")}, "route show 10.9.0.0/16", "10.9.0.0/16 via 10.0.1.2 dev eth0 proto static"},
		{RouteSpec{Dst: prefix("10.9.0.1/32"), Hops: []Hop{{Link: eth1}}}, "route show 10.9.0.1", "10.9.0.1 dev eth1 proto static scope link"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: []Hop{{Link: eth1}}, Scope: "global"}, "route show 10.9.0.0/24", "10.9.0.0/24 dev eth1 proto static"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: via("10.0.1.2"), Table: 100}, "route show table 100", "10.9.0.0/24 via 10.0.1.2 dev eth0 proto static"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: via("10.0.1.2"), Table: 100000}, "route show table 100000", "10.9.0.0/24 via 10.0.1.2 dev eth0 proto static"},
		{RouteSpec{Dst: prefix("fd09::/64"), Hops: via("fd00:1::2"), Table: 300, Metric: 7}, "-6 route show table 300", "fd09::/64 via fd00:1::2 dev eth0 proto static metric 7 pref medium"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Kind: "blackhole"}, "route show 10.9.0.0/24", "blackhole 10.9.0.0/24 proto static"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Kind: "unreachable", Metric: 9}, "route show 10.9.0.0/24", "unreachable 10.9.0.0/24 proto static metric 9"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Kind: "prohibit"}, "route show 10.9.0.0/24", "prohibit 10.9.0.0/24 proto static"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Kind: "throw", Table: 7}, "route show table 7", "throw 10.9.0.0/24 proto static"},
		{RouteSpec{Dst: prefix("fd09::/64"), Kind: "blackhole"}, "-6 route show fd09::/64", "blackhole fd09::/64 dev lo proto static metric 1024 pref medium"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Kind: "local", Hops: []Hop{{Link: eth0}}}, "route show table local 10.9.0.0/24", "local 10.9.0.0/24 dev eth0 proto static scope host"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: []Hop{{Via: addr("10.0.1.2"), Weight: 3}, {Via: addr("10.0.2.2"), Link: eth1}}}, "route show 10.9.0.0/24",
			"10.9.0.0/24 proto static nexthop via 10.0.1.2 dev eth0 weight 3 nexthop via 10.0.2.2 dev eth1 weight 1"},
		{RouteSpec{Dst: prefix("fd09::/64"), Hops: []Hop{{Via: addr("fd00:1::2"), Weight: 256}, {Via: addr("fd00:2::2")}}}, "-6 route show fd09::/64",
			"fd09::/64 proto static metric 1024 pref medium nexthop via fd00:1::2 dev eth0 weight 256 nexthop via fd00:2::2 dev eth1 weight 1"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: []Hop{{Via: addr("10.0.1.2"), Weight: 2}, {Via: addr("10.0.2.2")}}, MTU: 1300, Metric: 4}, "route show 10.9.0.0/24",
			"10.9.0.0/24 proto static metric 4 mtu 1300 nexthop via 10.0.1.2 dev eth0 weight 2 nexthop via 10.0.2.2 dev eth1 weight 1"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: via("10.0.1.2"), Source: addr("10.0.2.1")}, "route show 10.9.0.0/24", "10.9.0.0/24 via 10.0.1.2 dev eth0 proto static src 10.0.2.1"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: via("10.0.1.2"), MTU: 1300, Proto: "bgp"}, "route show 10.9.0.0/24", "10.9.0.0/24 via 10.0.1.2 dev eth0 proto bgp mtu 1300"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: []Hop{{Via: addr("192.0.2.1"), Link: eth0}}, OnLink: true}, "route show 10.9.0.0/24", "10.9.0.0/24 via 192.0.2.1 dev eth0 proto static onlink"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: []Hop{{Via: addr("192.0.2.1"), Link: eth0}, {Via: addr("192.0.2.2"), Link: eth1}}, OnLink: true}, "route show 10.9.0.0/24",
			"10.9.0.0/24 proto static nexthop via 192.0.2.1 dev eth0 weight 1 onlink nexthop via 192.0.2.2 dev eth1 weight 1 onlink"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: via("fd00:1::2")}, "route show 10.9.0.0/24", "10.9.0.0/24 via inet6 fd00:1::2 dev eth0 proto static"},
		{RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: []Hop{{Via: addr("fe80::99"), Link: eth0}}}, "route show 10.9.0.0/24", "10.9.0.0/24 via inet6 fe80::99 dev eth0 proto static"},
		{RouteSpec{Dst: prefix("fd09::/64"), Hops: []Hop{{Via: addr("fe80::99"), Link: eth0}}}, "-6 route show fd09::/64", "fd09::/64 via fe80::99 dev eth0 proto static metric 1024 pref medium"},
	} {
		before := ipRoutes(t, a, c.show)
		if err := a.AddRoute(t.Context(), c.r); err != nil {
			t.Errorf("%s: %v", c.want, err)
			continue
		}
		if got := strings.Join(ipRoutes(t, a, c.show), " "); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
		ours, err := a.Routes(c.r.Table)
		must(t, err)
		if !slices.ContainsFunc(ours, func(r Route) bool { return sameRoute(r, c.r) }) {
			t.Errorf("%s: is not among %+v", c.want, ours)
		}
		must(t, a.DelRoute(t.Context(), c.r))
		if got := ipRoutes(t, a, c.show); !slices.Equal(got, before) {
			t.Errorf("%s: got %q after it was removed, want %q", c.want, got, before)
		}
		// iproute2 itself takes our words and makes the same of them.
		sh(t, a, lastCommand(s.Steps(), "ip "+familyFlag(c.r.Dst)+"route add"))
		if got := strings.Join(ipRoutes(t, a, c.show), " "); got != c.want {
			t.Errorf("by iproute2: got  %q\nwant %q", got, c.want)
		}
		sh(t, a, lastCommand(s.Steps(), "ip "+familyFlag(c.r.Dst)+"route del"))
		if got := ipRoutes(t, a, c.show); !slices.Equal(got, before) {
			t.Errorf("%s: got %q after iproute2 removed it, want %q", c.want, got, before)
		}
	}
}

// sameRoute compares a route as read with a route as asked for.
func sameRoute(r Route, want RouteSpec) bool {
	kind := want.Kind
	if kind == "" {
		kind = "unicast"
	}
	if r.Dst != want.Dst.Masked() || r.Kind != kind || want.Metric != 0 && r.Metric != want.Metric || want.Table != 0 && r.Table != want.Table ||
		r.MTU != want.MTU || r.Source != want.Source || len(r.Hops) != len(want.Hops) {
		return false
	}
	for i, h := range want.Hops {
		if h.Via != r.Hops[i].Via || max(h.Weight, 1) != r.Hops[i].Weight || h.Link != nil && h.Link.Name() != r.Hops[i].Link {
			return false
		}
	}
	return true
}

func TestRouteRefuses(t *testing.T) {
	s := newSession(t)
	a, eth0, eth1 := routed(t, s)
	c, _ := node(t, s, "c"), node(t, s, "d")
	lo, err := c.FindLink(t.Context(), "lo", 0)
	must(t, err)
	def, def6, net9 := prefix("0.0.0.0/0"), prefix("::/0"), prefix("10.9.0.0/24")
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: net9, Kind: "blackhole"}))
	via := func(s string) []Hop { return []Hop{{Via: addr(s)}} }
	for _, c := range []struct {
		r    RouteSpec
		want string
	}{
		{RouteSpec{Dst: net9, Hops: via("10.0.1.2")}, "route 10.9.0.0/24 in a already exists: give it another metric, or replace = True"},
		{RouteSpec{Dst: def, Hops: via("10.7.0.1")}, "route default in a cannot go via 10.7.0.1: no interface of a has an address in its network"},
		{RouteSpec{Dst: def6, Hops: via("fd07::1")}, "route default in a cannot go via fd07::1: no interface of a has an address in its network"},
		{RouteSpec{Dst: def, Hops: []Hop{{Via: addr("10.0.2.2"), Link: eth0}}}, "route default in a cannot go via 10.0.2.2: interface eth0 in a has no address in its network"},
		{RouteSpec{Dst: def6, Hops: via("fd00:1::1")}, "route default in a cannot go via fd00:1::1: it is an address of a itself"},
		{RouteSpec{Dst: def6, Hops: via("fe80::1")}, "route default in a cannot go via fe80::1 alone: a link-local next hop needs dev"},
		{RouteSpec{Dst: def, Hops: []Hop{{Via: addr("10.0.1.2")}, {Via: addr("10.7.0.1")}}}, "route default in a cannot go via 10.7.0.1: no interface of a has an address in its network"},
		{RouteSpec{Dst: def, Hops: []Hop{{Link: lo}}}, "interface lo in c is in another namespace than a"},
		{RouteSpec{Dst: def, Kind: "magic"}, `route kind "magic" is unknown`},
		{RouteSpec{Dst: def, Proto: "magic", Hops: via("10.0.1.2")}, `routing protocol "magic" is unknown`},
		{RouteSpec{Dst: def, Scope: "galaxy", Hops: via("10.0.1.2")}, `scope "galaxy" is unknown: use global, site, link, host or nowhere`},
		{RouteSpec{Dst: def, Metric: -1, Hops: via("10.0.1.2")}, "route default in a has a metric out of range: -1"},
		{RouteSpec{Dst: def, Hops: []Hop{{Via: addr("10.0.1.2"), Weight: 257}}}, "route default in a has a weight out of range: 257 is not in 1 to 256"},
		{RouteSpec{Dst: def, Source: addr("fd00:1::1"), Hops: via("10.0.1.2")}, "source fd00:1::1 is of another family than 0.0.0.0/0"},
		{RouteSpec{Hops: via("10.0.1.2")}, "route in a has no destination"},
		{RouteSpec{Dst: def, Source: addr("10.77.0.1"), Hops: via("10.0.1.2")}, "route default in a was refused by the kernel as invalid (the kernel says: Invalid prefsrc address)"},
	} {
		wantError(t, a.AddRoute(t.Context(), c.r), c.want)
	}
	must(t, eth1.SetUp(t.Context(), false))
	wantError(t, a.AddRoute(t.Context(), RouteSpec{Dst: def, Hops: via("10.0.2.2")}),
		"route default in a cannot go via 10.0.2.2: interface eth1, whose network it is in, is down")
	wantError(t, a.AddRoute(t.Context(), RouteSpec{Dst: def, Hops: []Hop{{Link: eth1}}}), "route default in a needs an interface that is up")
	for _, r := range []RouteSpec{
		{Dst: def}, {Dst: def6}, {Dst: net9, Metric: 5}, {Dst: net9, Kind: "prohibit"}, {Dst: net9, Table: 100}, {Dst: prefix("10.9.0.0/25")},
	} {
		err := a.DelRoute(t.Context(), r)
		wantError(t, err, "route "+dstText(r.Dst)+" in a does not exist")
		if !errors.Is(err, unix.ESRCH) {
			t.Errorf("got %v, want an ESRCH", err)
		}
	}
	if got := strings.Join(ipRoutes(t, a, "route show 10.9.0.0/24"), ";"); got != "blackhole 10.9.0.0/24 proto static" {
		t.Errorf("got %q, want the blackhole as it was", got)
	}
}

func TestRouteIsReplaced(t *testing.T) {
	s := newSession(t)
	a, _, _ := routed(t, s)
	for _, p := range []struct{ dst, one, two, show string }{
		{"10.9.0.0/24", "10.0.1.2", "10.0.2.2", "route show 10.9.0.0/24"}, {"fd09::/64", "fd00:1::2", "fd00:2::2", "-6 route show fd09::/64"},
	} {
		for _, via := range []string{p.one, p.two} {
			must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix(p.dst), Hops: []Hop{{Via: addr(via)}}, Replace: true}))
			if got := ipRoutes(t, a, p.show); len(got) != 1 || !strings.Contains(got[0], "via "+via+" ") {
				t.Errorf("got %q, want one route via %s", got, via)
			}
		}
	}
}

func TestDelRouteTakesTheOneThatFits(t *testing.T) {
	s := newSession(t)
	a, _, _ := routed(t, s)
	for _, p := range []struct{ dst, one, two, show string }{
		{"10.9.0.0/24", "10.0.1.2", "10.0.2.2", "route show 10.9.0.0/24"}, {"fd09::/64", "fd00:1::2", "fd00:2::2", "-6 route show fd09::/64"},
	} {
		hop := func(via string) []Hop { return []Hop{{Via: addr(via)}} }
		must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix(p.dst), Hops: hop(p.one), Metric: 10}))
		must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix(p.dst), Hops: hop(p.two), Metric: 20}))
		wantError(t, a.DelRoute(t.Context(), RouteSpec{Dst: prefix(p.dst), Hops: hop(p.one), Metric: 20}), "route "+p.dst+" in a does not exist")
		must(t, a.DelRoute(t.Context(), RouteSpec{Dst: prefix(p.dst), Hops: hop(p.two)}))
		if got := ipRoutes(t, a, p.show); len(got) != 1 || !strings.Contains(got[0], "via "+p.one+" ") {
			t.Errorf("got %q, want the route via %s only", got, p.one)
		}
		must(t, a.DelRoute(t.Context(), RouteSpec{Dst: prefix(p.dst)}))
	}
}

// deadRoutes adds routes that lead nowhere, each in a way of its own.
func deadRoutes(t *testing.T, ns *Namespace, kinds ...string) {
	t.Helper()
	for i, kind := range kinds {
		must(t, ns.AddRoute(t.Context(), RouteSpec{Dst: netip.PrefixFrom(addr(fmt.Sprintf("10.9.%d.0", i)), 24), Kind: kind}))
		must(t, ns.AddRoute(t.Context(), RouteSpec{Dst: netip.PrefixFrom(addr(fmt.Sprintf("fd09:%d::", i)), 64), Kind: kind}))
	}
}

func TestRouteGetAsksTheKernel(t *testing.T) {
	s := newSession(t)
	a, eth0, eth1 := routed(t, s)
	deadRoutes(t, a, "blackhole", "prohibit", "unreachable")
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("10.8.0.0/24"), Hops: []Hop{{Via: addr("10.0.2.2")}}}))
	for _, c := range []struct {
		dst  string
		q    RouteQuery
		via  string
		link string
		src  string
		kind string
	}{
		{"10.0.1.2", RouteQuery{}, "", "eth0", "10.0.1.1", "unicast"},
		{"10.8.0.7", RouteQuery{}, "10.0.2.2", "eth1", "10.0.2.1", "unicast"},
		{"10.8.0.7", RouteQuery{Source: addr("10.0.1.1")}, "10.0.2.2", "eth1", "10.0.1.1", "unicast"},
		{"10.0.1.1", RouteQuery{}, "", "lo", "10.0.1.1", "local"},
		{"fd00:2::2", RouteQuery{}, "", "eth1", "fd00:2::1", "unicast"},
		{"10.0.1.99", RouteQuery{Out: eth0}, "", "eth0", "10.0.1.1", "unicast"},
	} {
		r, err := a.RouteGet(t.Context(), addr(c.dst), c.q)
		if err != nil {
			t.Errorf("%s: %v", c.dst, err)
			continue
		}
		via := ""
		if len(r.Hops) == 1 && r.Hops[0].Via.IsValid() {
			via = r.Hops[0].Via.String()
		}
		if len(r.Hops) != 1 || via != c.via || r.Hops[0].Link != c.link || r.Source != addr(c.src) || r.Kind != c.kind {
			t.Errorf("%s: got %+v, want via %q dev %s src %s", c.dst, r, c.via, c.link, c.src)
		}
	}
	b := s.Namespaces()[1]
	far, err := b.FindLink(t.Context(), "eth0", 0)
	must(t, err)
	for _, c := range []struct {
		dst  string
		q    RouteQuery
		want string
	}{
		{"10.7.0.1", RouteQuery{}, "destination 10.7.0.1 from a is unreachable: no route leads there"},
		{"fd07::1", RouteQuery{}, "destination fd07::1 from a is unreachable: no route leads there"},
		{"10.9.0.1", RouteQuery{}, "destination 10.9.0.1 from a meets a blackhole route"},
		{"10.9.1.1", RouteQuery{}, "destination 10.9.1.1 from a meets a prohibit route"},
		{"10.9.2.1", RouteQuery{}, "destination 10.9.2.1 from a meets an unreachable route"},
		{"fd09:0::1", RouteQuery{}, "destination fd09::1 from a meets a blackhole route"},
		{"fd09:1::1", RouteQuery{}, "destination fd09:1::1 from a meets a prohibit route"},
		{"fd09:2::1", RouteQuery{}, "destination fd09:2::1 from a meets an unreachable route"},
		{"10.0.1.2", RouteQuery{Source: addr("10.77.0.1")}, "destination 10.0.1.2 from a cannot be reached from 10.77.0.1: no interface has that address"},
		{"10.0.1.2", RouteQuery{Source: addr("fd00:1::1")}, "source fd00:1::1 is of another family than 10.0.1.2"},
		{"10.0.1.2", RouteQuery{Out: far}, "interface eth0 in b is in another namespace than a"},
		{"10.0.1.2", RouteQuery{In: eth1}, "destination 10.0.1.2 from a is not for packets that come in over eth1: their source is not believed there, or there is none"},
	} {
		_, err := a.RouteGet(t.Context(), addr(c.dst), c.q)
		wantError(t, err, c.want)
	}
}

func TestRoutesOfEveryTable(t *testing.T) {
	s := newSession(t)
	a, _, _ := routed(t, s)
	must(t, s.Ready(t.Context()))
	all, err := a.Routes(0)
	must(t, err)
	n := 0
	for _, family := range []string{"-4", "-6"} {
		n += len(ipRoutes(t, a, family+" route show table all"))
	}
	if len(all) != n {
		t.Errorf("got %d routes, want the %d that iproute2 shows", len(all), n)
	}
	local, err := a.Routes(Tables["local"])
	must(t, err)
	if len(local) == 0 || len(local) >= len(all) || slices.ContainsFunc(local, func(r Route) bool { return r.Table != Tables["local"] }) {
		t.Errorf("got %+v of the local table", local)
	}
	// One that only the other family has is no error, and one of neither is empty.
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("fd09::/64"), Kind: "prohibit", Table: 300}))
	must(t, a.AddRoute(t.Context(), RouteSpec{Dst: prefix("10.9.0.0/16"), Kind: "throw", Table: 100}))
	for table, want := range map[int]int{300: 1, 100: 1, 5: 0, 70000: 0} {
		if list, err := a.Routes(table); err != nil || len(list) != want {
			t.Errorf("table %d: got %+v, %v, want %d routes", table, list, err, want)
		}
	}
	if got := TableName(254) + TableName(7); got != "main7" {
		t.Errorf("got %q", got)
	}
}
