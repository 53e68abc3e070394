package runtime

import (
	"slices"
	"strings"
	"testing"
)

// TestAnycastCommandsAreTrue: what the journal tells of anycast addresses does
// the same in another node.
func TestAnycastCommandsAreTrue(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, far := pair(t, s, a, b, "fd00::1/64", "fd00::2/64")
	opt := AddrOptions{Anycast: true}
	list := mustPrefixes("fd00::a/128 fd00::b/128 fd00::ab/128")
	must(t, l.AddAddrs(t.Context(), opt, list...))
	must(t, l.DelAddrs(t.Context(), opt, list[:2]...))
	steps := s.Steps()
	same := func(when string, want ...string) {
		t.Helper()
		settles(t, "addresses that differ when they are "+when, 0, func() int {
			got, err := far.Anycast()
			must(t, err)
			return len(slices.DeleteFunc(slices.Concat(got, want), func(a string) bool { return slices.Contains(got, a) && slices.Contains(want, a) }))
		})
	}
	for i, verb := range []string{"add", "del"} {
		command := steps[len(steps)-2+i].Command
		// Where ip names the node, the command itself is in it.
		sh(t, b, strings.ReplaceAll(command, "ip netns exec a ", ""))
		if verb == "add" {
			same("added", "fd00::a", "fd00::b", "fd00::ab")
		}
	}
	same("removed", "fd00::ab")
	got, err := l.Anycast()
	if err != nil || !slices.Equal(got, []string{"fd00::ab"}) {
		t.Errorf("got %q, %v, want fd00::ab alone", got, err)
	}
}
