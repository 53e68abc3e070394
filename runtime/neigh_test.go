package runtime

import (
	"net"
	"strings"
	"testing"
)

func TestNeighsAreRead(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	la, lb := pair(t, s, a, b, "10.0.0.1/24 fd00::1/64", "10.0.0.2/24 fd00::2/64")
	must(t, a.SetSysctl(t.Context(), "net.ipv4.neigh.eth0.retrans_time_ms", "10"))
	for _, dst := range []string{"10.0.0.2", "fd00::2", "10.0.0.77"} {
		_, err := a.Ping(t.Context(), pingSpec(dst))
		must(t, err)
	}
	run(t, a, "ip", "neigh", "add", "10.0.0.9", "lladdr", "02:00:00:00:00:09", "dev", "eth0")
	run(t, a, "ip", "neigh", "add", "proxy", "10.0.0.10", "dev", "eth0")
	st, err := lb.State()
	must(t, err)
	for _, l := range []*Link{nil, la} {
		list, err := a.Neighs(l)
		must(t, err)
		got := map[string]Neigh{}
		for _, n := range list {
			got[n.IP.String()] = n
		}
		for _, c := range []struct{ ip, mac, states string }{
			{"10.0.0.2", st.MAC.String(), "REACHABLE STALE DELAY PROBE"}, {"fd00::2", st.MAC.String(), "REACHABLE STALE DELAY PROBE"},
			{"10.0.0.77", "", "FAILED INCOMPLETE"}, {"10.0.0.9", "02:00:00:00:00:09", "PERMANENT"},
		} {
			n, ok := got[c.ip]
			if !ok || n.MAC.String() != c.mac || n.Link != "eth0" || !strings.Contains(c.states, n.State) || n.State == "" || n.Proxy {
				t.Errorf("%s: got %+v, want %s and one of %s", c.ip, n, c.mac, c.states)
			}
		}
	}
	_, err = a.Neighs(lb)
	wantError(t, err, "interface eth0 in b is in another namespace than a")
}

func TestNeighsAreWhatTheirEquivalentsMake(t *testing.T) {
	s := newSession(t)
	a, b, c := node(t, s, "a"), node(t, s, "b"), node(t, s, "c")
	la, _ := pair(t, s, a, c, "", "")
	_, _ = pair(t, s, b, c, "", "")
	for _, n := range []NeighSpec{
		{IP: addr("10.0.0.2"), MAC: net.HardwareAddr{2, 0, 0, 0, 0, 2}, State: "permanent"}, {IP: addr("fd00::2"), MAC: net.HardwareAddr{2, 0, 0, 0, 0, 2}, State: "permanent", Router: true},
		{IP: addr("fd00::3"), MAC: net.HardwareAddr{2, 0, 0, 0, 0, 3}, State: "stale"}, {IP: addr("10.0.0.9"), Proxy: true}, {IP: addr("10.0.0.8"), Proxy: true},
		{IP: addr("10.0.0.2"), MAC: net.HardwareAddr{2, 0, 0, 0, 0, 9}, State: "permanent", Replace: true},
	} {
		must(t, la.AddNeigh(t.Context(), n))
	}
	must(t, la.DelNeigh(t.Context(), addr("10.0.0.8"), true))
	must(t, la.FlushNeighs(t.Context()))
	equals(t, s, a, b, "ip neigh show dev eth0 | sort", "ip neigh show proxy")
	list, err := a.Neighs(la)
	must(t, err)
	if len(list) != 3 || !list[1].Proxy || list[1].IP != addr("10.0.0.9") && list[0].IP != addr("10.0.0.2") {
		t.Errorf("got %+v", list)
	}
}
