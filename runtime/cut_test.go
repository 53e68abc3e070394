package runtime

import (
	"strings"
	"testing"
)

// TestCutsAsNftWritesThem compares the table made over netlink with the one
// that the journal's command makes.
func TestCutsAsNftWritesThem(t *testing.T) {
	s := newSession(t)
	a, b, c := node(t, s, "a"), node(t, s, "b"), node(t, s, "c")
	la, _ := pair(t, s, a, b, "10.0.0.1/24 fd00::1/64", "10.0.0.2/24")
	pair(t, s, a, c, "", "10.0.1.2/24 fd01::2/64")
	must(t, la.Cut(t.Context(), false))
	must(t, s.Partition(t.Context(), [][]*Namespace{{a}, {b, c}}, false))
	made := run(t, a, "nft", "list", "table", "netdev", ownTable)
	if !strings.Contains(made, "policy drop") || !strings.Contains(made, "ip6 saddr fd01::2 drop") || strings.Count(made, "ether saddr") != 4 {
		t.Errorf("got %s", made)
	}
	var command string
	for _, st := range s.Steps() {
		if st.Namespace == "a" && strings.HasPrefix(st.Command, "nft ") {
			command = st.Command
		}
	}
	sh(t, a, command)
	if again := run(t, a, "nft", "list", "table", "netdev", ownTable); again != made {
		t.Errorf("over netlink:\n%s\nby %s:\n%s", made, command, again)
	}
	must(t, s.Heal(t.Context()))
	if left := run(t, a, "nft", "list", "ruleset"); left != "" {
		t.Errorf("left after heal: %s", left)
	}
}
