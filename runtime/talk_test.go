package runtime

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wirelark/runtime/talk"
)

func endpoint(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// anyPort is every address of both families.
func anyPort(port uint16) netip.AddrPort { return netip.AddrPortFrom(netip.Addr{}, port) }

// wide is a time that no test that passes waits for.
const wide = 10 * time.Second

// echo answers with what it was asked.
func echo(r talk.Request) []byte { return r.Data }

func TestSocketsAreOfTheirNode(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	for _, ns := range []*Namespace{a, b} { // the same port in each, and seen by a program of it only
		_, err := ns.ListenUDP(t.Context(), anyPort(4000), talk.Options{})
		must(t, err)
	}
	_, err := a.ListenTCP(t.Context(), endpoint("127.0.0.1:80"), 1, talk.Options{})
	must(t, err)
	// Column 2 is the local address, 0A30 … in hexadecimal; 0A is LISTEN.
	if got := sh(t, a, "cat /proc/net/udp6 /proc/net/tcp"); strings.Count(got, ":0FA0 ") != 1 || strings.Count(got, "0100007F:0050 00000000:0000 0A") != 1 {
		t.Errorf("got %s, want one UDP port 4000 and one TCP port 80 that listens", got)
	}
	if got := sh(t, b, "cat /proc/net/tcp"); strings.Contains(got, ":0050 ") {
		t.Errorf("got %s, want no TCP port 80 in b", got)
	}
}

// TestNothingStaysOpen leaves everything open to the session's end: what
// waits is told, servers with clients end, and no descriptor stays.
func TestNothingStaysOpen(t *testing.T) {
	before := count(t, "/proc/self/fd")
	s := openSession(t, Options{})
	a := node(t, s, "a")
	u, err := a.ListenUDP(t.Context(), anyPort(0), talk.Options{})
	must(t, err)
	_, err = a.ServeUDP(t.Context(), anyPort(53), echo, talk.Options{})
	must(t, err)
	srv, err := a.ServeTCP(t.Context(), anyPort(7), false, echo, talk.Options{})
	must(t, err)
	_, err = a.ServeHTTP(t.Context(), anyPort(80), map[string]talk.Reply{"/": echo}, talk.Options{})
	must(t, err)
	for _, port := range []string{"7", "7", "80"} { // clients that say nothing
		_, err := a.DialTCP(t.Context(), netip.AddrPort{}, endpoint("127.0.0.1:"+port), wide, talk.Options{})
		must(t, err)
	}
	c, err := a.DialTCP(t.Context(), netip.AddrPort{}, endpoint("127.0.0.1:7"), wide, talk.Options{})
	must(t, err)
	must(t, c.Send(t.Context(), []byte("x\n"), wide))
	if line, err := c.ReceiveLine(t.Context(), wide); string(line) != "x\n" || err != nil {
		t.Errorf("got %q, %v, want the line", line, err)
	}
	if got := srv.Requests(); len(got) != 1 || string(got[0].Data) != "x" || got[0].Peer != c.Local() {
		t.Errorf("got requests %v, want one of %s", got, c.Local())
	}
	told := make(chan error, 1)
	go func() { _, err := u.Receive(context.Background(), time.Minute); told <- err }()
	must(t, s.Close(context.Background()))
	var e *talk.Error
	if err := <-told; !errors.As(err, &e) || e.Kind != "closed" {
		t.Errorf("got %v, want that it was closed", err)
	}
	settles(t, "open files", before, func() int { return count(t, "/proc/self/fd") })
}

// TestServersEndWhileClientsCome closes a server at the instant at which a
// connection comes: nobody may be left to talk to it.
func TestServersEndWhileClientsCome(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	for range 50 {
		srv, err := a.ServeTCP(t.Context(), endpoint("127.0.0.1:0"), false, echo, talk.Options{})
		must(t, err)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if c, err := talk.DialTCP(t.Context(), a.inside, netip.AddrPort{}, srv.Local(), wide, talk.Options{}); err == nil {
					t.Cleanup(func() { c.Close() }) // it stays open: only the server can end the talk
				}
			})
		}
		must(t, srv.Close())
		all.Wait()
	}
}

func TestWaitsEndWithTheScript(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	sh(t, b, "nft 'add table ip t; add chain ip t c { type filter hook input priority 0; policy drop; }'")
	u, err := a.ListenUDP(t.Context(), anyPort(0), talk.Options{})
	must(t, err)
	l, err := a.ListenTCP(t.Context(), endpoint("10.0.0.1:80"), 1, talk.Options{})
	must(t, err)
	c, err := a.DialTCP(t.Context(), netip.AddrPort{}, l.Local(), wide, talk.Options{})
	must(t, err)
	idle, err := a.ListenTCP(t.Context(), endpoint("10.0.0.1:82"), 1, talk.Options{})
	must(t, err)
	silent := endpoint("10.0.0.2:81")
	waits := map[string]func(context.Context) error{
		"recv":   func(ctx context.Context) error { _, err := u.Receive(ctx, time.Minute); return err },
		"ask":    func(ctx context.Context) error { _, err := u.Ask(ctx, nil, silent, time.Minute); return err },
		"line":   func(ctx context.Context) error { _, err := c.ReceiveLine(ctx, time.Minute); return err },
		"send":   func(ctx context.Context) error { return c.Send(ctx, make([]byte, 64<<20), time.Minute) },
		"accept": func(ctx context.Context) error { _, err := a.Accept(ctx, idle, time.Minute); return err },
		"dial": func(ctx context.Context) error {
			_, err := a.DialTCP(ctx, netip.AddrPort{}, silent, time.Minute, talk.Options{})
			return err
		},
		"http": func(ctx context.Context) error {
			_, err := a.GetHTTP(ctx, "http://x/", nil, netip.AddrPort{}, l.Local(), time.Minute)
			return err
		},
		"dns": func(ctx context.Context) error {
			_, err := a.QueryDNS(ctx, "x", "A", silent, false, time.Minute)
			return err
		},
		"traceroute": func(ctx context.Context) error {
			_, _, err := a.Trace(ctx, silent.Addr(), netip.Addr{}, 1, 1, time.Minute)
			return err
		},
	}
	why := errors.New("the script was told to stop")
	for name, wait := range waits {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(50*time.Millisecond, func() { cancel(why) })
		start := time.Now()
		if err := wait(ctx); err != why {
			t.Errorf("%s: got %v, want %v", name, err, why)
		}
		if took := time.Since(start); took > wide {
			t.Errorf("%s: took %s, want that it ends with the script", name, took)
		}
	}
	// What the end of one wait set does not cut the next one short.
	for range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		_, _ = u.Receive(ctx, time.Minute)
		must(t, u.Send([]byte("x"), netip.AddrPortFrom(addr("127.0.0.1"), u.Local().Port())))
		if _, err := u.Receive(t.Context(), wide); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLinkLocalAddressesNameTheirLink has three links that could all have the
// address: only the one that is named leads there.
func TestLinkLocalAddressesNameTheirLink(t *testing.T) {
	s := newSession(t)
	a, b, other := node(t, s, "a"), node(t, s, "b"), node(t, s, "other")
	pair(t, s, a, other, "fe80::a/64", "fe80::c/64")
	pair(t, s, a, b, "fe80::a/64", "fe80::b/64")
	pair(t, s, a, other, "fe80::a/64", "fe80::d/64")
	u, err := a.ListenUDP(t.Context(), endpoint("[fe80::a%eth1]:4000"), talk.Options{})
	must(t, err)
	v, err := b.ListenUDP(t.Context(), anyPort(5000), talk.Options{})
	must(t, err)
	must(t, u.Send([]byte("x"), endpoint("[fe80::b%eth1]:5000")))
	m, err := v.Receive(t.Context(), wide)
	must(t, err)
	if m.Peer != endpoint("[fe80::a%eth0]:4000") || m.Local != endpoint("[fe80::b%eth0]:5000") || m.TTL != 64 {
		t.Errorf("got %+v", m)
	}
	must(t, v.Send([]byte("y"), m.Peer))
	m, err = u.Receive(t.Context(), wide)
	must(t, err)
	if m.Peer != endpoint("[fe80::b%eth1]:5000") || u.Local() != endpoint("[fe80::a%eth1]:4000") {
		t.Errorf("got %+v to %s", m, u.Local())
	}
	srv, err := b.ServeTCP(t.Context(), anyPort(7), false, echo, talk.Options{})
	must(t, err)
	c, err := a.DialTCP(t.Context(), netip.AddrPort{}, endpoint("[fe80::b%eth1]:7"), wide, talk.Options{})
	must(t, err)
	must(t, c.Send(t.Context(), []byte("x\n"), wide))
	_, err = c.ReceiveLine(t.Context(), wide)
	must(t, err)
	if r := srv.Requests()[0]; r.Local != endpoint("[fe80::b%eth0]:7") || r.Peer.Addr() != c.Local().Addr().WithZone("eth0") || c.Local().Addr().Zone() != "eth1" {
		t.Errorf("got %+v", r)
	}
}

func TestServersRememberTheNewest(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	srv, err := a.ServeUDP(t.Context(), endpoint("127.0.0.1:53"), echo, talk.Options{})
	must(t, err)
	u, err := a.DialUDP(t.Context(), netip.AddrPort{}, srv.Local(), talk.Options{})
	must(t, err)
	big := make([]byte, 60000)
	for i := range 400 {
		big[0] = byte(i)
		_, err := u.Ask(t.Context(), big, netip.AddrPort{}, wide)
		must(t, err)
	}
	list := srv.Requests()
	if n := len(list); srv.Count() != 400 || n < 200 || n > 300 || list[n-1].Data[0] != byte(399%256) {
		t.Errorf("got %d of %d requests, want the newest that fit in 16 MiB", len(list), srv.Count())
	}
	_, err = u.Ask(t.Context(), []byte("x"), netip.AddrPort{}, wide)
	must(t, err)
	list = srv.Requests()
	if d := list[len(list)-1].Data; len(d) != 1 || cap(d) > 64 {
		t.Errorf("got %d bytes in room for %d, want no more room than they need", len(d), cap(d))
	}
}

func TestTalkIsInTheJournal(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	none, web := netip.AddrPort{}, endpoint("127.0.0.1:80")
	_, err := a.ListenUDP(t.Context(), anyPort(4000), talk.Options{})
	must(t, err)
	_, err = a.ListenTCP(t.Context(), endpoint("[::1]:81"), 2, talk.Options{})
	must(t, err)
	_, err = a.ServeHTTP(t.Context(), web, map[string]talk.Reply{"/": echo}, talk.Options{})
	must(t, err)
	_, err = a.ProbeTCP(t.Context(), endpoint("127.0.0.2:5000"), web, 1500*time.Millisecond, talk.Options{})
	must(t, err)
	_, err = a.GetHTTP(t.Context(), "http://127.0.0.1/", nil, none, web, wide)
	must(t, err)
	_, err = a.GetHTTP(t.Context(), "http://www/", map[string]string{"X-A": "b c"}, endpoint("127.0.0.2:5001"), web, wide)
	must(t, err)
	_, err = a.QueryDNS(t.Context(), "x.test.", "MX", endpoint("127.0.0.1:53"), true, wide)
	if err == nil {
		t.Error("got an answer, want that nothing listens")
	}
	_, reached, err := a.Trace(t.Context(), addr("127.0.0.1"), addr("127.0.0.2"), 3, 1, wide)
	if err != nil || !reached {
		t.Errorf("got %t, %v, want that it is reached", reached, err)
	}
	var got []string
	for _, st := range s.Steps()[1:] {
		got = append(got, st.Command)
	}
	want := []string{
		"socat -u udp-recv:4000 - &",
		"socat -u tcp-listen:81,backlog=2,bind=[::1]:81 - &",
		"python3 -m http.server 80 &",
		"nc -z -w2 -s 127.0.0.2 -p 5000 127.0.0.1 80",
		"curl -sS -m10 http://127.0.0.1/",
		"curl -sS -m10 -H 'X-A: b c' --interface 127.0.0.2 --local-port 5001 --connect-to ::127.0.0.1:80 http://www/",
		"dig @127.0.0.1 -p 53 +tries=1 +time=10 +tcp x.test MX",
		"traceroute -n -m3 -q1 -w10 -s 127.0.0.2 127.0.0.1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
