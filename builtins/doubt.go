package builtins

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

// A wait whose deadline passed while the machine stood still tells nothing of
// the network, and a failure that follows from it none of the script. Such a
// failure is inconclusive. It follows from the wait if it is the wait's own, or
// that of a check with the wait's result among its operands, unless something
// was done on the machine between the two.

// A late wait is one whose deadline passed while the machine stood still.
type late struct {
	words string
	value starlark.Value
	err   error
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
func (s *strand) noteLate(l decl.Late) {
	s.late = nil
	if words := s.script.stalled(fmt.Sprintf("the deadline of %s of %s", decl.ShortDuration(l.Limit), l.Builtin), l.Began); words != "" {
		s.late = &late{words, l.Value, l.Err, s.script.session.StepCount()}
	}
}

// doubt wraps a failure that has just arisen if it is inconclusive.
func (s *strand) doubt(err error) error {
	if err == nil || s.late == nil || s.late.steps != s.script.session.StepCount() || codeOf(err) != CodeFailed || !s.late.ledTo(err) {
		return err
	}
	return &inconclusive{err, s.late.words}
}

// ledTo reports whether a failure follows from the wait.
func (l *late) ledTo(err error) bool {
	var f *checkFailure
	return l.err != nil && errors.Is(err, l.err) || l.err == nil && errors.As(err, &f) && slices.ContainsFunc(f.values, func(v starlark.Value) bool { return same(v, l.value) })
}

// same reports whether two values are one.
func same(a, b starlark.Value) bool {
	return a != nil && b != nil && reflect.TypeOf(a).Comparable() && a == b
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
