package runtime

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

func TestAddrsAreAddedInOrder(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "", "")
	must(t, l.AddAddrs(t.Context(), AddrOptions{}, mustPrefixes("10.0.0.9/24 10.0.0.1/24 10.9.0.1/32 fd00::9/64 fd00::1/128")...))
	must(t, s.Ready(t.Context()))
	// The kernel lists its newest IPv6 address first.
	if got, want := addrText(ipAddrs(t, a, "eth0")), "10.0.0.9/24 10.9.0.1/32 10.0.0.1/24 fd00::1/128 fd00::9/64"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, o := range ipAddrs(t, a, "eth0") {
		o.want(t, map[string]string{"scope": "global", "tentative": ""})
	}
	list, err := l.Addrs()
	must(t, err)
	i := slices.IndexFunc(list, func(x Addr) bool { return x.Prefix == prefix("10.0.0.9/24") })
	want := Addr{Prefix: prefix("10.0.0.9/24"), Link: "eth0", Scope: "global", Label: "eth0", Valid: -1, Preferred: -1}
	if i < 0 || list[i].Link != want.Link || list[i].Label != want.Label || list[i].Scope != want.Scope || list[i].Valid != -1 || !slices.Equal(list[i].Flags, []string{"permanent"}) {
		t.Errorf("got %+v, want %+v among them, permanent", list, want)
	}
	i = slices.IndexFunc(list, func(x Addr) bool { return x.Prefix == prefix("fd00::1/128") })
	if i < 0 || !slices.Equal(list[i].Flags, []string{"nodad", "permanent"}) {
		t.Errorf("got %+v, want fd00::1 among them, nodad and permanent", list)
	}
}

func TestAddrTakesOptions(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "", "")
	for _, c := range []struct {
		add  string
		opt  AddrOptions
		want map[string]string
	}{
		{"10.0.0.1/32", AddrOptions{Peer: prefix("10.0.0.2/32")}, map[string]string{"local": "10.0.0.1", "address": "10.0.0.2", "prefixlen": "32"}},
		{"10.0.1.1/32", AddrOptions{Peer: prefix("10.0.2.0/24")}, map[string]string{"local": "10.0.1.1", "address": "10.0.2.0", "prefixlen": "24"}},
		{"fd00::1/128", AddrOptions{Peer: prefix("fd00::2/128")}, map[string]string{"local": "fd00::1", "address": "fd00::2", "prefixlen": "128"}},
		{"10.1.0.1/24", AddrOptions{Label: "eth0:1"}, map[string]string{"label": "eth0:1", "scope": "global"}},
		{"10.2.0.1/24", AddrOptions{Scope: "link"}, map[string]string{"scope": "link"}},
		{"10.3.0.1/24", AddrOptions{Scope: "host"}, map[string]string{"scope": "host"}},
		{"127.0.0.5/8", AddrOptions{}, map[string]string{"scope": "host"}},
	} {
		must(t, l.AddAddrs(t.Context(), c.opt, prefix(c.add)))
		list := ipAddrs(t, a, "eth0")
		if len(list) != 1 {
			t.Fatalf("%s: got %v, want one address", c.add, list)
		}
		list[0].want(t, c.want)
		must(t, l.DelAddrs(t.Context(), AddrOptions{Peer: c.opt.Peer}, prefix(c.add)))
		if list := ipAddrs(t, a, "eth0"); len(list) != 0 {
			t.Fatalf("%s: got %v after its removal, want none", c.add, list)
		}
	}
	list, err := a.Addrs()
	must(t, err)
	if i := slices.IndexFunc(list, func(x Addr) bool { return x.Prefix.Addr() == netip.IPv6Loopback() }); i < 0 || list[i].Link != "lo" || list[i].Scope != "host" {
		t.Errorf("got %+v, want the loopback's ::1 among them", list)
	}
}

func TestAddrRefuses(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, far := pair(t, s, a, b, "10.0.0.1/24 fd00::1/64", "")
	must(t, far.Change(t.Context(), LinkChange{MTU: ptr(1000)}))
	of := " of interface eth0 in a "
	for _, c := range []struct {
		l    *Link
		opt  AddrOptions
		list string
		want string
	}{
		{l, AddrOptions{}, "10.0.5.1/24 10.0.0.1/24 10.0.6.1/24", "address 10.0.0.1/24" + of + "already exists"},
		{l, AddrOptions{}, "fd00::1/64", "address fd00::1/64" + of + "already exists"},
		{l, AddrOptions{}, "ff02::1/64", "address ff02::1/64" + of + "was refused by the kernel as invalid: it is no address that an interface can have"},
		{l, AddrOptions{Peer: prefix("fd00::2/128")}, "10.0.0.7/32", "peer fd00::2/128 is of another family than 10.0.0.7/32"},
		{l, AddrOptions{Label: "x"}, "10.0.0.7/32", `label "x" is not allowed: it starts with the interface's name, eth0, and has at most 15 bytes`},
		{l, AddrOptions{Label: "eth0:1"}, "fd00::7/64", `label "eth0:1" is for IPv4 addresses only, and fd00::7/64 is none`},
		{l, AddrOptions{Scope: "galaxy"}, "10.0.0.7/32", `scope "galaxy" is unknown: use global, site, link, host or nowhere`},
		{far, AddrOptions{}, "fd00::7/64", "address fd00::7/64 of interface eth0 in b was refused by the kernel as invalid: IPv6 needs an mtu of at least 1280, and this one is 1000"},
	} {
		wantError(t, c.l.AddAddrs(t.Context(), c.opt, mustPrefixes(c.list)...), c.want)
	}
	if got, want := addrText(ipAddrs(t, a, "eth0")), "10.0.0.1/24 fd00::1/64"; got != want {
		t.Errorf("got %q, want %q: of a list that is refused nothing stays", got, want)
	}
	hint := "does not exist: an address is removed with the prefix length that it was added with"
	wantError(t, l.DelAddrs(t.Context(), AddrOptions{}, prefix("10.0.0.1/25")), "address 10.0.0.1/25"+of+hint)
	wantError(t, l.DelAddrs(t.Context(), AddrOptions{}, prefix("fd00::1/65")), "address fd00::1/65"+of+hint)
	must(t, l.Delete(t.Context()))
	wantError(t, l.AddAddrs(t.Context(), AddrOptions{}, prefix("10.0.0.1/24")), "interface eth0 in a does not exist")
}

func TestAddrSaysThatIPv6IsOff(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "fd00::1/64 10.0.0.1/24", "fd00::2/64 10.0.0.2/24")
	must(t, a.SetSysctl(t.Context(), "net.ipv6.conf.all.disable_ipv6", "1"))
	must(t, s.Ready(t.Context())) // the addresses that it waits for are gone
	wantError(t, l.AddAddrs(t.Context(), AddrOptions{}, prefix("fd00::3/64")),
		"address fd00::3/64 of interface eth0 in a is not permitted in a lab: IPv6 is switched off there (sysctl disable_ipv6)")
	if res, err := a.Ping(t.Context(), pingSpec("10.0.0.2")); err != nil || len(res.Replies) != 1 {
		t.Errorf("got %v, %v, want a reply by IPv4", res, err)
	}
}

func TestManyRefusedAddrsAreAnsweredAll(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "", "")
	list := make([]netip.Prefix, 3000)
	at := addr("10.0.0.1")
	for i := range list {
		list[i] = netip.PrefixFrom(at, 32)
		at = at.Next()
	}
	must(t, l.AddAddrs(t.Context(), AddrOptions{}, list...))
	wantError(t, l.AddAddrs(t.Context(), AddrOptions{}, list...), "address 10.0.0.1/32 of interface eth0 in a already exists")
	wantError(t, l.AddAddrs(t.Context(), AddrOptions{}, append([]netip.Prefix{prefix("10.1.0.0/32")}, list...)...), "address 10.0.0.1/32 of interface eth0 in a already exists")
	have, err := l.Addrs()
	if n := slices.IndexFunc(have, func(x Addr) bool { return x.Prefix == prefix("10.1.0.0/32") }); err != nil || n >= 0 || len(have) < len(list) {
		t.Errorf("got %d addresses, %v, want the first %d", len(have), err, len(list))
	}
}

func TestDADFindsDuplicates(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	la, lb := pair(t, s, a, b, "", "fd00::1/64")
	must(t, s.Ready(t.Context()))
	must(t, la.AddAddrs(t.Context(), AddrOptions{DAD: true}, prefix("fd00::1/64"), prefix("fd00::2/64")))
	flags := func(l *Link, p string) []string {
		list, err := l.Addrs()
		must(t, err)
		for _, x := range list {
			if x.Prefix == prefix(p) {
				return x.Flags
			}
		}
		return nil
	}
	if got := flags(la, "fd00::2/64"); !slices.Contains(got, "tentative") {
		t.Errorf("got flags %v at once, want tentative", got)
	}
	// What waits for duplicates holds nothing else up.
	start := time.Now()
	must(t, s.Ready(t.Context()))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("Ready took %s", took)
	}
	failed := func() int {
		if slices.Contains(flags(la, "fd00::1/64"), "dadfailed") && !slices.Contains(flags(la, "fd00::2/64"), "tentative") {
			return 0
		}
		return 1
	}
	settles(t, "addresses under examination", 0, failed)
	if got := flags(lb, "fd00::1/64"); slices.Contains(got, "dadfailed") || slices.Contains(got, "tentative") {
		t.Errorf("got flags %v of the first owner, want it unharmed", got)
	}
}

// TestLifetimesAreTheirWords: an address that is added by the words of the
// journal has the lifetimes of ours.
func TestLifetimesAreTheirWords(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "", "")
	find := func(p string) Addr {
		list, err := l.Addrs()
		must(t, err)
		i := slices.IndexFunc(list, func(x Addr) bool { return x.Prefix == prefix(p) })
		if i < 0 {
			t.Fatalf("got %+v, want %s among them", list, p)
		}
		return list[i]
	}
	for _, opt := range []AddrOptions{{Valid: ptr(time.Hour)}, {Valid: ptr(time.Hour), Preferred: ptr(time.Minute)}, {Preferred: ptr(time.Hour)}, {Preferred: ptr(time.Duration(0))}} {
		for _, p := range []string{"10.0.0.1/24", "fd00::1/64"} {
			must(t, l.AddAddrs(t.Context(), opt, prefix(p)))
			steps := s.Steps()
			ours := find(p)
			must(t, l.DelAddrs(t.Context(), AddrOptions{Peer: opt.Peer}, prefix(p)))
			sh(t, a, steps[len(steps)-1].Command)
			theirs := find(p)
			near := func(x, y int) bool { return x == y || x > 0 && y > 0 && x-y < 10 && y-x < 10 }
			if !near(ours.Valid, theirs.Valid) || !near(ours.Preferred, theirs.Preferred) || !slices.Equal(ours.Flags, theirs.Flags) {
				t.Errorf("%s gives %+v, want %+v", steps[len(steps)-1].Command, theirs, ours)
			}
			must(t, l.DelAddrs(t.Context(), AddrOptions{Peer: opt.Peer}, prefix(p)))
		}
	}
}
