package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A way is a way to run a lab: each must keep what is promised.
type way struct {
	name  string
	flags []string
}

// ways are those that whoever runs these tests has: as root, with many ids or
// with one, and each for a script of one's own and for a stranger's.
func ways() []way {
	list := []way{{"own", nil}, {"stranger", []string{"--sandbox"}}}
	if os.Geteuid() != 0 && manyIDs() == nil {
		list = append(list, way{"own with one id", []string{"--mode", "one-id"}}, way{"stranger with one id", []string{"--mode", "one-id", "--sandbox"}})
	}
	return list
}

// faultScript is a script of testdata/fault, to be run as program does.
func faultScript(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "testdata", "fault", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// said runs a program to its end.
func said(t *testing.T, c *exec.Cmd) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	if c.Stdout == nil {
		c.Stdout = &out
	}
	if c.Stderr == nil {
		c.Stderr = &problems
	}
	_ = c.Run()
	if c.ProcessState == nil {
		t.Fatalf("%s was not started", c.Args)
	}
	return c.ProcessState.ExitCode(), out.String(), problems.String()
}

// TestStrangersScriptGetsNowhere tries every way out that a command which is
// root in a node has, in every kind of lab.
func TestStrangersScriptGetsNowhere(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			c := program(t, faultScript(t, "escape.star"), w.flags...)
			name := "wirelark-test-" + mark(c.Dir)
			listener, err := net.Listen("unix", "@"+name)
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			secret := filepath.Join(c.Dir, "secret")
			if err := os.WriteFile(secret, []byte("as it was\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			c.Args = append(c.Args, "mark="+mark(c.Dir), "host="+c.Dir, "abstract="+name, "project="+c.Dir)
			strict := strings.Contains(w.name, "stranger")
			if strict {
				c.Args = append(c.Args, "strict=True")
			}
			c.Env = append(c.Env, "SECRET=of the user")
			before := modeOf(t, c.Path)
			code, stdout, stderr := said(t, c)
			if code != 0 {
				t.Fatalf("got %d, %s", code, stderr)
			}
			lines := strings.Split(strings.TrimSpace(stdout), "\n")
			if want := 40; len(lines) < want {
				t.Fatalf("got %d attempts, want at least %d", len(lines), want)
			}
			for _, line := range lines {
				name, outcome, _ := strings.Cut(line, ": ")
				t.Run(name, func(t *testing.T) {
					if outcome != "refused" {
						t.Error(outcome)
					}
				})
			}
			if got := modeOf(t, c.Path); got != before {
				t.Errorf("wirelark: got %s, want %s", got, before)
			}
			if got, err := os.ReadFile(secret); err != nil || string(got) != "as it was\n" {
				t.Errorf("the project's file: got %q, %v", got, err)
			}
		})
	}
}

// modeOf is the mode of a file and when it was changed.
func modeOf(t *testing.T, path string) string {
	t.Helper()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return st.Mode().String() + " " + st.ModTime().String()
}
