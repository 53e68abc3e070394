// Package report writes what became of tests: for a person, and for programs.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"wirelark/cmd/wirelark/suite"
)

// A Summary is what a whole run of tests came to.
type Summary struct {
	Results  []*suite.Result
	Tally    suite.Tally
	Broken   []suite.Broken
	Duration time.Duration
	Kernel   string    // the kernel's release
	Version  string    // of this program
	Programs []Program // that ran
}

// A Program is one that tests ran, and the package and version it is of.
type Program struct{ Name, Version string }

// A Console shows results to a person.
type Console struct {
	W       io.Writer
	Color   bool
	Live    bool // the output of tests was shown as it came
	Verbose bool // the output of tests that passed, too
}

// words is what a status is called in a line, and its colour.
var words = map[suite.Status]struct{ word, color string }{
	suite.Passed: {"ok", "32"}, suite.Failed: {"FAIL", "1;31"}, suite.Skipped: {"skip", "33"}, suite.XFailed: {"xfail", "33"},
	suite.XPassed: {"FAIL", "1;31"}, suite.Flaky: {"FLAKY", "1;33"}, suite.NotAllowed: {"FAIL", "1;31"}, suite.LeftBehind: {"FAIL", "1;31"},
	suite.Interrupted: {"stop", "33"}, suite.Inconclusive: {"doubt", "1;33"},
}

func (c *Console) paint(code, s string) string {
	if !c.Color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// Line writes the line of a test that has ended.
func (c *Console) Line(r *suite.Result) {
	w := words[r.Status]
	line := r.Title + "  " + brief(r.Duration)
	if r.Reason != "" {
		line += ": " + r.Reason
	}
	fmt.Fprintln(c.W, c.paint(w.color, fmt.Sprintf("%-5s", w.word))+" "+printable(line))
	if c.Verbose && !r.Status.InFull() {
		c.output(r)
	}
}

// Close writes what failed in full, what took longest, and the closing line.
func (c *Console) Close(s *Summary) {
	for _, b := range s.Broken {
		fmt.Fprintf(c.W, "\n%s\n%s", c.paint("1;31", "=== "+b.Shown+" has mistakes, and none of its tests was run"), b.Text)
	}
	for _, r := range s.Results {
		if r.Status.InFull() {
			fmt.Fprintf(c.W, "\n%s\n", c.paint("1;31", "=== "+printable(r.Title)))
			if r.Status != suite.Failed {
				fmt.Fprintln(c.W, printable(r.Reason))
			}
			c.output(r)
			if r.Dir != "" {
				fmt.Fprintln(c.W, "  artifacts: "+r.Dir)
			}
		}
	}
	c.slowest(s)
	fmt.Fprintf(c.W, "\n%s in %s\n", c.closing(s), brief(s.Duration))
}

// output writes what a test printed.
func (c *Console) output(r *suite.Result) {
	if c.Live {
		fmt.Fprintln(c.W, "  its report stands above")
		return
	}
	lines := strings.SplitAfter(string(r.Output), "\n")
	gap := len(lines)
	if r.Lost > 0 { // in the middle
		gap = strings.Count(string(r.Output[:len(r.Output)/2]), "\n") + 1
	}
	for i, line := range lines {
		if i == gap {
			fmt.Fprintf(c.W, "  … %d bytes of its output were not kept …\n", r.Lost)
		}
		if line != "" {
			fmt.Fprintln(c.W, printable(strings.TrimSuffix(line, "\n")))
		}
	}
}

// shownSlowest is how many of the slowest tests are named, and slow how long
// they take at least.
const (
	shownSlowest = 5
	slow         = time.Second
)

func (c *Console) slowest(s *Summary) {
	list := slices.Clone(s.Results)
	slices.SortStableFunc(list, func(a, b *suite.Result) int { return int(b.Duration - a.Duration) })
	list = list[:min(len(list), shownSlowest)]
	list = slices.DeleteFunc(list, func(r *suite.Result) bool { return r.Duration < slow })
	if len(list) == 0 || len(s.Results) < 2 {
		return
	}
	fmt.Fprintln(c.W, "\nslowest:")
	for _, r := range list {
		fmt.Fprintf(c.W, "  %8s  %s\n", brief(r.Duration), printable(r.Title))
	}
}

// closing is the line that says it all: passed, failed and skipped always, the
// rest if there is any.
func (c *Console) closing(s *Summary) string {
	t, n, failed := s.Tally, s.Tally.By, s.Tally.Failed()
	parts := []string{fmt.Sprintf("%d passed", n[suite.Passed]), fmt.Sprintf("%d failed", failed), fmt.Sprintf("%d skipped", n[suite.Skipped])}
	for _, x := range []struct {
		n         int
		one, many string
	}{
		{n[suite.Flaky], "flaky", "flaky"}, {n[suite.Inconclusive], "inconclusive", "inconclusive"}, {n[suite.XFailed], "failed as expected", "failed as expected"},
		{n[suite.Interrupted], "interrupted", "interrupted"},
		{t.KnownBugs, "known bug", "known bugs"}, {t.Unchecked, "without a check", "without a check"}, {len(s.Broken), "file with mistakes", "files with mistakes"},
		{t.Written, "snapshot written", "snapshots written"}, {t.Changed, "snapshot changed", "snapshots changed"},
	} {
		switch {
		case x.n == 1:
			parts = append(parts, "1 "+x.one)
		case x.n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.many))
		}
	}
	color := "1;32"
	switch {
	case failed+len(s.Broken) > 0:
		color = "1;31"
	case n[suite.Passed] == 0 || n[suite.Flaky]+n[suite.Inconclusive] > 0:
		color = "1;33"
	}
	return c.paint(color, strings.Join(parts, ", "))
}

// brief is a time as a person reads it.
func brief(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// printable shows control characters instead of sending them.
func printable(s string) string {
	var w strings.Builder
	for _, r := range s {
		if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 {
			fmt.Fprintf(&w, `\x%02x`, r)
			continue
		}
		w.WriteRune(r)
	}
	return w.String()
}
