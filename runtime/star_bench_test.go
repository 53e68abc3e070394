package runtime

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
)

// BenchmarkStar builds a switch and a hundred hosts around it, each with an
// address and a default route, as scripts do.
func BenchmarkStar(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		s := openSession(b, Options{})
		sw := node(b, s, "sw")
		br, err := s.Bridge(ctx, sw, BridgeOptions{Addrs: mustPrefixes("10.0.255.254/16")})
		if err != nil {
			b.Fatal(err)
		}
		for i := range 100 {
			h := node(b, s, fmt.Sprint("h", i))
			if _, _, err := s.Veth(ctx, End{Namespace: h, Addrs: mustPrefixes(fmt.Sprintf("10.0.1.%d/16", i+1))}, End{Namespace: sw, Bridge: br}); err != nil {
				b.Fatal(err)
			}
			if err := h.AddRoute(ctx, RouteSpec{Dst: prefix("0.0.0.0/0"), Hops: []Hop{{Via: netip.MustParseAddr("10.0.255.254")}}}); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.Close(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
