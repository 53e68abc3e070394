package runtime

import (
	"os/exec"
	"strings"
	"testing"
)

func TestRulesetsEquivalentGivesTheSame(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	ruleset := "table ip t {\n\tset EOF { type ipv4_addr; elements = { 10.0.0.1 }\n}\n\tchain c { type filter hook input priority 0\n\t\tip saddr @EOF counter comment \"it's $x\"\n\t}\n}\n# the end\nEOF = 1"
	res, err := a.Nft(t.Context(), strings.TrimSuffix(ruleset, "EOF = 1"))
	if err != nil || !res.OK() {
		t.Fatalf("got %v: %s", err, res.Stderr)
	}
	steps := s.Steps()
	want := sh(t, a, "nft list ruleset")
	if got := sh(t, b, steps[len(steps)-1].Command+"\nnft list ruleset"); got != want || !strings.Contains(want, "it's") {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTextThatAShellReadsIsWhole(t *testing.T) {
	for _, text := range []string{"", "a\n", "EOF\n", "x\nEOF\nEOF_\n", "$x `y` \\ '\n\n"} {
		out, err := exec.Command("sh", "-c", hereDocument([]string{"cat"}, text)).Output()
		if err != nil || string(out) != text {
			t.Errorf("got %q, %v, want %q", out, err, text)
		}
	}
}

func TestMistakesLieWithinTheText(t *testing.T) {
	res := &Result{Stderr: []byte("/dev/stdin:2:3-9: Error: wide\n/dev/stdin:1:0-0: Error: nowhere\n/dev/stdin:9:1-1: Error: of another\n/dev/stdin:2:2-1: Error: goes on\nlater words\n/dev/stdin:3:1-1: Error: ends\n")}
	got := RulesetMistakes(res, "ab\nabcd\n")
	want := []RulesetMistake{{2, 3, 4, "abcd", "wide"}, {1, 1, 2, "ab", "nowhere"}, {2, 2, 4, "abcd", "goes on"}, {2, 5, 5, "abcd", "ends"}}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}
