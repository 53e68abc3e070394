package builtins

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// errTimeUp is why the attempt under way is stopped when a wait is over.
var errTimeUp = errors.New("the time is up")

// try calls a function of the script from a builtin that can bear its failure.
func (sc *script) try(c *call, fn starlark.Callable) (starlark.Value, error) {
	return sc.callFrom(c.Thread, fn, nil, nil)
}

// attempt calls a function that is called again if it fails. The checks in it
// are not counted, and what expect records in it fails this attempt only.
func (s *strand) attempt(c *call, fn starlark.Callable) (starlark.Value, error) {
	checks, recorded := s.tally.Checks, len(s.failed)
	v, err := s.script.try(c, fn)
	s.tally.Checks = checks
	if len(s.failed) > recorded {
		if err == nil {
			err = s.failed[recorded]
		}
		s.failed = s.failed[:recorded]
	}
	return v, err
}

// within runs f so that what it calls in the script ends with ctx, a child of
// the strand's own context. The thread can be used again afterwards.
func (s *strand) within(t *starlark.Thread, ctx context.Context, f func()) {
	outer := s.ctx
	s.ctx = ctx
	cancelled := make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		t.Cancel(context.Cause(ctx).Error())
		close(cancelled)
	})
	f()
	s.ctx = outer
	if release() {
		return
	}
	<-cancelled
	t.Uncancel()
	if outer.Err() != nil { // it may have been cancelled just before
		t.Cancel(context.Cause(outer).Error())
	}
}

// fatal is err if nothing in the script may catch it: the script was stopped,
// or skips itself, or this program has a bug.
func (s *strand) fatal(err error) error {
	var bug *decl.Bug
	var skipped *skipError
	if s.ctx.Err() != nil || errors.As(err, &bug) || errors.As(err, &skipped) {
		return err
	}
	return nil
}

// notThere is what the language says of an element that is not there: that
// may come, or have gone.
var notThere = regexp.MustCompile(`out of range|not in dict`)

// slip is err if the language itself refused something: a division by zero, a
// text added to a number, an attribute that a value has not. An error of a
// builtin is none.
func slip(err error) error {
	stack, cause := deepest(err)
	var of *decl.Error
	if err == nil || len(stack) == 0 || stack.At(0).Pos.Filename() == builtinFile || errors.As(cause, &of) {
		return nil
	}
	return err
}

// mistake is err if it is fatal or a mistake of the script's author.
func (s *strand) mistake(err error) error {
	var misuse *decl.Misuse
	var static *StaticError
	if errors.As(err, &misuse) || errors.As(err, &static) || slip(err) != nil && !notThere.MatchString(err.Error()) {
		return err
	}
	return s.fatal(err)
}

// hopeless is err if it is a mistake or says that this machine cannot:
// trying again does not help.
func (s *strand) hopeless(err error) error {
	if runtime.IsLacking(err) {
		return err
	}
	return s.mistake(err)
}

// rootCause is what an error says, without where it arose.
func rootCause(err error) string {
	return strings.Replace(err.Error(), cancelled, "", 1) // the reason says it
}

// cancelled is how the interpreter begins when it was told to stop.
const cancelled = "Starlark computation cancelled: "

func (sc *script) note(format string, args ...any) {
	if sc.opt.Note != nil {
		sc.opt.Note(fmt.Sprintf(format, args...))
	}
}
