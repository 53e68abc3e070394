package runtime

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// path is a node, a router and a node behind it, with routes both ways.
func path(t *testing.T, s *Session) (a, r, b *Namespace) {
	t.Helper()
	a, b = node(t, s, "a"), node(t, s, "b")
	r, err := s.NewNamespace(t.Context(), "r", NamespaceOptions{Forward: true})
	must(t, err)
	pair(t, s, a, r, "10.0.1.2/24 10.0.1.3/24 fd00:1::2/64", "10.0.1.1/24 fd00:1::1/64")
	pair(t, s, b, r, "10.0.2.2/24 fd00:2::2/64", "10.0.2.1/24 fd00:2::1/64")
	for _, family := range []string{"ipv4", "ipv6"} {
		must(t, r.SetSysctl(t.Context(), "net."+family+".neigh.eth1.retrans_time_ms", "10")) // who does not answer is soon unreachable
	}
	for ns, via := range map[*Namespace][2]string{a: {"10.0.1.1", "fd00:1::1"}, b: {"10.0.2.1", "fd00:2::1"}} {
		must(t, ns.AddRoute(t.Context(), RouteSpec{Dst: prefix("0.0.0.0/0"), Hops: []Hop{{Via: addr(via[0])}}}))
		must(t, ns.AddRoute(t.Context(), RouteSpec{Dst: prefix("::/0"), Hops: []Hop{{Via: addr(via[1])}}}))
	}
	return a, r, b
}

func TestPingIsAnswered(t *testing.T) {
	s := newSession(t)
	a, _, _ := path(t, s)
	for _, dst := range []string{"10.0.2.2", "fd00:2::2"} {
		p := pingSpec(dst)
		p.Count, p.Size, p.Interval = 5, 1000, 30*time.Millisecond
		start := time.Now()
		res, err := a.Ping(t.Context(), p)
		must(t, err)
		if took := time.Since(start); took < 4*p.Interval {
			t.Errorf("%s: took %s, want four intervals of %s at least", dst, took, p.Interval)
		}
		if res.Sent != 5 || len(res.Replies) != 5 || len(res.Errors) != 0 || res.Duplicates != 0 {
			t.Fatalf("%s: got %+v, want five replies", dst, res)
		}
		for i, r := range res.Replies {
			if r.Seq != i+1 || r.From != addr(dst) || r.Size != 1000 || r.TTL != 63 || r.Time <= 0 || r.Time > 2*time.Second {
				t.Errorf("%s: got reply %+v", dst, r)
			}
		}
	}
	if got, want := lastCommand(s.Steps(), "ping"), "ping -c5 -s1000 -W2 -i0.03 fd00:2::2"; got != want {
		t.Errorf("got step %q, want %q", got, want)
	}
}

func TestPingTellsWhatAnsweredInstead(t *testing.T) {
	s := newSession(t)
	a, r, b := path(t, s)
	for i, kind := range []string{"blackhole", "prohibit", "unreachable"} {
		for _, ns := range []*Namespace{a, r} {
			n := map[*Namespace]int{a: 0, r: 10}[ns] + i
			must(t, ns.AddRoute(t.Context(), RouteSpec{Dst: netip.PrefixFrom(addr(fmt.Sprintf("10.9.%d.0", n)), 24), Kind: kind}))
			must(t, ns.AddRoute(t.Context(), RouteSpec{Dst: netip.PrefixFrom(addr(fmt.Sprintf("fd09:%d::", n)), 64), Kind: kind}))
		}
	}
	lone := node(t, s, "lone")
	far, err := b.FindLink(t.Context(), "eth0", 0)
	must(t, err)
	must(t, far.Change(t.Context(), LinkChange{MTU: ptr(1400)}))
	rb, err := r.FindLink(t.Context(), "eth1", 0)
	must(t, err)
	must(t, rb.Change(t.Context(), LinkChange{MTU: ptr(1400)}))
	with := func(dst string, f func(*PingSpec)) PingSpec {
		p := pingSpec(dst)
		f(&p)
		return p
	}
	none := func(*PingSpec) {}
	other := func(p *PingSpec) { p.Source = addr("10.0.1.3") } // a router tells each address a few errors only
	df := func(p *PingSpec) { p.DF, p.Size = ptr(true), 1450 }
	for _, c := range []struct {
		from *Namespace
		p    PingSpec
		name string
		who  string // "" for our own kernel
		mtu  int
	}{
		{a, with("10.0.2.2", func(p *PingSpec) { p.TTL = 1 }), "time exceeded", "10.0.1.1", 0},
		{a, with("fd00:2::2", func(p *PingSpec) { p.TTL = 1 }), "time exceeded", "fd00:1::1", 0},
		{a, with("10.0.2.2", df), "packet too big", "10.0.1.1", 1400},
		{a, with("10.0.2.2", df), "message too long", "", 1400}, // learned by now
		{a, with("fd00:2::2", df), "packet too big", "fd00:1::1", 1400},
		{a, with("fd00:2::2", df), "message too long", "", 1400},
		{a, with("10.0.1.1", func(p *PingSpec) { p.DF, p.Size = ptr(true), 1473 }), "message too long", "", 1500},
		{a, with("fd00:1::1", func(p *PingSpec) { p.DF, p.Size = ptr(true), 1453 }), "message too long", "", 1500},
		{a, with("10.0.2.77", none), "host unreachable", "10.0.1.1", 0},
		{a, with("fd00:2::77", none), "address unreachable", "fd00:1::1", 0},
		{a, with("10.77.0.1", none), "network unreachable", "10.0.1.1", 0},
		{a, with("fd77::1", none), "no route", "fd00:1::1", 0},
		{a, with("10.9.0.1", none), "blackhole", "", 0},
		{a, with("10.9.1.1", none), "prohibited", "", 0},
		{a, with("10.9.2.1", none), "host unreachable", "", 0},
		{a, with("fd09:0::1", none), "blackhole", "", 0},
		{a, with("fd09:1::1", none), "prohibited", "", 0},
		{a, with("fd09:2::1", none), "host unreachable", "", 0},
		{a, with("10.9.11.1", other), "administratively prohibited", "10.0.1.1", 0},
		{a, with("10.9.12.1", other), "host unreachable", "10.0.1.1", 0},
		{a, with("fd09:11::1", none), "administratively prohibited", "fd00:1::1", 0},
		{a, with("fd09:12::1", none), "no route", "fd00:1::1", 0},
		{lone, with("10.0.1.1", none), "network unreachable", "", 0},
		{lone, with("fd00:1::1", none), "network unreachable", "", 0},
	} {
		res, err := c.from.Ping(t.Context(), c.p)
		if err != nil {
			t.Errorf("%s: %v", c.p.Dst, err)
			continue
		}
		if res.Sent != 1 || len(res.Replies) != 0 || len(res.Errors) != 1 {
			t.Errorf("%s: got %+v, want one error, %s", c.p.Dst, res, c.name)
			continue
		}
		e, who := res.Errors[0], ""
		if e.From.IsValid() {
			who = e.From.String()
		}
		if e.Seq != 1 || e.Name != c.name || who != c.who || e.MTU != c.mtu {
			t.Errorf("%s: got %+v, want %s by %q, mtu %d", c.p.Dst, e, c.name, c.who, c.mtu)
		}
	}
}

func TestPingTooBigIsToldForEachRequest(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "10.0.0.1/24 fd00::1/64", "10.0.0.2/24 fd00::2/64")
	for _, dst := range []string{"10.0.0.2", "fd00::2"} {
		p := pingSpec(dst)
		p.Count, p.DF, p.Size, p.Timeout = 3, ptr(true), 3000, time.Minute
		res, err := a.Ping(t.Context(), p)
		must(t, err)
		var seqs []int
		for _, e := range res.Errors {
			if e.Name == "message too long" && e.MTU == 1500 {
				seqs = append(seqs, e.Seq)
			}
		}
		if fmt.Sprint(seqs) != "[1 2 3]" || len(res.Errors) != 3 {
			t.Errorf("%s: got %+v, want one error for each of three requests", dst, res)
		}
		p.DF = ptr(false) // then it goes in fragments
		if res, err := a.Ping(t.Context(), p); err != nil || len(res.Replies) != 3 || res.Replies[0].Size != 3000 {
			t.Errorf("%s in fragments: got %+v, %v, want three replies", dst, res, err)
		}
	}
}

func TestPingMixesErrorsAndReplies(t *testing.T) {
	s := newSession(t)
	a, r, _ := path(t, s)
	// The router knows the way from the second request on at the latest.
	p := pingSpec("10.0.3.1")
	p.Count, p.Interval = 40, 20*time.Millisecond
	done := make(chan error, 1)
	go func() {
		lo, err := r.FindLink(context.Background(), "lo", 0)
		if err == nil {
			err = lo.AddAddrs(context.Background(), AddrOptions{}, prefix("10.0.3.1/32"))
		}
		done <- err
	}()
	res, err := a.Ping(t.Context(), p)
	must(t, err)
	must(t, <-done)
	seen := map[int]int{}
	for _, x := range res.Replies {
		seen[x.Seq]++
	}
	for _, x := range res.Errors {
		seen[x.Seq]++
	}
	for seq := 1; seq <= p.Count; seq++ {
		if seen[seq] != 1 {
			t.Errorf("request %d has %d answers, want 1, in %+v", seq, seen[seq], res)
		}
	}
	if len(res.Replies) == 0 {
		t.Errorf("got %+v, want a reply once the address is there", res)
	}
}

func TestPingFromSourceAndOverInterface(t *testing.T) {
	s := newSession(t)
	a, r, b := path(t, s)
	al, err := a.FindLink(t.Context(), "eth0", 0)
	must(t, err)
	must(t, al.AddAddrs(t.Context(), AddrOptions{}, mustPrefixes("10.0.1.9/24 fe80::a/64")...))
	rl, err := r.FindLink(t.Context(), "eth0", 0)
	must(t, err)
	must(t, rl.AddAddrs(t.Context(), AddrOptions{}, prefix("fe80::b/64")))
	lo, err := a.FindLink(t.Context(), "lo", 0)
	must(t, err)
	bl, err := b.FindLink(t.Context(), "eth0", 0)
	must(t, err)
	// The source is seen in the neighbour table of who answers.
	p := pingSpec("10.0.1.1")
	p.Source = addr("10.0.1.9")
	if res, err := a.Ping(t.Context(), p); err != nil || len(res.Replies) != 1 {
		t.Errorf("got %+v, %v, want a reply", res, err)
	}
	if got := run(t, r, "ip", "neigh", "show", "10.0.1.9"); !strings.Contains(got, "dev eth0 lladdr") {
		t.Errorf("got %q, want that r knows 10.0.1.9", got)
	}
	p = pingSpec("fe80::b")
	p.Zone = al
	if res, err := a.Ping(t.Context(), p); err != nil || len(res.Replies) != 1 || res.Replies[0].From != addr("fe80::b") {
		t.Errorf("got %+v, %v, want a reply from the link-local address", res, err)
	}
	p = pingSpec("10.0.1.1")
	p.Zone, p.Timeout = lo, 20*time.Millisecond
	if res, err := a.Ping(t.Context(), p); err != nil || len(res.Replies) != 0 {
		t.Errorf("got %+v, %v over the loopback, want no reply", res, err)
	}
	for _, c := range []struct {
		dst  string
		f    func(*PingSpec)
		want string
	}{
		{"fe80::b", func(*PingSpec) {}, "destination fe80::b is link-local: say over which interface"},
		{"10.0.1.1", func(p *PingSpec) { p.Source = addr("fd00:1::2") }, "source fd00:1::2 is of another family than 10.0.1.1"},
		{"10.0.1.1", func(p *PingSpec) { p.Source = addr("10.0.1.77") }, "ping 10.0.1.1 from a cannot have the source 10.0.1.77: no interface there has that address"},
		{"fd00:1::1", func(p *PingSpec) { p.Source = addr("fd00:1::77") }, "ping fd00:1::1 from a cannot have the source fd00:1::77: no interface there has that address"},
		{"10.0.1.1", func(p *PingSpec) { p.Zone = bl }, "interface eth0 in b is in another namespace than a"},
		{"10.0.1.1", func(p *PingSpec) { p.Count = 0 }, "count 0 is out of range: 1 to 65535"},
		{"10.0.1.1", func(p *PingSpec) { p.Size = -1 }, "size -1 is out of range: 0 to 65535 bytes"},
		{"10.0.1.1", func(p *PingSpec) { p.TTL = 256 }, "ttl 256 is out of range: 1 to 255"},
	} {
		p := pingSpec(c.dst)
		c.f(&p)
		_, err := a.Ping(t.Context(), p)
		wantError(t, err, c.want)
	}
}

func TestPingCountsDuplicates(t *testing.T) {
	s := newSession(t)
	hub := node(t, s, "hub")
	br, err := s.Bridge(t.Context(), hub, BridgeOptions{})
	must(t, err)
	nodes := make([]*Namespace, 3)
	for i := range nodes {
		nodes[i] = node(t, s, string(rune('a'+i)))
		_, _, err := s.Veth(t.Context(), End{Namespace: nodes[i], Addrs: mustPrefixes(fmt.Sprintf("fd00::%d/64", i+1))}, End{Bridge: br})
		must(t, err)
	}
	l, err := nodes[0].FindLink(t.Context(), "eth0", 0)
	must(t, err)
	// All hosts answer, the sender too; the first counts, the others are duplicates.
	p := pingSpec("ff02::1")
	p.Zone, p.Count, p.Interval = l, 2, 200*time.Millisecond
	res, err := nodes[0].Ping(t.Context(), p)
	must(t, err)
	if len(res.Replies) != 2 || res.Duplicates < 2 {
		t.Errorf("got %+v, want two replies and their duplicates", res)
	}
}

func TestPingEndsInTime(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	must(t, b.SetSysctl(t.Context(), "net.ipv4.icmp_echo_ignore_all", "1"))
	p := pingSpec("10.0.0.2")
	p.Timeout = 50 * time.Millisecond
	start := time.Now()
	res, err := a.Ping(t.Context(), p)
	if took := time.Since(start); err != nil || res.Sent != 1 || len(res.Replies)+len(res.Errors) != 0 || took < p.Timeout || took > 20*time.Second {
		t.Errorf("got %+v, %v after %s, want nothing after %s", res, err, took, p.Timeout)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	p.Timeout = time.Hour
	if _, err := a.Ping(ctx, p); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want an end by the context", err)
	}
}
