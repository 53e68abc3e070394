package runtime

import (
	"strings"
	"testing"
)

const agingRuleset = `{"nftables": [
{"table": {"family": "inet", "name": "f", "handle": 1}},
{"chain": {"family": "inet", "table": "f", "name": "c", "handle": 2}},
{"rule": {"family": "inet", "table": "f", "chain": "c", "handle": 3, "expr": [{"last": {"used": 250}}, {"counter": {"packets": 7, "bytes": 70}}]}},
{"set": {"family": "inet", "table": "f", "name": "s", "handle": 4, "type": "inet_service", "elem": [{"elem": {"val": 80, "timeout": 1800, "expires": 1799}}]}},
{"map": {"family": "inet", "table": "f", "name": "m", "handle": 5, "type": "inet_service", "map": "mark", "elem": [[{"elem": {"val": 443, "timeout": 60, "expires": 59}}, 9007199254740993]]}}]}`

// TestTimeAloneIsNoDifference: lists of a ruleset are compared without what
// passing time changes, and with all that somebody or a packet does.
func TestTimeAloneIsNoDifference(t *testing.T) {
	read := func(text string) *NftTable {
		t.Helper()
		list, err := parseRuleset([]byte(text))
		if err != nil || len(list) != 1 {
			t.Fatalf("got %d tables, %v, want one", len(list), err)
		}
		return list[0]
	}
	before := read(agingRuleset)
	for _, c := range []struct {
		old, new string
		same     bool
	}{
		{"", "", true},
		{`"expires": 1799`, `"expires": 1234`, true},
		{`"expires": 59`, `"expires": 1`, true},
		{`"used": 250`, `"used": 251`, true},
		{`"timeout": 1800`, `"timeout": 1801`, false},
		{`"val": 80`, `"val": 81`, false},
		{`9007199254740993`, `9007199254740992`, false},
		{`"packets": 7`, `"packets": 8`, false},
		{`"last": {"used": 250}`, `"last": null`, false},
	} {
		after := read(strings.Replace(agingRuleset, c.old, c.new, 1))
		if got := before.Same(after); got != c.same {
			t.Errorf("%s becomes %s: got %t, want %t", c.old, c.new, got, c.same)
		}
		parts := before.Chains[0].Same(after.Chains[0]) && before.Chains[0].Rules[0].Same(after.Chains[0].Rules[0]) && before.Sets[0].Same(after.Sets[0]) && before.Maps[0].Same(after.Maps[0])
		if parts != c.same {
			t.Errorf("%s becomes %s: got %t of its parts, want %t", c.old, c.new, parts, c.same)
		}
	}
}
