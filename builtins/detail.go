package builtins

import (
	"errors"
	"slices"
	"strings"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// Limits of what a report shows.
const (
	shownSteps  = 6
	shownOutput = 20 // lines of a command's output
	shownFrames = 12
)

// details writes what an error knows besides its message.
func (rep *report) details(err error) {
	var f *checkFailure
	var cmd *commandError
	var bug *decl.Bug
	switch {
	case errors.As(err, &f):
		rep.operands(f)
	case errors.As(err, &cmd):
		rep.command("", cmd.res)
	case errors.As(err, &bug) && rep.sc.opt.Trace:
		rep.lines(strings.Split(strings.TrimSpace(string(bug.Stack)), "\n"))
	}
}

func (rep *report) operands(f *checkFailure) {
	width := 0
	for _, o := range f.operands {
		width = max(width, min(len([]rune(o.text)), 40))
	}
	for _, o := range f.operands {
		rep.line(sprintf("      | %-*s = %s", width, short(o.text, 80), o.value))
	}
	for _, n := range append(f.notes, f.seen...) {
		rep.line("      | " + n)
	}
	if f.diff != "" {
		rep.line("      | - left, + right:")
		for _, s := range strings.Split(f.diff, "\n") {
			rep.line(strings.TrimRight("      |   "+s, " "))
		}
	}
}

// command writes a command and the end of what it wrote.
func (rep *report) command(title string, res *runtime.Result) {
	rep.line(sprintf("  %scommand in %s, %s: %s", title, res.Namespace, ending(res), short(strings.Join(res.Argv, " "), 200)))
	for _, out := range []struct {
		name string
		data []byte
	}{{"stdout", res.Stdout}, {"stderr", res.Stderr}} {
		list := lines(string(text(out.data)))
		if more := len(list) - shownOutput; more > 0 {
			rep.line(sprintf("    %s | … %d lines before", out.name, more))
			list = list[more:]
		}
		for _, s := range list {
			if r := []rune(s); len(r) > 400 {
				s = string(r[:400]) + "…"
			}
			rep.line("    " + out.name + " | " + s)
		}
	}
}

// lastSteps describes the newest steps, a row of equal ones in one line.
func lastSteps(steps []*runtime.Step) []string {
	var rows [][]string
	for i := len(steps) - 1; i >= 0 && len(rows) < shownSteps; {
		st, n := steps[i], 1
		for i-n >= 0 && steps[i-n].Pos == st.Pos && steps[i-n].String() == st.String() {
			n++
		}
		text := short(st.String(), 160)
		if n > 1 {
			text += sprintf("  (%d times)", n)
		}
		if st.Err != nil {
			text += "  ✗"
		}
		rows = append(rows, []string{"    " + st.Pos, text})
		i -= n
	}
	slices.Reverse(rows)
	return align(rows)
}

// around writes what was going on: the last command, the network, the last
// steps, and how to run the script again.
func (rep *report) around(r *Run) {
	sc := rep.sc
	var cmd *commandError
	if sc.last != nil && !(len(r.Errs) > 0 && errors.As(r.Errs[len(r.Errs)-1], &cmd) && cmd.res == sc.last) {
		rep.command("last ", sc.last)
	}
	if len(r.network) > 0 {
		rep.line("  network:")
		for _, s := range r.network {
			rep.line("    " + s)
		}
	}
	if steps := sc.session.Steps(); len(steps) > 0 {
		rep.line("  last steps:")
		rep.lines(lastSteps(steps))
	}
	if sc.opt.Again != "" {
		rep.line("  again: " + sc.opt.Again)
	}
}
