package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// testingPage is docs/testing.md.
func testingPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "testing.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTestingPageIsTrue runs the tests that the page shows, with the commands
// that it shows, and looks for the lines that it says they write.
func TestTestingPageIsTrue(t *testing.T) {
	page := testingPage(t)
	dir := t.TempDir()
	script, page := block(t, page, "```python\n")
	if err := os.Mkdir(filepath.Join(dir, "labs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "labs", "cable_test.star"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
	}{
		{"test labs -p 1", 1},
		{"test labs --update -q --skip mtu", 0},
	} {
		var want string
		want, page = block(t, page, "```\n$ wirelark "+c.args+"\n")
		cmd := exec.Command("wirelark", strings.Fields(c.args)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CI=", "XDG_CACHE_HOME="+dir)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != c.code {
			t.Fatalf("%s: got %v, want exit code %d:\n%s", c.args, err, c.code, out)
		}
		got := strings.Split(untimed(string(out)), "\n")
		for _, line := range strings.Split(untimed(want), "\n") {
			if line == "" || line == "…" {
				continue
			}
			i := slices.Index(got, line)
			if i < 0 {
				t.Fatalf("%s: got\n%s\nwant, as the page says, the line\n%s", c.args, out, line)
			}
			got = got[i+1:]
		}
	}
}

func untimed(s string) string {
	return regexp.MustCompile(`\b[0-9.]+m?s\b`).ReplaceAllString(s, "TIME")
}

// TestTestingPageKnowsTheFlags: each flag of test that the page names is one.
func TestTestingPageKnowsTheFlags(t *testing.T) {
	var known []string
	(&testOptions{}).flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	n := 0
	for line := range strings.Lines(testingPage(t)) {
		if strings.Contains(line, "sbatch") || strings.Contains(line, "SBATCH") {
			continue
		}
		for _, m := range regexp.MustCompile(`--([a-z][a-z-]*)`).FindAllStringSubmatch(line, -1) {
			if n++; !slices.Contains(known, m[1]) && m[1] != "help" {
				t.Errorf("got %s, which is no flag of test", m[0])
			}
		}
	}
	if n < 20 {
		t.Errorf("got %d flags on the page, want those that it explains", n)
	}
}
