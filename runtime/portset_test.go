package runtime

import (
	"strings"
	"testing"
)

func TestPortOptionsAreWhatTheirEquivalentsMake(t *testing.T) {
	s := newSession(t)
	ctx := t.Context()
	a, b, c := node(t, s, "a"), node(t, s, "b"), node(t, s, "c")
	var p *Link
	for _, n := range []*Namespace{b, a} {
		br, err := s.Bridge(ctx, n, BridgeOptions{Name: "sw"})
		must(t, err)
		p, _, err = s.Veth(ctx, End{Bridge: br, Name: "p"}, End{Namespace: c})
		must(t, err)
	}
	must(t, s.Ready(ctx))
	yes, no := true, false
	must(t, p.Change(ctx, LinkChange{Port: PortChange{Flood: &no, NeighSuppress: &yes, McastFlood: &no, BcastFlood: &no, FastLeave: &yes, VLANTunnel: &yes, State: ptr("learning"), Priority: ptr(7)}}))
	must(t, p.Change(ctx, LinkChange{Port: PortChange{ProxyARP: &yes}}))
	wantError(t, p.Change(ctx, LinkChange{Port: PortChange{State: ptr("up")}}), `port state "up" is unknown`)
	wantError(t, p.Change(ctx, LinkChange{Port: PortChange{Priority: ptr(64)}}), "port priority 64 is out of range: 0 to 63")
	const shown = `ip -d -o link show p | grep -o ' bridge_slave state .*neigh_suppress [a-z]*' | sed 's/ designated_\w* [0-9a-f.:]*//g; s/_timer *[0-9.]*//g; s/root_id [0-9a-f.:]*//'`
	if got := run(t, a, "sh", "-c", shown); !strings.Contains(got, "state learning priority 7 ") || !strings.Contains(got, "proxy_arp on") {
		t.Errorf("got %q", got)
	}
	equals(t, s, a, b, shown)
}
