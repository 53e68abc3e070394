package runtime

import (
	"context"
	"testing"
)

// TestMessagesPerVerb holds what each verb may say to the kernel. Messages are
// what a lab costs, and unlike time they do not depend on what else a machine
// does: one message more for each link is seen here.
func TestMessagesPerVerb(t *testing.T) {
	s := newSession(t)
	a, b, m := node(t, s, "a"), node(t, s, "b"), node(t, s, "m")
	ctx := context.Background()
	sent := func() int { return a.conn.Sent + b.conn.Sent + m.conn.Sent }
	var la, br *Link
	for _, c := range []struct {
		name string
		want int
		do   func() error
	}{
		{"a cable: both ends in one message, then the far end up", 2, func() (err error) {
			la, _, err = s.Veth(ctx, End{Namespace: a}, End{Namespace: b})
			return err
		}},
		{"an address", 1, func() error { return la.AddAddrs(ctx, AddrOptions{}, prefix("10.0.0.1/24")) }},
		{"three addresses", 3, func() error {
			return la.AddAddrs(ctx, AddrOptions{}, mustPrefixes("10.0.1.1/24 10.0.2.1/24 fd00::1/64")...)
		}},
		{"a route", 1, func() error {
			return a.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.0.0/16"), Hops: []Hop{{Via: addr("10.0.0.2")}}})
		}},
		{"a route away", 1, func() error { return a.DelRoute(ctx, RouteSpec{Dst: prefix("10.9.0.0/16")}) }},
		{"a bridge", 1, func() (err error) { br, err = s.Bridge(ctx, m, BridgeOptions{}); return err }},
		{"a cable into a bridge", 2, func() error {
			_, _, err := s.Veth(ctx, End{Namespace: a}, End{Bridge: br})
			return err
		}},
		{"a cable with addresses", 4, func() error {
			_, _, err := s.Veth(ctx, End{Namespace: a, Addrs: mustPrefixes("10.1.0.1/24")}, End{Namespace: b, Addrs: mustPrefixes("10.1.0.2/24")})
			return err
		}},
		{"a link switched off", 1, func() error { return la.SetUp(ctx, false) }},
		{"a link changed in three ways", 2, func() error {
			return la.Change(ctx, LinkChange{MTU: ptr(1400), TxQLen: ptr(10), Up: ptr(true)})
		}},
		{"a link removed", 1, func() error { return la.Delete(ctx) }},
	} {
		before := sent()
		if err := c.do(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := sent() - before; got != c.want {
			t.Errorf("%s: got %d messages, want %d", c.name, got, c.want)
		}
	}
}

// TestBirthOfANamespaceIsOneMessage holds what making a node says.
func TestBirthOfANamespaceIsOneMessage(t *testing.T) {
	s := newSession(t)
	if got := node(t, s, "a").conn.Sent; got != 1 {
		t.Errorf("got %d messages, want 1: loopback up", got)
	}
}
