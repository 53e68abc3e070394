package main

import (
	"os"
	"slices"

	"wirelark/cmd/wirelark/suite"
)

// cacheFolder is the user's, "" for none.
func cacheFolder() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return dir
}

// lastFailed orders tests as --lf asks: those that failed when they were last
// run before the others, or without them.
func (t *testRun) lastFailed(tests []*suite.Test) []*suite.Test {
	if t.o.lf == "" || len(tests) == 0 {
		return tests
	}
	failed, rest := t.memory.Failed(tests)
	switch {
	case !t.memory.Known():
		say(t.s.err, "test: --lf: nothing is known of an earlier run: all tests run")
	case t.o.lf == "only":
		t.spared = len(failed) == 0
		return failed
	}
	return slices.Concat(failed, rest)
}

// remember keeps which tests failed. That it cannot be kept is told to those
// who ask for it only.
func (t *testRun) remember() {
	if err := t.memory.Save(t.found); err != nil && t.o.lf != "" {
		say(t.s.err, "test: --lf: what failed now is not kept: %s", err)
	}
}
