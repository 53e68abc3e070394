package builtins

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

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
	var wait *runtime.NotReady
	var died *processDied
	var rules *rulesetError
	switch {
	case errors.As(err, &f):
		rep.operands(f)
	case errors.As(err, &cmd):
		rep.command("", cmd.res)
	case errors.As(err, &rules):
		rep.ruleset(rules)
	case errors.As(err, &wait):
		rep.notReady(wait.Process, wait.State)
	case errors.As(err, &died):
		rep.notReady(died.p, died.p.State())
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
		rep.line(fmt.Sprintf("      | %-*s = %s", width, short(o.text, 80), o.value))
	}
	for _, n := range append(f.notes, f.seen...) {
		rep.line("      | " + n)
	}
	if f.diff != "" {
		rep.line("      | " + cmp.Or(f.sides, "- left, + right") + ":")
		for _, s := range strings.Split(f.diff, "\n") {
			rep.line(strings.TrimRight("      |   "+s, " "))
		}
	}
}

// command writes a command and the end of what it wrote.
func (rep *report) command(title string, res *runtime.Result) {
	rep.line(fmt.Sprintf("  %scommand in %s, %s: %s", title, res.Namespace, res.Ending(), shortCommand(res.Argv)))
	for _, out := range []struct {
		name       string
		data, tail []byte
		over       int64
	}{{"stdout", res.Stdout, res.StdoutTail, res.StdoutOver}, {"stderr", res.Stderr, res.StderrTail, res.StderrOver}} {
		list := lines(string(text(out.data)))
		if out.over > 0 {
			list = lines(string(text(out.tail)))
			rep.line(fmt.Sprintf("    %s | … %d bytes before, of them %d over the limit", out.name, int64(len(out.data))+out.over-int64(len(out.tail)), out.over))
		}
		if more := len(list) - shownOutput; more > 0 {
			if out.over == 0 {
				rep.line(fmt.Sprintf("    %s | … %d lines before", out.name, more))
			}
			list = list[more:]
		}
		for _, s := range list {
			rep.line("    " + out.name + " | " + shorten(printable(s), 400))
		}
	}
}

// shortCommand is a command in one line, the lines of a shell script marked.
func shortCommand(argv []string) string {
	lines := strings.Split(strings.TrimSpace(strings.Join(argv, " ")), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return short(strings.Join(lines, " ⏎ "), 200)
}

// surroundings are what a script and its lab were like when it failed, before
// anything that it deferred has run.
type surroundings struct {
	network []string
	steps   []*runtime.Step
	last    *runtime.Result // of the last step, if that was a command
}

func (sc *script) surroundings() *surroundings {
	a := &surroundings{network: sc.network(), steps: sc.session.Steps()}
	if sc.last != nil && sc.lastStep == len(a.steps) {
		a.last = sc.last
	}
	sc.keepState()
	return a
}

// surroundings writes what was going on: the last command, the network, the
// last steps, and how to run the script again.
func (rep *report) surroundings(a *surroundings, err error) {
	var cmd *commandError
	if a.last != nil && !(errors.As(err, &cmd) && cmd.res == a.last) {
		rep.command("last ", a.last)
	}
	if len(a.network) > 0 {
		rep.line("  network:")
		for _, s := range a.network {
			rep.line("    " + s)
		}
	}
	if len(a.steps) > 0 {
		rep.line("  last steps:")
		rep.lines(lastSteps(a.steps))
	}
	if again := rep.sc.opt.Again; again != "" {
		rep.line("  again: " + again)
	}
}

// lastSteps describes the newest steps, a row of equal ones in one line, under
// the titles that the script gave them.
func lastSteps(steps []*runtime.Step) []string {
	var rows [][]string
	section := ""
	for i := len(steps) - 1; i >= 0 && len(rows) < shownSteps; {
		st, n := steps[i], 1
		for i-n >= 0 && steps[i-n].Pos() == st.Pos() && steps[i-n].String() == st.String() {
			n++
		}
		words := stepWords(st)
		if n > 1 {
			words += fmt.Sprintf("  (%d times)", n)
		}
		if st.Section != section && len(rows) > 0 && section != "" {
			rows = append(rows, []string{"  # " + section})
		}
		section = st.Section
		rows = append(rows, []string{"    " + st.Pos(), words})
		i -= n
	}
	if section != "" {
		rows = append(rows, []string{"  # " + section})
	}
	slices.Reverse(rows)
	return align(rows)
}

// spared is what the equivalent of a step says to be exact, and a reader of
// the last steps need not know.
var spared = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(` (numtxqueues 1|numrxqueues 1|address [0-9a-f:]+|proto static)\b`)
})

// stepWords is a step as a reader wants it: what was done, and whether it
// went well.
func stepWords(st *runtime.Step) string {
	s := short(spared().ReplaceAllString(strings.ReplaceAll(strings.TrimSpace(st.String()), "\n", " ⏎ "), ""), 160)
	switch {
	case st.Err != nil:
		s += "  ✗"
	case st.Outcome != "":
		s += "  → " + st.Outcome
	}
	return s
}
