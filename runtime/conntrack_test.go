package runtime

import (
	"net/netip"
	"testing"
)

func TestFlowDeletionsEquivalent(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	port, mark := 4000, uint32(7)
	for _, filter := range []FlowFilter{
		{}, {SPort: &port}, {DPort: &port, Family: 4}, {Proto: "udp", Source: netip.MustParsePrefix("10.0.0.0/24")}, {Dest: netip.MustParsePrefix("10.0.0.9/32")},
		{Proto: "tcp", State: "SYN_SENT"}, {Mark: &mark}, {Family: 6},
	} {
		made := func() []Flow {
			sh(t, b, `conntrack -F 2>/dev/null
				for n in 4000 4001; do
					conntrack -I -p udp -s 10.0.0.1 -d 10.0.0.9 --sport $n --dport 53 -t 60
					conntrack -I -p udp -s 10.1.0.1 -d 10.0.0.8 --sport 53 --dport $n -t 60 -m 7
					conntrack -I -p tcp -s 10.0.0.1 -d 10.0.0.9 --sport $n --dport 53 -t 60 --state SYN_SENT
					conntrack -I -p udp -s fd00::1 -d fd00::9 --sport $n --dport 53 -t 60
				done`)
			list, err := b.Flows(FlowFilter{})
			must(t, err)
			return list
		}
		before := made()
		if len(before) != 8 {
			t.Fatalf("got %d flows, want 8", len(before))
		}
		n, err := b.DelFlows(t.Context(), filter)
		must(t, err)
		got, err := b.Flows(FlowFilter{})
		must(t, err)
		steps := s.Steps()
		var command string
		for _, st := range steps {
			if st.Namespace == "b" && len(st.Command) > 9 && (st.Command[:9] == "conntrack" || st.Command[:15] == "sh -c 'conntrac") {
				command = st.Command
			}
		}
		made()
		sh(t, b, command+"; true")
		want, err := b.Flows(FlowFilter{})
		must(t, err)
		if len(got) != len(want) || n != 8-len(got) || n == 0 {
			t.Errorf("%s: %d deleted, %d left, the command leaves %d", command, n, len(got), len(want))
			continue
		}
		for i := range got {
			if compareFlows(got[i], want[i]) != 0 {
				t.Errorf("%s: left %v, want %v", command, got[i].Original, want[i].Original)
			}
		}
	}
}

func TestMalformedFlowsAreNone(t *testing.T) {
	for _, p := range [][]byte{nil, {2, 0, 0, 0}, {2, 0, 0, 0, 8, 0, 1, 0x80, 4, 0, 1, 0x80}, {2, 0, 0, 0, 20, 0, 9, 0, 16, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}} {
		if f, ok := parseFlow(p); ok {
			t.Errorf("%x: got %v, want none", p, f)
		}
	}
}
