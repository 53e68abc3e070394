package builtins

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A report is what a person reads when a script has failed. Its first line
// begins with a position that an editor or a terminal can follow.
type report struct {
	sc    *script
	w     io.Writer
	color bool
}

// Report writes what failed since it was called last, or nothing if nothing
// did.
func (r *Run) Report(w io.Writer, color bool) {
	rep := &report{r.script, w, color}
	ran := false
	for i, err := range r.Errs[r.reported:] {
		if i > 0 {
			rep.line("")
		}
		ran = rep.failure(err) || ran
	}
	r.reported = len(r.Errs)
	if ran && r.around != nil && r.stopped == nil {
		rep.surroundings(r.around, r.Errs[r.reported-1])
		r.around = nil // it is told once
	}
}

// report writes the mistakes of files that were only read.
func (e *StaticError) report(rep *report) {
	for i, p := range e.Problems {
		pos := rep.sc.short(p.Pos)
		rep.head(pos, p.Text)
		if src := rep.sc.source(p.Pos.Filename()); src != nil && p.Pos.Line > 0 {
			rep.lines(src.excerpt(p.Pos, p.Pos))
		}
		if p.Hint != "" {
			rep.line("      " + p.Hint)
		}
		last := i+1 == len(e.Problems) || e.Problems[i+1].Pos.Filename() != p.Pos.Filename()
		if last && p.From.Line > 0 {
			rep.line("  loaded from " + rep.sc.short(p.From).String())
		}
	}
}

// line writes a line of what may come from anywhere: a command's output, a
// script's own words. Control characters are shown, not sent.
func (rep *report) line(s string) { rep.raw(printable(s)) }

func (rep *report) raw(s string) { _, _ = io.WriteString(rep.w, s+"\n") }

// printable shows control characters in the notation of a string.
func printable(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	var w strings.Builder
	for _, r := range s {
		if !isControl(r) {
			w.WriteRune(r)
			continue
		}
		q := strconv.QuoteRune(r)
		w.WriteString(q[1 : len(q)-1])
	}
	return w.String()
}

func isControl(r rune) bool { return r != '\t' && unicode.IsControl(r) }

func (rep *report) lines(list []string) {
	for _, s := range list {
		rep.line(s)
	}
}

func (rep *report) paint(code, s string) string {
	if !rep.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// head writes the first line: where, and what.
func (rep *report) head(pos syntax.Position, text string) {
	where := pos.Filename()
	if pos.Line > 0 {
		where = pos.String()
	}
	rep.raw(rep.paint("1", printable(where)+":") + " " + rep.paint("1;31", printable(text)))
}

// failure writes one error. It reports whether the script had begun to run.
func (rep *report) failure(err error) bool {
	var static *StaticError
	var usage *UsageError
	switch {
	case errors.As(err, &static):
		static.report(rep)
		rep.loadedFrom(err, nil)
		return false
	case errors.As(err, &usage):
		rep.line("wirelark: " + usage.Text)
		return false
	}
	stack, cause := deepest(err)
	shown := map[string]bool{}
	frames := rep.frames(stack)
	if len(frames) == 0 {
		rep.raw(rep.paint("1;31", printable(headline(cause))))
	} else {
		rep.origin(frames[0], cause, shown)
	}
	rep.details(cause)
	if words := doubtOf(err); words != "" {
		rep.line("  inconclusive: " + words)
	}
	rep.locals(err)
	for i, f := range frames[min(1, len(frames)):] {
		if i == shownFrames {
			rep.line(fmt.Sprintf("  … and %d more", len(frames)-1-i))
			break
		}
		rep.line(fmt.Sprintf("  called from %s in %s", rep.place(f.Pos, shown), f.Name))
	}
	rep.loadedFrom(err, shown)
	return true
}

// origin writes where an error arose: position, message, source.
func (rep *report) origin(f starlark.CallFrame, cause error, shown map[string]bool) {
	src := rep.sc.source(f.Pos.Filename())
	start, end := f.Pos, f.Pos
	if src != nil {
		start, end = src.span(f.Pos)
	}
	shown[f.Pos.String()] = true
	text := headline(cause)
	if f.Name != "<toplevel>" && f.Name != "<expr>" && f.Name != "lambda" {
		text += " (in " + f.Name + ")"
	}
	rep.head(rep.sc.short(start), text)
	if src != nil {
		rep.lines(src.excerpt(start, end))
		if hint := evalHint(headline(cause)); hint != "" {
			rep.line("      " + hint)
		}
	}
}

// place is a position as messages give it, that of the whole expression.
func (rep *report) place(pos syntax.Position, shown map[string]bool) string {
	if shown != nil {
		shown[pos.String()] = true
	}
	if src := rep.sc.source(pos.Filename()); src != nil {
		pos, _ = src.span(pos)
	}
	return rep.sc.short(pos).String()
}

// loadedFrom writes which loads led to the file with the error.
func (rep *report) loadedFrom(err error, shown map[string]bool) {
	for _, stack := range stacks(err) {
		if frames := rep.frames(stack); len(frames) > 0 && !shown[frames[0].Pos.String()] {
			how := "loaded"
			if stack.At(0).Pos.Filename() == builtinFile {
				how = "called" // by a builtin that runs functions
			}
			rep.line("  " + how + " from " + rep.place(frames[0].Pos, nil))
		}
	}
}

// frames are the frames of a stack that lie in files, innermost first.
func (rep *report) frames(stack starlark.CallStack) []starlark.CallFrame {
	var out []starlark.CallFrame
	for i := len(stack) - 1; i >= 0; i-- {
		if f := stack[i]; f.Pos.Filename() != builtinFile && f.Pos.Line > 0 {
			out = append(out, f)
		}
	}
	return out
}

// stacks are the call stacks of an error and of those that it wraps, the
// innermost first.
func stacks(err error) []starlark.CallStack {
	list, _ := unwind(err)
	return list
}

// deepest is where an error arose first, and why.
func deepest(err error) (starlark.CallStack, error) {
	list, cause := unwind(err)
	if len(list) == 0 {
		return nil, cause
	}
	return list[0], cause
}

// unwind takes an error and its call stacks, the innermost first, apart.
func unwind(err error) (list []starlark.CallStack, cause error) {
	for {
		var ee *starlark.EvalError
		var loc *located
		switch {
		case errors.As(err, &loc):
			list = append([]starlark.CallStack{loc.stack}, list...)
			err = loc.err
		case errors.As(err, &ee):
			list = append([]starlark.CallStack{ee.CallStack}, list...)
			if ee.Unwrap() == nil {
				return list, ee
			}
			err = ee.Unwrap()
		default:
			return list, err
		}
	}
}

// headline is an error in one line.
func headline(err error) string {
	var f *checkFailure
	var fl *failure
	var skipped *skipError
	switch {
	case errors.As(err, &f):
		s := f.builtin + " failed"
		switch {
		case f.msg != "":
			s += ": " + f.msg
		case f.text != "":
			s += ": " + short(f.text, 120)
		}
		return s
	case errors.As(err, &fl):
		return fl.msg
	case errors.As(err, &skipped):
		return "skipped: " + skipped.reason
	}
	return strings.TrimPrefix(err.Error(), cancelled) // the reason says it
}
