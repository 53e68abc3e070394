package sandbox

import (
	"strings"
	"testing"
)

const bug = "wirelark: internal error, please report it: "
const where = "wirelark: run it again with WIRELARK_TRACE=1 to see where\n"

func TestPanicIsAnInternalError(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"panic"}
		run(t, u, s).is(t, ended{1, "", bug + "panic: assignment to entry in nil map\n" + where})
	})
}

func TestFatalErrorIsAnInternalError(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"fatal"}
		run(t, u, s).is(t, ended{1, "", bug + "fatal error: sync: unlock of unlocked mutex\n" + where})
	})
}

func TestTraceShowsWhere(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Args = []string{"panic"}
	c := front(t, u, s)
	c.Env = append(c.Env, "WIRELARK_TRACE=1")
	got := c.start(t).end(t)
	if got.code != 1 || !strings.Contains(got.stderr, " [running") || !strings.Contains(got.stderr, "program_test.go:") || strings.Contains(got.stderr, where) {
		t.Errorf("got %d, %q, want the trace", got.code, got.stderr)
	}
}

// TestStrayWordsAreShown: what is written to the engine's own standard error
// is no reason to fail.
func TestStrayWordsAreShown(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Args = []string{"noise"}
	run(t, u, s).is(t, ended{0, "", "noise\n"})
}
