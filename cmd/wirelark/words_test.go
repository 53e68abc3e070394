package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// unwanted are words that say nothing to a reader of errors and docs, or that
// speak of something else than this software and its users.
var unwanted = []struct {
	word *regexp.Regexp
	why  string
	in   string // folders and files, a space between them; "" for all
}{
	{regexp.MustCompile(`(?i)"[^"]*\bfailed to\b`), "say what is wrong: object, then reason", ""},
	{regexp.MustCompile(`(?i)"[^"]*\bunable to\b`), "say what is wrong: object, then reason", ""},
	{regexp.MustCompile(`\bTODO\b|\bFIXME\b|\bXXX\b`), "do it, or leave it out", ""},
	{regexp.MustCompile(`(?i)\bsimply\b|\bjust works\b|\bblazing|\bseamless|\brobust\b|\bleverage`), "say what it does", ""},
	{regexp.MustCompile(`\btime\.Sleep\(`), "wait for the event, or poll with a deadline", "_test.go"},
}

// TestUnwantedWords reads code, scripts and docs.
func TestUnwantedWords(t *testing.T) {
	walk(t, func(path string, text []byte) {
		if path == "cmd/wirelark/words_test.go" || !strings.Contains(".go .star .md .txtar .sh", suffix(path)) {
			return
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if bytes.Contains(line, []byte("strings.Contains(")) {
				continue // others' words, which are looked for
			}
			for _, u := range unwanted {
				if (u.in == "" || strings.HasSuffix(path, u.in)) && u.word.Match(line) {
					t.Errorf("%s:%d: %q: %s", path, i+1, u.word.Find(line), u.why)
				}
			}
		}
	})
}

func suffix(path string) string {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "none"
	}
	return path[i:]
}

// TestScriptsLookAtTheMachine: every script of the program ends with the
// comparison that shows that nothing is left behind.
func TestScriptsLookAtTheMachine(t *testing.T) {
	n := 0
	walk(t, func(path string, text []byte) {
		if strings.HasPrefix(path, "testdata/script/") {
			n++
			script, _, _ := strings.Cut(string(text), "\n-- ")
			if !strings.Contains("\n"+script+"\n", "\naudit same\n") {
				t.Errorf("%s: it never says audit same", path)
			}
		}
	})
	if n == 0 {
		t.Error("there are no scripts")
	}
}

// TestDependenciesAreExplained: each direct one has a heading of its own in
// the decisions: what it does, what it pulls in, why not by hand.
func TestDependenciesAreExplained(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	decisions, err := os.ReadFile("../../docs/decisions.md")
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for line := range strings.Lines(string(decisions)) {
		if strings.HasPrefix(line, "#") {
			headings = append(headings, line)
		}
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+/\S+|\S+\.net|\S+/v\d) v\S+$`).FindAllSubmatch(mod, -1) {
		n++
		if !strings.Contains(strings.Join(headings, ""), string(m[1])) {
			t.Errorf("docs/decisions.md has no heading for %s: what does it do, what does it pull in, why not by hand?", m[1])
		}
	}
	if n < 4 {
		t.Errorf("got %d direct dependencies in go.mod, want the four of the design at least", n)
	}
}
