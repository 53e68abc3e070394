package builtins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.starlark.net/syntax"

	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

// A file of testdata/builtin is divided into chunks at lines of "---". Each is
// a script of its own. A line that must fail says so at its end:
//
//	exec_in(n, "false") ### "exit 1"
//
// A chunk with n such lines is run n+1 times: once without any of them, when
// it must pass, and n times with one of them, when it must fail there, and
// nowhere else, with a text that matches. A chunk with lines that begin with
// "#> " must, when it passes, print exactly these.

// A chunk is one script, its lines where they are in the file.
type chunk struct {
	path   string
	from   int // index of the first line
	lines  []string
	wants  map[int]*regexp.Regexp // by line, from 1
	spans  map[int][2]int         // the lines of the statement that a want is in
	prints []string
}

var wantMark = regexp.MustCompile("^(.*?)\\s*### (\".*\"|`.*`)\\s*$")

// readChunks divides a file.
func readChunks(path string) ([]*chunk, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	newChunk := func(from int) *chunk {
		return &chunk{path: path, from: from, wants: map[int]*regexp.Regexp{}}
	}
	c := newChunk(0)
	list := []*chunk{c}
	for i, line := range strings.Split(string(b), "\n") {
		if line == "---" {
			c = newChunk(i + 1)
			list = append(list, c)
			continue
		}
		if m := wantMark.FindStringSubmatch(line); m != nil {
			pattern, err := strconv.Unquote(m[2])
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %s: %w", path, i+1, m[2], err)
			}
			re, err := regexp.Compile("(?s)" + pattern)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
			}
			c.wants[i+1], line = re, m[1]
		} else if strings.Contains(line, "###") {
			return nil, fmt.Errorf("%s:%d: ### is not followed by a pattern in quotes", path, i+1)
		}
		if text, ok := strings.CutPrefix(line, "#> "); ok {
			c.prints = append(c.prints, text)
		}
		c.lines = append(c.lines, line)
	}
	for _, c := range list {
		c.span()
	}
	return list, nil
}

// span finds the statements that the marked lines are in.
func (c *chunk) span() {
	c.spans = map[int][2]int{}
	for line := range c.wants {
		c.spans[line] = [2]int{line, line}
	}
	f, err := dialect.Parse(c.path, c.text(0, false), 0)
	if err != nil {
		return // the mistake that is to be told
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		if stmt, ok := n.(syntax.Stmt); ok {
			start, end := stmt.Span()
			for line := range c.wants {
				if int(start.Line) <= line && line <= int(end.Line) {
					c.spans[line] = [2]int{int(start.Line), int(end.Line)} // the innermost comes last
				}
			}
		}
		return true
	})
}

// text is the chunk as a file, its lines where they were. If only, the
// statements that must fail are taken out but for that of line keep.
func (c *chunk) text(keep int, only bool) string {
	lines := slices.Clone(c.lines)
	if only {
		for at, span := range c.spans {
			if at == keep {
				continue
			}
			for i := span[0]; i <= span[1]; i++ {
				line := lines[i-1-c.from]
				if lines[i-1-c.from] = ""; i == span[0] {
					lines[i-1-c.from] = line[:len(line)-len(strings.TrimLeft(line, " \t"))] + "pass"
				}
			}
		}
	}
	return strings.Repeat("\n", c.from) + strings.Join(lines, "\n")
}

// A mishap is a failure of a script, its line and its text.
type mishap struct {
	line int
	text string
}

// run runs the chunk with at most one of the lines that must fail.
func (c *chunk) run(ctx context.Context, lab *sandbox.Lab, keep int) (bad []mishap, printed string, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var out strings.Builder
	note := func(s string) { out.WriteString("note: " + s + "\n") }
	s := labSession(lab, note)
	sc := newScript(ctx, s, Options{File: c.path, Root: lab.Spec.Project, Dir: lab.Spec.Dir, Stdout: &out, Note: note})
	text := c.text(keep, true)
	sc.sources[c.path] = &source{path: c.path, text: []byte(text), lines: strings.Split(text, "\n")}
	r := sc.execute()
	for _, e := range r.Errs {
		bad = append(bad, mishaps(sc, c.path, e)...)
	}
	unmade, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	return bad, out.String(), closeSession(unmade, s)
}

// closeSession unmakes a session and what its nodes wrote: the lab has others.
func closeSession(ctx context.Context, s *runtime.Session) error {
	err := s.Close(ctx)
	folders, _ := filepath.Glob(filepath.Join(sandbox.RunDir, "session-*"))
	for _, dir := range folders {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

func labSession(lab *sandbox.Lab, note func(string)) *runtime.Session {
	return runtime.NewSession(runtime.Options{
		Seed: 1, RunDir: sandbox.RunDir, Project: lab.Spec.Project, WorkDir: filepath.Dir(lab.Spec.Script), OneID: lab.OneID(), Behalf: lab.Behalf(), Note: note,
	})
}

// mishaps are the failures in a file that an error tells of.
func mishaps(sc *script, path string, err error) []mishap {
	var static *StaticError
	if errors.As(err, &static) && len(stacks(err)) == 0 {
		var list []mishap
		for _, p := range static.Problems {
			list = append(list, mishap{int(p.Pos.Line), p.Text + "\n" + p.Hint})
		}
		return list
	}
	var text strings.Builder
	rep := &report{sc: sc, w: &text}
	_, cause := deepest(err)
	rep.line(headline(cause))
	rep.details(cause)
	for _, stack := range stacks(err) {
		for _, f := range rep.frames(stack) {
			if f.Pos.Filename() != path {
				continue
			}
			src := sc.source(path)
			start, _ := src.span(f.Pos)
			text.WriteString(evalHint(headline(cause)))
			return []mishap{{int(start.Line), text.String()}}
		}
	}
	return []mishap{{0, text.String()}}
}

// test runs the chunk in all its forms and writes what is wrong.
func (c *chunk) test(ctx context.Context, lab *sandbox.Lab, w io.Writer) {
	name := filepath.Base(c.path)
	say := func(line int, format string, args ...any) {
		fmt.Fprintf(w, "%s:%d: %s\n", name, line, fmt.Sprintf(format, args...))
	}
	always, printed, err := c.run(ctx, lab, 0)
	if lacked(always, lab, fmt.Sprint("line ", c.from+1)) {
		return
	}
	for _, m := range always {
		say(m.line, "got failure %s, want none", strings.TrimSpace(m.text))
	}
	if err != nil {
		say(c.from+1, "got %s when the chunk was unmade", err)
	}
	if want := strings.Join(append(c.prints, ""), "\n"); c.prints != nil && printed != want {
		say(c.from+1, "got printed\n%swant\n%s", printed, want)
	}
	for _, line := range slices.Sorted(maps.Keys(c.wants)) {
		bad, _, err := c.run(ctx, lab, line)
		if err != nil {
			say(line, "got %s when the chunk was unmade", err)
		}
		if len(bad) == 0 {
			say(line, "got no failure, want one that matches %s", c.wants[line])
		}
		for i, m := range bad {
			text := strings.TrimSpace(m.text)
			switch span := c.spans[line]; {
			case slices.Contains(always, m): // was told
			case i > 0:
				say(m.line, "got another failure %s besides that of line %d", text, line)
			case m.line < span[0] || m.line > span[1]:
				say(m.line, "got failure %s, want it at line %d", text, line)
			case !c.wants[line].MatchString(text):
				say(line, "got failure %s\n\twant a match of %s", text, c.wants[line])
			}
		}
	}
}

// runChunks tests a file in a lab.
func runChunks(ctx context.Context, lab *sandbox.Lab) int {
	list, err := readChunks(lab.Spec.Script)
	if err != nil {
		fmt.Fprintln(lab.Stdout, err)
		return CodePassed
	}
	for _, c := range list {
		// Where the tests run for what a kernel has, only what asks for it.
		if lab.Spec.Args[1] == "any" || c.requires() {
			c.test(ctx, lab, lab.Stdout)
		}
	}
	return CodePassed
}

// runExamples runs the example of each builtin in a lab.
func runExamples(ctx context.Context, lab *sandbox.Lab) int {
	for _, b := range All {
		c := &chunk{path: lab.Spec.Script, lines: strings.Split(b.Example+"\n", "\n")}
		if lab.Spec.Args[1] != "any" && !c.requires() {
			continue
		}
		bad, _, err := c.run(ctx, lab, 0)
		if lacked(bad, lab, b.Name) {
			continue
		}
		for _, m := range bad {
			fmt.Fprintf(lab.Stdout, "example of %s, line %d: got failure %s\n", b.Name, m.line, m.text)
		}
		if err != nil {
			fmt.Fprintf(lab.Stdout, "example of %s: got %s when it was unmade\n", b.Name, err)
		}
	}
	return CodePassed
}
