package runtime

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"wirelark/runtime/talk"
)

// TestCountersAreTheNamespaces makes a node count something, before and after
// it has a view of its own.
func TestCountersAreTheNamespaces(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	of := func(ns *Namespace, name string) int64 {
		t.Helper()
		list, err := ns.Counters()
		must(t, err)
		i := slices.IndexFunc(list, func(c Counter) bool { return c.Name == name })
		if i < 0 {
			t.Fatalf("%s has no counter %s", ns.Name, name)
		}
		return list[i].Value
	}
	for n := range int64(2) {
		u, err := a.DialUDP(t.Context(), netip.AddrPort{}, netip.MustParseAddrPort("127.0.0.1:9"), talk.Options{})
		must(t, err)
		must(t, u.Send([]byte("x"), netip.AddrPort{}))
		settles(t, "UdpNoPorts", int(n+1), func() int { return int(of(a, "UdpNoPorts")) })
		res, err := a.Run(t.Context(), Command{Argv: []string{"true"}})
		must(t, err)
		if !res.OK() {
			t.Fatal(res.Ending())
		}
	}
	if n := of(b, "UdpNoPorts"); n != 0 {
		t.Errorf("b counted %d, want 0: it is another namespace", n)
	}
	names := []string{"IpInReceives", "TcpExtListenDrops", "IpExtInNoRoutes", "Ip6InNoRoutes"}
	for file, name := range map[string]string{"xfrm_stat": "XfrmInNoStates", "stat/nf_conntrack": "conntrack_insert_failed"} {
		if strings.Contains(sh(t, a, "test -e /proc/net/"+file+" && echo there || true"), "there") { // unless it is a module that nothing has loaded
			names = append(names, name)
		}
	}
	for _, name := range names {
		of(a, name)
	}
}

func TestParseCounters(t *testing.T) {
	pairs := "Ip: Forwarding InReceives\nIp: 2 17\nTcp: A B\nUdp: A\nUdp: 3\nshort\nX: A B\nX: 1\n"
	if got, want := parsePairs([]byte(pairs)), []Counter{{"IpForwarding", 2}, {"IpInReceives", 17}, {"UdpA", 3}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := parseColumns([]byte("Ip6InReceives   \t4\nbad\nIp6X -1\n")), []Counter{{"Ip6InReceives", 4}, {"Ip6X", -1}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	columns := "entries  clashres found new icmp_error\n0000000a  00000001 00000010 00000000 00000002\n0000000a  00000002 00000001 00000005 00000000\n"
	if got, want := parseConntrack([]byte(columns)), []Counter{{"conntrack_clash_resolve", 3}, {"conntrack_found", 17}, {"conntrack_error", 2}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := parseConntrack(nil); len(got) != 0 {
		t.Errorf("got %v of nothing", got)
	}
}
