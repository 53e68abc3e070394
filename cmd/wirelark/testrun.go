package main

import (
	"fmt"
	"io"
	"time"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/report"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime"
)

// testRun is a run of tests.
type testRun struct {
	o   testOptions
	s   std
	dir string

	found  *suite.Found
	memory *suite.Memory
	spared bool // no test is left, because none failed
}

func (t *testRun) run(tests []*suite.Test) int {
	ctx, interrupts, stop := suite.Interruptible()
	defer stop()
	o := &t.o
	r := &suite.Runner{
		Dir: t.dir, Again: o.kernel.again(), Virtual: o.kernel.virtual, Mode: o.forced, Seed: o.seed, Timeout: o.timeout, Slow: o.slow, Parallel: o.parallel, Count: o.count, UntilFail: o.untilFail,
		Retries: o.retries, MaxFail: o.maxFail, Artifacts: o.artifacts, Strict: o.strict, Update: o.update, Verbose: o.verbose, NoSkip: o.noSkip, Outputs: o.junit != "", Allowed: o.allowed,
		Locals:     o.locals,
		Interrupts: interrupts, Live: o.live, Shell: o.shell, Keep: o.keep, In: t.s.in, Out: t.s.out, Err: t.s.err,
	}
	console := &report.Console{W: t.s.out, Color: wantsColor(o.color, t.s.out), Verbose: o.verbose, Live: o.live}
	events := &report.Events{W: t.s.out, Now: time.Now}
	line := newProgress(t.s, len(tests)*o.count, o)
	if o.sharded != "" {
		say(t.s.err, "test: shard %d of %d, as %s say", o.choice.Shard.Index+1, o.choice.Shard.Count, o.sharded)
	}
	if o.choice.Shuffle {
		say(t.s.err, "test: in a random order: --shuffle=%d repeats it", o.choice.Seed)
	}
	r.Began = func(res *suite.Result) {
		line.began(res)
		if o.json {
			line.hold(func() { events.Began(res) })
		}
	}
	r.Ended = func(res *suite.Result) {
		t.memory.Ended(res)
		line.ended(res)
		line.hold(func() {
			switch {
			case o.json:
				events.Ended(res)
			case !o.quiet || res.Status != suite.Passed:
				console.Line(res)
			}
		})
	}
	start := time.Now()
	results, tally := r.Run(ctx, tests)
	line.close()
	t.remember()
	kernel, _ := runtime.Kernel()
	sum := &report.Summary{Results: results, Tally: tally, Broken: t.found.Broken, Duration: time.Since(start), Kernel: kernel, Version: version}
	if o.json || o.junit != "" || o.tap != "" {
		sum.Programs = programVersions("/", tally.Programs)
	}
	code := verdict(sum)
	if o.json {
		if err := events.Close(sum); err != nil {
			say(t.s.err, "write output: %s", err)
			code = max(code, builtins.CodeFailed)
		}
	} else {
		console.Close(sum)
	}
	if ctx.Err() != nil && !(o.keep && code == builtins.CodeFailed) {
		of := fmt.Sprintf(" of %d", len(tests)*o.count)
		if o.untilFail {
			of = ""
		}
		say(t.s.err, "interrupted: %s%s ended", count(tally.All, "test"), of)
		code = builtins.CodeInterrupted
	}
	return max(code, t.reports(sum))
}

// emptyShard says that there is nothing to run. Whoever merges the reports of
// all shards finds one of this, too.
func (t *testRun) emptyShard() int {
	const text = "no tests in this shard\n"
	code := builtins.CodePassed
	if t.o.json {
		if err := (&report.Events{W: t.s.out, Now: time.Now}).Say(text); err != nil {
			say(t.s.err, "write output: %s", err)
			code = builtins.CodeFailed
		}
	} else {
		code = t.s.print(text)
	}
	kernel, _ := runtime.Kernel()
	return max(code, t.reports(&report.Summary{Kernel: kernel, Version: version}))
}

// reports writes the reports that were asked for.
func (t *testRun) reports(sum *report.Summary) (code int) {
	for _, x := range []struct {
		flag, path string
		write      func(io.Writer, *report.Summary) error
	}{{"junit", t.o.junit, report.JUnit}, {"tap", t.o.tap, report.TAP}} {
		if x.path == "" {
			continue
		}
		if err := suite.WriteFile(absolute(t.dir, x.path), 0o644, func(w io.Writer) error { return x.write(w, sum) }); err != nil {
			say(t.s.err, "test: --%s %s: %s", x.flag, x.path, err)
			code = builtins.CodeFailed
		}
	}
	if t.o.github {
		if err := report.GitHub(t.s.out, sum); err != nil {
			code = builtins.CodeFailed
		}
	}
	return code
}

// verdict is the exit code of a whole run.
func verdict(s *report.Summary) int {
	n := s.Tally.By
	switch {
	case n[suite.LeftBehind] > 0:
		return builtins.CodeCleanup
	case s.Tally.Failed() > 0:
		return builtins.CodeFailed
	case len(s.Broken) > 0:
		return builtins.CodeUsage
	case n[suite.Interrupted] > 0:
		return builtins.CodeInterrupted
	case n[suite.Inconclusive] > 0:
		return builtins.CodeUnable
	case s.Tally.All == n[suite.Skipped]:
		return builtins.CodeUnable
	}
	return builtins.CodePassed
}
