package runtime

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// A packet that is sent before the kernel is through with a link or an
// address is lost, and asked for again a second later. Nobody may see that,
// however busy the machine is.
const lostOne = 500 * time.Millisecond

// bench is a few nodes that get new links in each repetition: in the n-th one
// the networks 10.n.0.0/16 and fd00:n::/32.
type bench struct {
	s       *Session
	a, b, m *Namespace
}

// at is an address of the n-th repetition, with its network, in both families.
func at(n, net, host int) []netip.Prefix {
	return mustPrefixes(fmt.Sprintf("10.%d.%d.%d/24 fd00:%x:%x::%x/64", n, net, host, n, net, host))
}

func (w bench) cable(a, b End) (*Link, *Link, error) { return w.s.Veth(context.Background(), a, b) }

func (w bench) veth(n int) error {
	_, _, err := w.cable(End{Namespace: w.a, Addrs: at(n, 0, 1)}, End{Namespace: w.b, Addrs: at(n, 0, 2)})
	return err
}

func (w bench) bridge(n int) error {
	br, err := w.s.Bridge(context.Background(), w.m, BridgeOptions{})
	if err == nil {
		_, _, err = w.cable(End{Namespace: w.a, Addrs: at(n, 0, 1)}, End{Bridge: br})
	}
	if err == nil {
		_, _, err = w.cable(End{Bridge: br}, End{Namespace: w.b, Addrs: at(n, 0, 2)})
	}
	return err
}

// host is a bridge that has an address itself: it carries from its first port
// on.
func (w bench) host(n int) error {
	br, err := w.s.Bridge(context.Background(), w.m, BridgeOptions{Addrs: at(n, 0, 2)})
	if err == nil {
		_, _, err = w.cable(End{Namespace: w.a, Addrs: at(n, 0, 1)}, End{Bridge: br})
	}
	return err
}

func (w bench) router(n int) error {
	near, far := at(n, 1, 1), at(n, 0, 1)
	_, _, err := w.cable(End{Namespace: w.a, Addrs: at(n, 1, 2)}, End{Namespace: w.m, Addrs: near})
	if err == nil {
		_, _, err = w.cable(End{Namespace: w.m, Addrs: far}, End{Namespace: w.b, Addrs: at(n, 0, 2)})
	}
	for i := range near {
		if err == nil {
			err = w.a.AddRoute(context.Background(), RouteSpec{Dst: far[i], Hops: []Hop{{Via: near[i].Addr()}}})
		}
		if err == nil {
			err = w.b.AddRoute(context.Background(), RouteSpec{Dst: near[i], Hops: []Hop{{Via: far[i].Addr()}}})
		}
	}
	return err
}

// late is a cable whose end is switched on after both have their addresses.
func (w bench) late(n int) error {
	ctx := context.Background()
	l, _, err := w.cable(End{Namespace: w.a, Down: true, Addrs: at(n, 0, 1)}, End{Namespace: w.b, Addrs: at(n, 0, 2)})
	if err == nil {
		err = w.s.Ready(ctx) // waits for nothing: there is no carrier
	}
	if err == nil {
		err = l.SetUp(ctx, true)
	}
	return err
}

func TestFirstPacketArrives(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(bench, int) error
	}{{"veth", bench.veth}, {"bridge", bench.bridge}, {"bridge with an address", bench.host}, {"router", bench.router}, {"switched on late", bench.late}} {
		for family, name := range []string{" IPv4", " IPv6"} {
			t.Run(c.name+name, func(t *testing.T) {
				// A few at a time: the kernel's table of neighbours is the
				// whole machine's, and an IPv6 link takes several entries.
				for range 10 {
					w := bench{s: openSession(t, Options{})}
					w.a, w.b = node(t, w.s, "a"), node(t, w.s, "b")
					var err error
					w.m, err = w.s.NewNamespace(t.Context(), "m", NamespaceOptions{Forward: true})
					must(t, err)
					for n := range 20 {
						must(t, c.build(w, n))
						p := pingSpec(at(n, 0, 2)[family].Addr().String())
						res, err := w.a.Ping(t.Context(), p)
						if err != nil || len(res.Replies) != 1 || res.Replies[0].Time > lostOne {
							t.Errorf("%d: got %+v, %v, want a reply at once", n, res, err)
						}
					}
					must(t, w.s.Close(t.Context()))
				}
			})
		}
	}
}

func TestReadyMeansThatAddressesAreUsable(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	for range 20 {
		l, far := pair(t, s, a, b, "fd00::1/64 fd00:1::1/64 fe80::1/64", "fd00::2/64 fd00:1::2/64 fe80::2/64")
		must(t, s.Ready(t.Context()))
		for _, l := range []*Link{l, far} {
			st, err := l.State()
			must(t, err)
			if st.Oper != "up" {
				t.Errorf("%s is %s", l.thing(), st.Oper)
			}
			list, err := l.Addrs()
			must(t, err)
			for _, x := range list {
				if slices.Contains(x.Flags, "tentative") {
					t.Errorf("%s of %s is tentative", x.Prefix, l.thing())
				}
			}
		}
		must(t, l.Delete(t.Context()))
	}
}

func TestReadyWaitsForNothingThatIsGone(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	ctx, cancel := context.WithTimeout(t.Context(), readyLimit)
	defer cancel()
	for _, undo := range []func(l *Link) error{
		func(l *Link) error { return l.DelAddrs(ctx, AddrOptions{}, prefix("fd00::1/64")) },
		func(l *Link) error { return l.SetUp(ctx, false) },
		func(l *Link) error { return l.Delete(ctx) },
		func(l *Link) error { return l.Change(ctx, LinkChange{Namespace: b, Name: ptr("moved")}) },
		func(l *Link) error { return l.Change(ctx, LinkChange{MTU: ptr(1000)}) },
		func(l *Link) error { return l.Change(ctx, LinkChange{ARP: ptr(false)}) },
		func(l *Link) error { return a.SetSysctl(ctx, "net.ipv6.conf.all.disable_ipv6", "1") },
	} {
		l, _ := pair(t, s, a, b, "fd00::1/64", "fd00::2/64")
		must(t, undo(l))
		must(t, s.Ready(ctx))
		_ = l.Delete(ctx) // may be gone
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	l, _ := pair(t, s, b, b, "fd00::7/64", "")
	_ = s.Ready(stopped) // may be ready by now; what it did not wait for is not forgotten
	if res, err := b.Ping(t.Context(), PingSpec{Dst: addr("fd00::7"), Count: 1, Timeout: time.Second}); err != nil || len(res.Replies) != 1 {
		t.Errorf("%s: got %+v, %v", l.thing(), res, err)
	}
}
