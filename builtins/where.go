package builtins

import (
	"errors"
	"slices"

	"wirelark/runtime"
)

// Node is the name of the namespace that a failed script was at, or else of the
// first that lives; "" if there is none.
func (r *Run) Node() string {
	var e *commandError
	for _, err := range r.Errs {
		if errors.As(err, &e) {
			break
		}
	}
	living := r.script.session.Namespaces()
	lives := func(name string) bool {
		return slices.ContainsFunc(living, func(ns *runtime.Namespace) bool { return ns.Name == name })
	}
	if e != nil && lives(e.res.Namespace) {
		return e.res.Namespace
	}
	steps := r.script.session.Steps()
	for _, st := range slices.Backward(steps) {
		if lives(st.Namespace) {
			return st.Namespace
		}
	}
	if len(living) > 0 {
		return living[0].Name
	}
	return ""
}

// Ran reports whether the script had begun to run when it failed: not if its
// text was found wrong before.
func (r *Run) Ran() bool {
	var static *StaticError
	var usage *UsageError
	for _, err := range r.Errs {
		if errors.As(err, &static) || errors.As(err, &usage) {
			return false
		}
	}
	return true
}
