package runtime

import (
	"regexp"
	"strings"
	"testing"
)

// passing is what a device of its own is only for a moment.
var passing = regexp.MustCompile(`NO-CARRIER,|forward_delay_timer \S+`)

// TestTunsAreTheirWords makes devices twice, by us and by the words of the
// journal: the kernel must tell the same of both.
func TestTunsAreTheirWords(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	br, err := s.Bridge(t.Context(), a, BridgeOptions{})
	must(t, err)
	for _, x := range []LinkSpec{
		{Kind: "tun"},
		{Kind: "tun", MTU: 1000},
		{Kind: "tun", MTU: 1400, Down: true, Settings: []Setting{flag("multi_queue", true), flag("pi", true), flag("vnet_hdr", true), num("user", 0), num("group", 0)}},
		{Kind: "tap", MTU: 1300, Master: br},
		{Kind: "tap", Settings: []Setting{flag("multi_queue", false), flag("vnet_hdr", true), num("user", 5)}},
	} {
		if x.Settings != nil && oneID() && x.Kind == "tap" {
			continue // there is no user 5
		}
		needs(t, s, x.Kind)
		x.Name = "x"
		l, err := s.NewLink(t.Context(), a, x)
		must(t, err)
		steps := s.Steps()
		i := len(steps) - 1
		for !strings.HasPrefix(steps[i].Command, "ip tuntap add") {
			i--
		}
		st, err := l.State()
		must(t, err)
		if st.MAC != nil && st.MAC.String() != s.mac("a", "x").String() {
			t.Errorf("got %s", st.MAC)
		}
		ours := passing.ReplaceAllString(described(t, a), "")
		must(t, l.Delete(t.Context()))
		sh(t, a, steps[i].Command)
		_, theirs, _ := strings.Cut(passing.ReplaceAllString(described(t, a), ""), ":") // the index is the kernel's choice
		if _, ours, _ := strings.Cut(ours, ":"); theirs != ours {
			t.Errorf("%s\ngives %s\nwant  %s", steps[i].Command, theirs, ours)
		}
		run(t, a, "ip", "link", "del", "x")
	}
}
