package runtime

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"wirelark/runtime/talk"
)

// TestConversationsTellWhatCameInstead: each way in which nobody answers has
// words and a kind of its own, over UDP and TCP, IPv4 and IPv6.
func TestConversationsTellWhatCameInstead(t *testing.T) {
	s := newSession(t)
	a, r, b := path(t, s)
	deadRoutes(t, r, "prohibit", "unreachable", "blackhole")
	must(t, r.SetSysctl(t.Context(), "net.ipv4.icmp_ratelimit", "0"))
	must(t, r.SetSysctl(t.Context(), "net.ipv6.icmp.ratelimit", "0"))
	sh(t, b, "nft 'add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c tcp dport 81 drop; add rule inet t c udp dport 81 drop'")
	for _, c := range []struct{ to, kind, text string }{
		{"10.0.2.2:80", "refused", "refused: nothing listens on that port there"},
		{"[fd00:2::2]:80", "refused", "refused: nothing listens on that port there"},
		{"10.0.2.2:81", "timed out", ""},
		{"[fd00:2::2]:81", "timed out", ""},
		{"10.9.0.1:80", "unreachable", "unreachable: administratively prohibited, says 10.0.1.1"},
		{"[fd09:0::1]:80", "unreachable", "unreachable: administratively prohibited, says fd00:1::1"},
		{"10.9.1.1:80", "unreachable", "unreachable: host unreachable, says 10.0.1.1"},
		{"[fd09:1::1]:80", "unreachable", "unreachable: no route, says fd00:1::1"},
		{"10.77.0.1:80", "unreachable", "unreachable: network unreachable, says 10.0.1.1"},
		{"10.9.2.1:80", "timed out", ""},
	} {
		timeout := wide
		if c.kind == "timed out" {
			timeout = 100 * time.Millisecond
		}
		u, err := a.DialUDP(t.Context(), netip.AddrPort{}, endpoint(c.to), talk.Options{})
		must(t, err)
		_, udp := u.Ask(t.Context(), []byte("x"), netip.AddrPort{}, timeout)
		_, tcp := talk.DialTCP(t.Context(), a.inside, netip.AddrPort{}, endpoint(c.to), timeout, talk.Options{})
		for proto, err := range map[string]error{"UDP": udp, "TCP": tcp} {
			var e *talk.Error
			if !errors.As(err, &e) || e.Kind != c.kind || c.text != "" && e.Text != c.text {
				t.Errorf("%s %s: got %v, want %s: %s", proto, c.to, err, c.kind, c.text)
			}
		}
	}
}

// TestRoutersDoNotEndConnections: a router's word ends one that is being made,
// and none that stands.
func TestRoutersDoNotEndConnections(t *testing.T) {
	s := newSession(t)
	a, r, b := path(t, s)
	_, err := b.ServeTCP(t.Context(), anyPort(7), false, echo, talk.Options{})
	must(t, err)
	for _, to := range []string{"10.0.2.2", "fd00:2::2"} {
		c, err := a.DialTCP(t.Context(), netip.AddrPort{}, netip.AddrPortFrom(addr(to), 7), wide, talk.Options{})
		must(t, err)
		hole := RouteSpec{Dst: netip.PrefixFrom(addr(to), addr(to).BitLen()), Kind: "unreachable"}
		must(t, r.AddRoute(t.Context(), hole))
		must(t, c.Send(t.Context(), []byte("x\n"), wide))
		if _, err := c.ReceiveLine(t.Context(), 100*time.Millisecond); err == nil || !strings.Contains(err.Error(), "nothing came in time") {
			t.Errorf("%s: got %v, want that nothing came", to, err)
		}
		must(t, r.DelRoute(t.Context(), hole))
		if line, err := c.ReceiveLine(t.Context(), wide); string(line) != "x\n" || err != nil {
			t.Errorf("%s: got %q, %v, want the line after all", to, line, err)
		}
	}
}

// TestErrorsTakeNoRoom: what ICMP told a socket is not left in it, where it
// would take the room of datagrams.
func TestErrorsTakeNoRoom(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	must(t, a.SetSysctl(t.Context(), "net.ipv4.icmp_ratelimit", "0"))
	to, from := endpoint("127.0.0.1:5000"), endpoint("127.0.0.1:4000")
	u, err := a.DialUDP(t.Context(), from, to, talk.Options{})
	must(t, err)
	for range 1000 {
		must(t, u.Send([]byte("x"), netip.AddrPort{}))
	}
	v, err := a.DialUDP(t.Context(), to, from, talk.Options{})
	must(t, err)
	for range 50 { // as many as a queue holds with ease
		must(t, v.Send([]byte("y"), netip.AddrPort{}))
	}
	got := 0
	for {
		_, err := u.Receive(t.Context(), 100*time.Millisecond)
		var e *talk.Error
		if errors.As(err, &e) && e.Kind == "timed out" {
			break
		}
		if err == nil {
			got++
		}
	}
	if got != 50 {
		t.Errorf("got %d of 50 datagrams", got)
	}
}
