package suite

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"wirelark/builtins"
	"wirelark/runtime/sandbox"
)

// A Runner runs tests.
type Runner struct {
	Dir       string // where the user is
	Seed      uint64
	Again     string        // flags that belong to the command that repeats a test
	Timeout   time.Duration // of each test that has none of its own
	Slow      float64       // what time limits are multiplied by; 0 is 1
	Parallel  int           // how many at once
	Count     int           // how often each
	UntilFail bool          // again and again, until one fails
	Retries   int           // how often what failed is tried again
	MaxFail   int           // after how many failures no other is begun; 0 for never
	Artifacts string        // absolute path, or ""
	Strict    bool          // --sandbox
	Virtual   bool          // time is
	Update    bool          // snapshots are written, not compared
	Mode      sandbox.Mode  // that is asked for, "" for the best
	Verbose   bool
	Locals    bool     // failures show the variables of the frame that failed
	Outputs   bool     // a report wants to have the output of tests that pass
	NoSkip    bool     // a skip is a failure
	Allowed   []string // unless its reason begins with one of these

	// Live lets labs have the user's own files, one at a time; Shell then opens
	// a shell where a test failed, and Keep holds its lab until Ctrl-C.
	Live, Shell, Keep bool
	In, Out, Err      *os.File

	Interrupts *Interrupts // nil if labs hear signals themselves

	Began func(*Result) // is told of each before it runs; may be nil
	Ended func(*Result) // and after; one at a time

	failed int // bytes of what those that failed have printed
}

// A Call is the test that a lab runs, as the specification has it.
type Call struct {
	Function string
	Name     string
	Case     int
	Again    string   // the command that runs it once more
	Slow     float64  // what its deadlines are multiplied by
	Requires []string // what its mark says that it needs
	Others   *builtins.Others
}

// Run runs tests until all have ended, or as many have failed as may, or ctx
// ends; it must be called on the main goroutine, which starts the labs. Of an
// endless run, only the results of those that failed are kept.
func (r *Runner) Run(ctx context.Context, tests []*Test) (results []*Result, tally Tally) {
	work := make(chan *Result)
	starts := make(chan func())
	onMain := func(f func()) {
		done := make(chan struct{})
		starts <- func() { f(); close(done) }
		<-done
	}
	var mu sync.Mutex // of what follows
	failures, most := 0, r.MaxFail
	if r.UntilFail {
		most = 1
	}
	enough := make(chan struct{})
	var all sync.WaitGroup
	for range max(r.Parallel, 1) {
		all.Go(func() {
			for res := range work {
				if r.Began != nil {
					r.Began(res)
				}
				r.one(ctx, res, onMain)
				mu.Lock()
				tally.add(res)
				if res.Status.Bad() {
					if failures++; failures == most {
						close(enough)
					}
				}
				r.Ended(res)
				if r.spare(res); !r.UntilFail || res.Status.InFull() {
					results = append(results, res)
				}
				mu.Unlock()
			}
		})
	}
	go func() { // ends when there is no more to begin
		defer close(work)
		for round := 1; round <= max(r.Count, 1) || r.UntilFail; round++ {
			for _, t := range tests {
				select {
				case <-enough:
					return
				case <-ctx.Done():
					return
				default:
				}
				select {
				case work <- r.result(t, round):
				case <-enough:
					return
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	for {
		select {
		case f := <-starts:
			f()
		case <-ended:
			return results, tally
		}
	}
}

// result is that of a test which has not run.
func (r *Runner) result(t *Test, round int) *Result {
	res := &Result{Test: t, Round: round, Title: t.ID()}
	if r.Count > 1 || r.UntilFail {
		res.Title += fmt.Sprintf(" (round %d)", round)
	}
	return res
}

// one runs a test, and again if it failed and may be tried again.
func (r *Runner) one(ctx context.Context, res *Result, onMain func(func())) {
	start := time.Now()
	for {
		res.Attempts++
		code := r.lab(res, onMain)
		r.judge(res, code)
		if !res.Status.Bad() && res.Status != Inconclusive || res.Attempts > r.Retries || ctx.Err() != nil {
			break
		}
	}
	if res.Attempts > 1 && res.Status == Passed {
		res.Status, res.Reason = Flaky, fmt.Sprintf("passed in attempt %d", res.Attempts)
	}
	res.Duration = time.Since(start)
}

// lab runs a test in a lab of its own.
func (r *Runner) lab(res *Result, onMain func(func())) (code int) {
	t := res.Test
	again := "wirelark test " + ShellWord(t.ID())
	if r.Seed != 1 {
		again += fmt.Sprintf(" --seed %d", r.Seed)
	}
	again += r.Again
	if r.Slow != 1 && r.Slow != 0 {
		again += fmt.Sprintf(" --slow %g", r.Slow)
	}
	call, err := json.Marshal(Call{t.Function, t.ID(), t.Case, again, r.Slow, t.Requires, t.Others})
	if err != nil {
		panic(err) // it holds nothing that JSON does not
	}
	limit := t.Timeout
	if limit == 0 {
		limit = r.Timeout
	}
	if r.Slow > 0 {
		limit = time.Duration(float64(limit) * r.Slow)
	}
	spec := &sandbox.Spec{
		Args:   []string{"run", t.File, "-q", fmt.Sprintf("--seed=%d", r.Seed), fmt.Sprintf("--showlocals=%t", r.Locals)},
		Script: t.File, Test: string(call), Project: sandbox.ProjectOf(t.File), Dir: r.Dir, Strict: r.Strict, Virtual: r.Virtual, Timeout: limit, Update: r.Update,
		Verbose: r.Verbose, Force: r.Mode,
	}
	if r.Artifacts != "" {
		res.Dir = filepath.Join(r.Artifacts, folderName(res, r.Count))
		spec.Artifacts = res.Dir
	}
	c, w, err := newCapture()
	if err != nil {
		res.Output = fmt.Appendf(nil, "wirelark: %s\n", err)
		return builtins.CodeUnable
	}
	res.Outcome = builtins.Outcome{}
	heard := false
	front := sandbox.Front{Stdout: w, Stderr: w, OnMain: onMain, Outcome: func(b []byte) {
		heard = json.Unmarshal(b, &res.Outcome) == nil
	}, Snapshots: func(written, changed int) {
		res.Written, res.Changed = res.Written+written, res.Changed+changed
	}}
	if r.Live {
		front.Stdin, front.Stdout, front.Stderr, front.Copy = r.In, r.Out, r.Err, w
		spec.LendShell = r.Shell
	}
	for flag, on := range map[string]bool{"--shell-on-fail": r.Shell, "--keep": r.Keep} {
		if on {
			spec.Args = append(spec.Args, flag)
		}
	}
	if r.Interrupts != nil {
		lab, leave := r.Interrupts.signals()
		defer leave()
		front.Signals = lab
	}
	code = front.Run(spec)
	w.Close()
	res.Output, res.Lost = c.take()
	if !heard {
		res.Outcome = builtins.Outcome{Code: code}
	}
	return code
}

// judge says what became of a test whose lab ended with a code.
func (r *Runner) judge(res *Result, code int) {
	res.Status, res.Reason = Failed, ""
	switch code {
	case builtins.CodePassed:
		res.Status = Passed
	case builtins.CodeUnable:
		if why := res.Outcome.Inconclusive; why != "" {
			res.Status, res.Reason = Inconclusive, why
			break
		}
		res.Status, res.Reason = Skipped, res.Outcome.Skipped
		if res.Reason == "" {
			res.Reason = lastLine(res.Output)
		}
	case builtins.CodeCleanup:
		res.Status, res.Reason = LeftBehind, "not all could be unmade"
	case builtins.CodeInterrupted:
		res.Status, res.Reason = Interrupted, "interrupted"
	}
	switch {
	case res.XFail != "" && res.Status == Failed && code == builtins.CodeFailed && res.Outcome.Code == code:
		res.Status, res.Reason = XFailed, res.XFail
	case res.XFail != "" && res.Status == Passed:
		res.Status, res.Reason = XPassed, "it passed, though it is marked to fail because of "+res.XFail+": the bug may be mended"
	case res.Status == Skipped && r.NoSkip && !allowed(res.Reason, r.Allowed):
		res.Status, res.Reason = NotAllowed, "skipped: "+res.Reason
	case res.Status == Passed && res.Outcome.Checks == 0:
		res.Reason = "no check was evaluated"
	}
}

func allowed(reason string, list []string) bool {
	for _, a := range list {
		if strings.HasPrefix(reason, a) {
			return true
		}
	}
	return false
}

// lastLine is the last line of a text, without our prefix.
func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.TrimPrefix(lines[len(lines)-1], "wirelark: ")
}

// folderName is where a test's artifacts go: its name, as a file may be called.
func folderName(res *Result, count int) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune("._-=,#", r) || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, strings.ReplaceAll(res.ID(), "::", "-"))
	if name = strings.Trim(name, "."); len(name) > 200 {
		name = name[len(name)-200:]
	}
	if count > 1 {
		name += fmt.Sprintf(".%d", res.Round)
	}
	return name
}

// ShellWord writes a word so that a shell reads it as one.
func ShellWord(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n\"'\\$`&|;<>()*?[]#~{}!") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
