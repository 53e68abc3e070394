// Package suite finds tests, chooses among them, and runs them side by side,
// each in a lab of its own.
package suite

import (
	"time"

	"wirelark/builtins"
)

// A Test is one that was found.
type Test struct {
	builtins.Test
	File  string // absolute path
	Shown string // the file as the user names it
}

// ID names the test on the command line and in reports.
func (t *Test) ID() string {
	if t.Function == "" {
		return t.Shown
	}
	return t.Shown + "::" + t.Name
}

// A Status is what became of a test.
type Status string

// Those that end a suite well come first.
const (
	Passed       Status = "passed"
	Skipped      Status = "skipped"     // this machine cannot, or the script says so
	XFailed      Status = "xfailed"     // failed, as its mark says
	Flaky        Status = "flaky"       // passed when it was run again
	Failed       Status = "failed"      // a check, an error, its time limit
	XPassed      Status = "xpassed"     // passed, though its mark says that it must fail
	NotAllowed   Status = "not allowed" // skipped where no skip is allowed
	LeftBehind   Status = "left behind" // not all could be unmade
	Interrupted  Status = "interrupted"
	Inconclusive Status = "inconclusive" // a deadline passed while the machine stood still
)

// Bad reports whether the status is a failure.
func (s Status) Bad() bool {
	switch s {
	case Failed, XPassed, NotAllowed, LeftBehind:
		return true
	}
	return false
}

// Undecided reports whether the test has neither passed nor failed.
func (s Status) Undecided() bool {
	return s == Skipped || s == XFailed || s == Interrupted || s == Inconclusive
}

// InFull reports whether a report shows all of such a test: it failed, or may
// have.
func (s Status) InFull() bool { return s.Bad() || s == Inconclusive }

// A Result is what became of a test in one run of it, and of those before if
// it was tried again.
type Result struct {
	*Test
	Round    int    // from 1
	Title    string // the ID, with the round if there are several
	Status   Status
	Reason   string // why it was skipped, and the like; "" if there is nothing to say
	Outcome  builtins.Outcome
	Output   []byte // what it printed, and its report
	Lost     int64  // bytes in the middle of the output that were not kept
	Duration time.Duration
	Attempts int
	Dir      string // of its artifacts, "" if none are kept
	Written  int    // snapshots that were not there
	Changed  int    // and others
}
