// Tally reads what `go test -json` and `go tool test2json` say, shows what a
// person needs of it, and counts.
//
// It writes a line for each package, all that a failed test said, and each
// skip with its reason. The counts are added to a file, so that several lanes
// can be summed, and so is what it showed of failures, each line after a bar:
// whoever sums can end with it. The file is also the lock by which lanes that
// run side by side do not mix what they show. With -strict, a skip fails unless its reason is a line of
// the file of allowed ones: a test that is skipped shows nothing.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the program. It returns 1 if a test failed.
func run(args []string, in io.Reader, out, problems io.Writer) int {
	f := flag.NewFlagSet("tally", flag.ContinueOnError)
	f.SetOutput(problems)
	lane := f.String("lane", "", "the `name` of what is counted")
	strict := f.Bool("strict", false, "a skip fails unless it is allowed")
	allowed := f.String("allowed", "", "the `file` of reasons that are")
	counts := f.String("counts", "", "the `file` that the counts are added to")
	if err := f.Parse(args); err != nil {
		return 2
	}
	c := &count{lane: *lane, strict: *strict, said: map[string][]string{}, packages: map[string]*tests{}}
	if *allowed != "" {
		text, err := os.ReadFile(*allowed)
		if err != nil {
			fmt.Fprintln(problems, err)
			return 2
		}
		c.allowed = reasons(string(text))
	}
	file, err := openCounts(*counts)
	if err == nil {
		err = c.read(in, out, file)
	}
	if err != nil {
		fmt.Fprintln(problems, err)
		return 2
	}
	if c.failed > 0 {
		return 1
	}
	return 0
}

// reasons are the lines of the file of allowed skips that are no comments.
func reasons(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

// An event is one line of what test2json writes.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

// tests counts those of one package.
type tests struct{ passed, failed, skipped int }

// count is what was counted so far.
type count struct {
	tests
	lane     string
	out      bytes.Buffer // what the current line makes worth showing
	failures bytes.Buffer // what was shown of failed tests
	strict   bool
	allowed  []string
	said     map[string][]string // by package and test, until it has ended
	packages map[string]*tests
}

func (c *count) line(text []byte) {
	var e event
	if json.Unmarshal(text, &e) != nil || e.Action == "" {
		fmt.Fprintf(&c.out, "%s", text) // of a build, or of what runs the tests
		return
	}
	id := e.Package + " " + e.Test
	p := c.packages[e.Package]
	if p == nil {
		p = &tests{}
		c.packages[e.Package] = p
	}
	switch e.Action {
	case "output", "build-output":
		c.said[id] = append(c.said[id], e.Output)
		return
	case "pass":
		c.leftOut(e)
		if e.Test != "" {
			p.passed++
		}
	case "fail":
		c.fail(e, p)
	case "skip":
		c.skip(e, p)
	default:
		return
	}
	delete(c.said, id)
	if e.Test == "" && *p != (tests{}) {
		c.passed, c.failed, c.skipped = c.passed+p.passed, c.failed+p.failed, c.skipped+p.skipped
		fmt.Fprintf(&c.out, "%-4s %s: %s: %d passed, %d failed, %d skipped in %.1fs\n",
			map[bool]string{true: "ok", false: "FAIL"}[p.failed == 0], c.lane, e.Package, p.passed, p.failed, p.skipped, e.Elapsed)
	}
}

// leftOut shows what a test said that it does not test here, though it passed.
func (c *count) leftOut(e event) {
	for _, s := range c.said[e.Package+" "+e.Test] {
		if strings.Contains(s, "NOT TESTED") {
			fmt.Fprintf(&c.out, "part %s: %s %s: %s\n", c.lane, e.Package, e.Test, strings.TrimSpace(s))
		}
	}
}

// fail shows what a failed test said. A package that fails although none of
// its tests did, as one that panics or leaks does, counts as one.
func (c *count) fail(e event, p *tests) {
	if e.Test == "" && p.failed > 0 {
		return
	}
	p.failed++
	said := c.said[e.Package+" "+e.Test]
	c.failure("%s %s\n%s", e.Package, e.Test, strings.Join(append([]string{""}, said...), "    "))
}

// failure shows a failure, and keeps it for the end.
func (c *count) failure(format string, args ...any) {
	text := fmt.Sprintf("FAIL "+c.lane+": "+format, args...)
	c.out.WriteString(text)
	for line := range strings.Lines(text) {
		fmt.Fprintf(&c.failures, "| %s\n", strings.TrimRight(line, "\n"))
	}
}

var skipReason = regexp.MustCompile(`^\s*\S+\.go:\d+: (.*)`)

// skip shows why a test was skipped, and judges it.
func (c *count) skip(e event, p *tests) {
	if e.Test == "" {
		return // a package without tests
	}
	reason := "for no reason"
	for _, s := range c.said[e.Package+" "+e.Test] {
		if m := skipReason.FindStringSubmatch(strings.TrimRight(s, "\n")); m != nil {
			reason = m[1]
		}
	}
	if c.strict && !slices.Contains(c.allowed, reason) {
		p.failed++
		c.failure("%s %s: skipped, which is not allowed: %s\n", e.Package, e.Test, reason)
		return
	}
	p.skipped++
	fmt.Fprintf(&c.out, "skip %s: %s %s: %s\n", c.lane, e.Package, e.Test, reason)
}

// openCounts opens the file that the counts are added to. Several lanes add to
// it, a line each.
func openCounts(path string) (*os.File, error) {
	if path == "" {
		path = os.DevNull
	}
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
}

// read counts what in says until it ends, shows each event whole, and adds the
// counts to a file.
func (c *count) read(in io.Reader, out io.Writer, counts *os.File) error {
	defer counts.Close()
	lines := bufio.NewReader(in)
	for {
		line, end := lines.ReadBytes('\n')
		if len(line) > 0 {
			c.line(line)
		}
		if err := c.show(out, counts); err != nil {
			return err
		}
		if end != nil {
			break
		}
	}
	_, err := fmt.Fprintf(counts, "%s%d %d %d\n", c.failures.Bytes(), c.passed, c.failed, c.skipped)
	return err
}

// show writes what there is while no other lane does.
func (c *count) show(out io.Writer, lock *os.File) error {
	if c.out.Len() == 0 {
		return nil
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	_, err := c.out.WriteTo(out)
	return errors.Join(err, syscall.Flock(int(lock.Fd()), syscall.LOCK_UN))
}
