package builtins

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"wirelark/runtime/sandbox"
)

// The test binary is front, init and engine of the labs that scripts run in:
// started with frontEnv it is a front, and Reenter knows the rest by name.
const frontEnv = "WIRELARK_TEST_FRONT"

func TestMain(m *testing.M) {
	if code, entered := sandbox.Reenter(program); entered {
		os.Exit(code)
	}
	if text := os.Getenv(frontEnv); text != "" {
		os.Exit(frontMain(text))
	}
	os.Exit(m.Run())
}

// frontMain is what cmd/wirelark does with a command line. It needs the main
// goroutine of a process.
func frontMain(text string) int {
	s := &sandbox.Spec{}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return CodeUsage
	}
	os.Unsetenv(frontEnv)
	return sandbox.Front{Stdout: os.Stdout, Stderr: os.Stderr}.Run(s)
}

// program is what the labs of these tests run, by the first argument. Each
// line that it writes to the standard output is something that went wrong.
func program(ctx context.Context, l *sandbox.Lab) int {
	switch l.Spec.Args[0] {
	case "chunks":
		return runChunks(ctx, l)
	case "examples":
		return runExamples(ctx, l)
	}
	fmt.Fprintln(l.Stderr, "no such program:", l.Spec.Args[0])
	return CodeUsage
}

// patience is how long one lab may take on a busy machine.
const patience = 5 * time.Minute

// inLab runs a program of these tests in a lab whose project is the folder of
// the script, and returns what it wrote.
func inLab(t *testing.T, script string, args ...string) string {
	t.Helper()
	spec := &sandbox.Spec{Args: args, Script: script, Project: filepath.Dir(script), Dir: filepath.Dir(script)}
	b, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), frontEnv+"="+string(b))
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Errorf("lab: %s\n%s", err, problems.Bytes())
	}
	return out.String()
}

// absolute is a path in the tree of the sources as the lab knows it.
func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		t.Fatal(err)
	}
	return abs
}
