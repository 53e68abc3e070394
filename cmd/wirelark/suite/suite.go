// Package suite finds tests, chooses among them, and runs them side by side,
// each in a lab of its own.
package suite

import (
	"strconv"
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
	Skipped      Status = "skipped"      // this machine cannot, or the script says so
	XFailed      Status = "xfailed"      // failed, as its mark says
	Flaky        Status = "flaky"        // passed when it was run again
	Failed       Status = "failed"       // a check, an error, its time limit
	XPassed      Status = "xpassed"      // passed, though its mark says that it must fail
	NotAllowed   Status = "not allowed"  // skipped where no skip is allowed
	LeftBehind   Status = "left behind"  // not all could be unmade
	Inconclusive Status = "inconclusive" // failed for want of time while the machine was stalled
	Interrupted  Status = "interrupted"
)

// Bad reports whether the status is a failure.
func (s Status) Bad() bool {
	switch s {
	case Failed, XPassed, NotAllowed, LeftBehind:
		return true
	}
	return false
}

// A Result is what became of a test in one run of it, and of those before if
// it was tried again.
type Result struct {
	*Test
	Round    int // with Count, from 1
	Status   Status
	Reason   string // why it was skipped, and the like; "" if there is nothing to say
	Outcome  builtins.Outcome
	Output   []byte // what it printed, and its report
	Lost     int64  // bytes in the middle of the output that were not kept
	Duration time.Duration
	Attempts int
	Dir      string // of its artifacts, "" if none are kept
}

// Title is the ID, with the round if there are several.
func (r *Result) Title(rounds int) string {
	if rounds > 1 {
		return r.ID() + " (round " + strconv.Itoa(r.Round) + ")"
	}
	return r.ID()
}
