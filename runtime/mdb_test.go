package runtime

import (
	"net"
	"testing"
)

func TestMDBsAreWhatTheirEquivalentsMake(t *testing.T) {
	s := newSession(t)
	ctx := t.Context()
	a, b, c := node(t, s, "a"), node(t, s, "b"), node(t, s, "c")
	var br, p *Link
	for _, n := range []*Namespace{b, a} {
		var err error
		br, err = s.Bridge(ctx, n, BridgeOptions{Name: "sw"})
		must(t, err)
		p, _, err = s.Veth(ctx, End{Bridge: br, Name: "p"}, End{Namespace: c})
		must(t, err)
	}
	must(t, s.Ready(ctx))
	for _, e := range []MDBSpec{
		{Port: p, Group: addr("239.1.1.1"), State: "permanent"}, {Port: p, Group: addr("239.1.1.2"), State: "temp"}, {Port: p, Group: addr("ff05::7"), State: "permanent"},
		{Port: p, Group: addr("239.1.1.3"), Source: addr("10.0.0.9"), State: "permanent"}, {Port: p, Group: addr("239.1.1.4"), State: "permanent"},
		{Port: br, Group: addr("239.1.1.5"), State: "temp"}, {Port: p, MAC: net.HardwareAddr{1, 0, 0x5e, 0x7f, 0, 1}, State: "permanent"},
	} {
		must(t, br.AddMDB(ctx, e))
	}
	must(t, br.DelMDB(ctx, MDBSpec{Port: p, Group: addr("239.1.1.4")}))
	wantError(t, br.AddMDB(ctx, MDBSpec{Port: p, Group: addr("10.0.0.1")}), "multicast entry 10.0.0.1 of interface sw in a is no multicast group")
	wantError(t, br.AddMDB(ctx, MDBSpec{Port: p, Group: addr("239.1.1.9"), State: "x"}), `state "x" is unknown`)
	equals(t, s, a, b, "bridge mdb show dev sw | grep -v ff02: | sort")
}
