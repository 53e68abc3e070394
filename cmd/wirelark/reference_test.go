package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"wirelark/builtins"
)

// TestReferenceIsFresh: the pages are made of the declarations.
func TestReferenceIsFresh(t *testing.T) {
	for path, want := range map[string]string{"docs/builtins.md": builtins.Reference(), "docs/builtins.pyi": builtins.Stub()} {
		got, err := os.ReadFile("../../" + path)
		if err != nil {
			t.Error(err)
			continue
		}
		if string(got) != want {
			t.Errorf("%s is not what the declarations say: run make docs", path)
		}
	}
}

// TestHelpFitsATerminal: 24 lines of 80 columns, with an example. The flags of
// test, which are many, may take as many more.
func TestHelpFitsATerminal(t *testing.T) {
	for _, v := range append(verbs(), verb{}) {
		text := output(t, strings.TrimSpace(v.name+" --help"))
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		most := 24
		if v.name == "test" {
			most = 48
		}
		if len(lines) > most {
			t.Errorf("wirelark %s --help: got %d lines, want %d at most", v.name, len(lines), most)
		}
		for _, line := range lines {
			if n := len([]rune(line)); n > 80 {
				t.Errorf("wirelark %s --help: got %d columns, want 80 at most: %s", v.name, n, line)
			}
		}
		if !strings.Contains(text, "Example: ") || !strings.Contains(text, "wirelark "+v.name) {
			t.Errorf("wirelark %s --help: got no example of it:\n%s", v.name, text)
		}
	}
}

// output is what the program says on its standard output.
func output(t *testing.T, args string) string {
	t.Helper()
	c := exec.Command("wirelark", strings.Fields(args)...)
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		t.Fatalf("wirelark %s: %v", args, err)
	}
	return string(text)
}
