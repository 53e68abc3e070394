package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A bench is one run of all contests.
type bench struct {
	dir   string // what both kinds of user can read
	runs  int
	quick bool
	rows  []row
}

// A side is one way to do something.
type side struct {
	name string
	argv []string
	user bool  // as an ordinary user
	less *side // whose time is taken off: what is not to be measured
	per  int   // operations in one run; 0 for 1
}

// A contest compares wirelark with a baseline.
type contest struct {
	name     string
	us, them side
	goal     string // what we hold ourselves to, in words
	large    bool   // left out by -quick
}

// A row is the outcome of a contest: times of one operation, and how many
// times longer the baseline takes, pair by pair.
type row struct {
	contest
	usTimes, themTimes []time.Duration
	ratios             []float64
}

// ordinary is the user that rootless labs are measured as. It needs no entry
// in /etc/passwd.
const ordinary = 4242

func newBench(runs int, quick bool) (*bench, error) {
	dir, err := os.MkdirTemp("", "wirelark-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, runs: runs, quick: quick}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "wirelark"), "./cmd/wirelark")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build wirelark: %w\n%s", err, text)
	}
	for _, pattern := range []string{"bench/scripts/*", "scripts/hello.star"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("%s is not here: run it from the project's folder", pattern)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(f)), text, 0o755); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// measure runs the contests that are named, or all.
func (b *bench) measure(names []string) error {
	for _, c := range b.contests() {
		if len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(c.name, n) }) {
			continue
		}
		if b.quick && c.large {
			continue
		}
		r := row{contest: c}
		runs := b.runs
		if c.large {
			runs = max(3, runs/2)
		}
		for i := range runs + 1 {
			us, err := b.time(c.us)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			them, err := b.time(c.them)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if i == 0 {
				continue // to warm up
			}
			r.usTimes, r.themTimes = append(r.usTimes, us), append(r.themTimes, them)
			r.ratios = append(r.ratios, float64(them)/float64(us))
		}
		b.rows = append(b.rows, r)
		fmt.Printf("%s: %s\n", c.name, strings.Join(r.cells()[1:], "  "))
	}
	return nil
}

// time runs a side once and returns the time of one operation.
func (b *bench) time(s side) (time.Duration, error) {
	d, err := b.once(s)
	if err == nil && s.less != nil {
		var rest time.Duration
		rest, err = b.once(*s.less)
		d = max(d-rest, time.Microsecond)
	}
	return d / time.Duration(max(s.per, 1)), err
}

func (b *bench) once(s side) (time.Duration, error) {
	cmd := exec.Command(s.argv[0], s.argv[1:]...)
	if s.argv[0] == insideName {
		cmd = &exec.Cmd{Path: "/proc/self/exe", Args: s.argv}
	}
	cmd.Dir = b.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if s.user {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: ordinary, Gid: ordinary}}
	}
	start := time.Now()
	err := cmd.Run()
	d := time.Since(start)
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(s.argv, " "), err, out.String())
	}
	return d, err
}

func spread[T any](list []T, compare func(a, b T) int) (low, middle, high T) {
	s := slices.SortedFunc(slices.Values(list), compare)
	return s[0], s[len(s)/2], s[len(s)-1]
}

func (r row) cells() []string {
	byTime := func(a, b time.Duration) int { return int(a - b) }
	text := func(list []time.Duration) string {
		low, mid, high := spread(list, byTime)
		return fmt.Sprintf("%s / %s / %s", brief(low), brief(mid), brief(high))
	}
	low, mid, high := spread(r.ratios, func(a, b float64) int {
		if a < b {
			return -1
		}
		return 1
	})
	return []string{r.name, text(r.usTimes), r.them.name, text(r.themTimes), fmt.Sprintf("%.2f / **%.2f** / %.2f", low, mid, high), r.goal}
}

// brief is a time with three digits.
func brief(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= 100*time.Millisecond:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	case d >= time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.0f µs", d.Seconds()*1e6)
}

// table is the outcome as Markdown.
func (b *bench) table() string {
	var w strings.Builder
	w.WriteString("| contest | wirelark: min / median / max | baseline | its time | baseline / wirelark | goal |\n|---|---|---|---|---|---|\n")
	for _, r := range b.rows {
		fmt.Fprintf(&w, "| %s |\n", strings.Join(r.cells(), " | "))
	}
	return w.String()
}
