package runtime

import (
	"reflect"
	"strings"
	"testing"
)

// equals runs the equivalents of a session's steps of node a in another node,
// b, by hand, and compares what the given commands tell of both.
func equals(t *testing.T, s *Session, a, b *Namespace, commands ...string) {
	t.Helper()
	for _, st := range s.Steps() {
		if st.Namespace == a.Name && st.Err == nil && (strings.HasPrefix(st.Command, "ip ") || strings.HasPrefix(st.Command, "bridge ")) && !strings.Contains(st.Command, "netns ") && !strings.Contains(st.Command, "link add") {
			run(t, b, "sh", "-ec", st.Command)
		}
	}
	for _, c := range commands {
		if got, want := run(t, b, "sh", "-ec", c), run(t, a, "sh", "-ec", c); got != want {
			t.Errorf("%s: by hand\n%s\nwant\n%s", c, got, want)
		}
	}
}

func TestRulesAreWhatTheirEquivalentsMake(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	six := prefix("fd00::/16")
	rules := []Rule{
		{Family: 4, Source: prefix("10.2.0.2/32"), Table: 100},
		{Family: 4, Priority: ptr(90), Dest: prefix("192.0.2.0/24"), IIF: "the-uplink-to-the-provider", OIF: "eth9", Mark: &Mark{1, 0xff}, Table: 254, Action: "lookup"},
		{Family: 4, Priority: ptr(80), UIDs: &Range{0, 0}, Mark: &Mark{7, 1<<32 - 1}, Proto: "tcp", SPort: &Range{1000, 1000}, DPort: &Range{80, 443}, TOS: 0x10, Action: "prohibit"},
		{Family: 4, Priority: ptr(70), Action: "goto", Goto: 90, Invert: true, Source: prefix("10.9.0.0/16")},
		{Family: 4, Priority: ptr(60), Suppress: ptr(0)},
		{Family: 4, Priority: ptr(50), L3mdev: true},
		{Family: 4, Table: 1000},
		{Family: 6, Priority: ptr(40), Source: six, Action: "unreachable"},
		{Family: 6, UIDs: &Range{0, 0}, Action: "blackhole"},
	}
	for _, r := range rules {
		must(t, a.AddRule(t.Context(), r))
	}
	must(t, a.AddRule(t.Context(), Rule{Family: 4, Priority: ptr(5), Table: 7}))
	must(t, a.DelRule(t.Context(), Rule{Family: 4, Priority: ptr(5)}))
	wantError(t, a.AddRule(t.Context(), rules[1]), "rule to 192.0.2.0/24 iif "+kernelName(rules[1].IIF)+" oif eth9 fwmark 0x1/0xff priority 90 table main in a already exists")
	wantError(t, a.DelRule(t.Context(), Rule{Family: 4, Priority: ptr(5)}), "rule priority 5 in a does not exist")
	wantError(t, a.AddRule(t.Context(), Rule{Source: six}), "rule from fd00::/16 table main in a is of no family: 0 is neither 4 nor 6")
	wantError(t, a.AddRule(t.Context(), Rule{Family: 4, Source: six}), "rule from fd00::/16 table main in a is of family 4, but fd00::/16 is not")
	wantError(t, a.AddRule(t.Context(), Rule{Family: 4, Action: "drop"}), `action "drop" is unknown`)
	wantError(t, a.AddRule(t.Context(), Rule{Family: 4, Proto: "x"}), `protocol "x" is unknown`)
	equals(t, s, a, b, "ip -j -d rule", "ip -j -d -6 rule")
	of := func(ns *Namespace) []Rule {
		list, err := ns.Rules()
		must(t, err)
		return list
	}
	if got, want := of(b), of(a); len(want) != len(rules)+5 || len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	} else {
		for i := range got {
			if want[i].IIF == rules[1].IIF || strings.HasPrefix(want[i].IIF, "the-") {
				want[i].IIF = got[i].IIF // it is not there, so nobody knows its long name
			}
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("got %v, want %v", got[i], want[i])
			}
		}
	}
}
