package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// program is what the engines of these tests run, by the first argument.
func program(ctx context.Context, l *Lab) int {
	if len(l.Spec.Args) == 0 {
		return 0
	}
	switch l.Spec.Args[0] {
	case "sh": // a shell command, in the engine's own namespaces
		c := exec.Command("/bin/sh", "-c", l.Spec.Args[1])
		c.Stdout, c.Stderr = l.Stdout, l.Stderr
		if err := c.Run(); err != nil {
			if c.ProcessState != nil {
				return c.ProcessState.ExitCode()
			}
			fmt.Fprintln(l.Stderr, err)
			return 99
		}
		return 0
	}
	fmt.Fprintln(l.Stderr, "no such program:", l.Spec.Args[0])
	return 98
}

// A started is a lab that runs.
type started struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

// A ended is a lab that has ended.
type ended struct {
	code           int
	stdout, stderr string
}

// project makes a folder with a script in it that the user owns.
func project(t testing.TB, u person) *Spec {
	dir, err := os.MkdirTemp("/tmp", "wirelark-project-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	script := filepath.Join(dir, "x.star")
	if err := os.WriteFile(script, []byte("# a script\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, script} {
		if err := os.Chown(path, u.uid, u.gid); err != nil {
			t.Fatal(err)
		}
	}
	return &Spec{Script: script, Project: dir, Dir: dir, Force: u.mode}
}

// command is a front, not yet started, for the user.
func command(t testing.TB, u person, s *Spec) *started {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	c := &started{Cmd: exec.Command(testBinary)}
	c.Env = append(os.Environ(), frontEnv+"="+string(b))
	c.Dir = s.Dir
	c.Stdout, c.Stderr = &c.stdout, &c.stderr
	c.SysProcAttr = &syscall.SysProcAttr{}
	switch {
	case u.mode == RootlessMany:
		c.Env = append(c.Env, asEnv+"=1")
	case u.uid != os.Geteuid():
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(u.uid), Gid: uint32(u.gid)}
	}
	return c
}

// run runs a lab to its end.
func run(t testing.TB, u person, s *Spec) ended {
	t.Helper()
	c := command(t, u, s)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c.end()
}

func (c *started) end() ended {
	_ = c.Wait()
	return ended{c.ProcessState.ExitCode(), c.stdout.String(), c.stderr.String()}
}

// sh runs a lab whose program is a shell command, and returns what it says.
func sh(t testing.TB, u person, script string) ended {
	t.Helper()
	s := project(t, u)
	s.Args = []string{"sh", script}
	return run(t, u, s)
}

func TestLabRunsItsProgram(t *testing.T) {
	eachUser(t, func(t *testing.T, u person) {
		got := sh(t, u, "id -u; echo problem >&2; exit 7")
		want := ended{7, "0\n", "problem\n"}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// lines splits what a command said.
func lines(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }
