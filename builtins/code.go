package builtins

import (
	"errors"

	"wirelark/runtime"
)

// Exit codes: what became of a script.
const (
	CodePassed      = 0
	CodeFailed      = 1
	CodeUsage       = 2
	CodeUnable      = 3
	CodeCleanup     = 4
	CodeInterrupted = 130
)

// Code is the exit code for the run.
func (r *Run) Code() int {
	code := CodePassed
	for _, err := range r.Errs {
		code = max(code, codeOf(err))
		if codeOf(err) == CodeFailed {
			return CodeFailed // a failure outweighs what could not be tried
		}
	}
	return code
}

func codeOf(err error) int {
	var usage *UsageError
	var static *StaticError
	var unable *runtime.Unable
	var skipped *skipError
	switch {
	case errors.As(err, &usage), errors.As(err, &static):
		return CodeUsage
	case errors.As(err, &unable), errors.As(err, &skipped), doubtOf(err) != "":
		return CodeUnable
	}
	return CodeFailed
}
