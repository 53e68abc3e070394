package builtins

import (
	"errors"
	"fmt"
	"time"

	"wirelark/builtins/decl"
)

// A wait whose deadline passed while the machine stood still tells nothing of
// the network, and a failure that follows from it none of the script. Such a
// failure is inconclusive. It follows from the wait if the wait itself failed,
// or if nothing was done on the machine between the two.

// A late wait is one whose deadline passed while the machine stood still.
type late struct {
	words string
	steps int // how many there were when it had ended
}

// shareStalled is the share of a wait for which the machine must have stood
// still: a third.
const shareStalled = 3

// stalled says in words that the machine stood still during a wait that has
// just ended, "" if it did not.
func (sc *script) stalled(what string, began time.Time) string {
	took, stood := time.Since(began), sc.session.Stalled(began)
	if stood == 0 || stood < took/shareStalled {
		return ""
	}
	return fmt.Sprintf("%s passed while the machine stood still for %s of %s", what, decl.ShortDuration(stood.Round(10*time.Millisecond)), decl.ShortDuration(took.Round(10*time.Millisecond)))
}

// noteLate notes a call whose deadline has passed.
func (s *strand) noteLate(builtin string, limit time.Duration, began time.Time) {
	s.late = nil
	if words := s.script.stalled(fmt.Sprintf("the deadline of %s of %s", decl.ShortDuration(limit), builtin), began); words != "" {
		s.late = &late{words, s.script.session.StepCount()}
	}
}

// doubt wraps a failure that has just arisen if it is inconclusive.
func (s *strand) doubt(err error) error {
	if err == nil || s.late == nil || s.late.steps != s.script.session.StepCount() || codeOf(err) != CodeFailed {
		return err
	}
	return &inconclusive{err, s.late.words}
}

// An inconclusive failure may be the machine's.
type inconclusive struct {
	err   error
	words string
}

func (e *inconclusive) Error() string { return e.err.Error() }
func (e *inconclusive) Unwrap() error { return e.err }

// doubtOf says why a failure is inconclusive, "" if it is not.
func doubtOf(err error) string {
	var e *inconclusive
	if errors.As(err, &e) {
		return e.words
	}
	return ""
}

// Inconclusive says why all that failed may be the machine's, "" if something
// else is among it, or nothing failed.
func (r *Run) Inconclusive() string {
	words := ""
	for _, err := range r.Errs {
		w := doubtOf(err)
		if w == "" {
			return ""
		}
		words = w
	}
	return words
}
