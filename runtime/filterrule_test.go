package runtime

import (
	"net/netip"
	"strings"
	"testing"
)

func TestRulesEquivalentGivesTheSame(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	p := func(low, high uint32) *Range { return &Range{low, high} }
	net, six := netip.MustParsePrefix("10.1.0.0/20"), netip.MustParsePrefix("fd00::/64")
	host := netip.MustParsePrefix("10.0.0.9/32")
	ctx := t.Context()
	for i, one := range []struct {
		verdict, hook, comment string
		m                      Match
	}{
		{"accept", "input", "", Match{}},
		{"drop", "forward", "it's a comment", Match{In: "eth0", Out: "eth1", Proto: "tcp", Ports: p(80, 80), State: []string{"new"}}},
		{"reject", "output", "", Match{Source: net, Dest: host, Proto: "udp", SPorts: p(1, 9), Ports: p(53, 53)}},
		{"accept", "forward", "", Match{Source: six, Proto: "icmpv6"}},
		{"accept", "forward", "", Match{State: FilterStates}},
		{"drop", "input", "", Match{Dest: six, Family: 6, Proto: "sctp", SPorts: p(7, 7)}},
		{"drop", "input", "", Match{Family: 4, Proto: "gre"}},
		{"accept", "input", "", Match{Family: 6, Proto: "udp"}},
	} {
		if _, err := a.Filter(ctx, one.verdict, one.hook, one.m, one.comment); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	must(t, a.SetPolicy(ctx, "forward", "drop"))
	must(t, a.SetPolicy(ctx, "input", "drop"))
	must(t, a.SetPolicy(ctx, "input", "accept"))
	r, err := a.Filter(ctx, "drop", "forward", Match{}, "kept policy")
	must(t, err)
	for _, m := range []Match{{}, {Source: net, Proto: "udp", Ports: p(9, 10)}} {
		_, err := l.Masquerade(ctx, m.Source, m.Source.IsValid())
		must(t, err)
		for _, to := range []string{"203.0.113.1", "fd00::1"} {
			tr := Translation{To: netip.MustParseAddr(to), Random: m.Proto != ""}
			if tr.To.Is6() {
				m.Source = netip.Prefix{}
			}
			_, err = l.Snat(ctx, m, tr)
			must(t, err)
			m.Source = netip.Prefix{}
			for _, ports := range []*Range{p(8080, 8080), p(1000, 2000)} {
				m := m
				if tr.Ports = ports; m.Proto == "" {
					m.Proto = "tcp"
				}
				_, err = l.Dnat(ctx, m, tr)
				must(t, err)
			}
		}
	}
	must(t, r.Del(ctx))
	var commands strings.Builder
	for _, st := range s.Steps() {
		if st.Namespace == "a" && strings.HasPrefix(st.Command, "nft ") {
			commands.WriteString(st.Command + "\n")
		}
	}
	got, want := sh(t, a, "nft -a list ruleset"), sh(t, b, "set -e\n"+commands.String()+"nft -a list ruleset")
	if got != want || strings.Contains(got, "kept policy") || !strings.Contains(got, "policy drop") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := sh(t, b, "nft list ruleset"); strings.Count(got, "counter") != 8+14 {
		t.Errorf("got %d rules:\n%s", strings.Count(got, "counter"), got)
	}
}
