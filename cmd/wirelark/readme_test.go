package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesAreTrue runs the scripts that README.md and the guide show, and
// compares what they say with what the page says.
func TestPagesAreTrue(t *testing.T) {
	for _, c := range []struct {
		page, args string
		code       int
	}{
		{"README.md", "", 1},
		{"docs/language.md", " mtu=9000", 0},
	} {
		t.Run(c.page, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "..", c.page))
			if err != nil {
				t.Fatal(err)
			}
			script, rest := block(t, string(text), "```python\n")
			want, _ := block(t, rest, "```\n$ wirelark run lab.star"+c.args+"\n")
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "lab.star"), []byte(script), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("wirelark", append([]string{"run", "lab.star"}, strings.Fields(c.args)...)...)
			cmd.Dir = dir
			var stdout, stderr strings.Builder
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != c.code {
				t.Fatalf("got %v, want exit code %d:\n%s", err, c.code, stderr.String())
			}
			got := stdout.String()
			if c.code != 0 {
				got += stderr.String()
			}
			if got != want {
				t.Errorf("got:\n%s\nwant, as the page says:\n%s", got, want)
			}
		})
	}
}

// TestPagesShowWhatRuns runs every other script of the pages.
func TestPagesShowWhatRuns(t *testing.T) {
	for page, failing := range map[string]int{"README.md": 1, "docs/network.md": 0} {
		text, err := os.ReadFile(filepath.Join("..", "..", page))
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split(string(text), "```python\n")[1+failing:] {
			script, _, _ := strings.Cut(part, "```\n")
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "lab.star"), []byte(script), 0o644); err != nil {
				t.Fatal(err)
			}
			if code, report := wirelark(t, dir, "run", "lab.star"); code != 0 {
				t.Errorf("%s: script %d: got exit code %d:\n%s", page, i+1+failing, code, report)
			}
		}
	}
}

// block is the text between a fence and the end of the block that it begins,
// and what follows.
func block(t *testing.T, text, fence string) (inside, rest string) {
	t.Helper()
	_, after, ok := strings.Cut(text, fence)
	inside, rest, ok2 := strings.Cut(after, "```\n")
	if !ok || !ok2 {
		t.Fatalf("there is no block that begins with %q", fence)
	}
	return inside, rest
}
