package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

const testUsage = `Usage: wirelark test [PATH…] [FLAGS]

Runs tests: functions test_… of .star files, each in a lab of its own, in which
the file's top level runs first. PATH is a file, a single test FILE::NAME, or a
folder, in which and below which files …_test.star are looked for; without one,
the current folder. A file without such functions is one test itself.

Example: wirelark test labs/nat_test.star::test_mapping --count 10`

// defaultTestTimeout is the time limit of a test.
const defaultTestTimeout = 2 * time.Minute

// testOptions are what the command line of test says.
type testOptions struct {
	paths                     []string
	run, skip, tags           string
	list, failFast, untilFail bool
	json, github, noSkip      bool
	locals                    bool
	update, watch             bool
	strict, verbose, quiet    bool
	live, shell, keep         bool
	kernel                    onKernel
	maxFail, count, parallel  int
	retries                   int
	shuffle, shard, mode, lf  string
	junit, tap, allow         string
	artifacts, color          string
	timeout                   time.Duration
	slow                      float64
	seed                      uint64

	choice  suite.Choice
	forced  sandbox.Mode
	allowed []string
	sharded string // the variables that say which shard this is
}

func (o *testOptions) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("wirelark test", pflag.ContinueOnError)
	f.StringVar(&o.run, "run", "", "only tests whose name matches `RE`")
	f.StringVar(&o.skip, "skip", "", "no tests whose name matches `RE`")
	f.StringVar(&o.tags, "tags", "", "only tests whose tags fit `EXPR`: \"slow and not bgp\"")
	f.BoolVar(&o.list, "list", false, "name the tests, run none")
	f.BoolVar(&o.failFast, "failfast", false, "begin no other test after a failure")
	f.IntVar(&o.maxFail, "maxfail", 0, "begin no other test after `N` failures")
	f.IntVar(&o.count, "count", 1, "run each test `N` times")
	f.BoolVar(&o.untilFail, "until-fail", false, "run them again and again until one fails")
	f.BoolVar(&o.watch, "watch", false, "run them again when their files change, until Ctrl-C")
	f.StringVar(&o.shuffle, "shuffle", "", "run them in a random order; `SEED` repeats one")
	f.Lookup("shuffle").NoOptDefVal = "new"
	f.IntVarP(&o.parallel, "parallel", "p", runtime.Processors(), "run `N` tests at once")
	f.StringVar(&o.lf, "lf", "", "what failed last time runs first; with `=only` nothing else")
	f.Lookup("lf").NoOptDefVal = "first"
	f.StringVar(&o.shard, "shard", "", "run the `I/N`th part of the tests only")
	f.IntVar(&o.retries, "retries", 0, "try what failed `N` times more: it may be flaky")
	f.DurationVar(&o.timeout, "timeout", defaultTestTimeout, "the `TIME` limit of tests that have none")
	f.Float64Var(&o.slow, "slow", 1, "multiply every deadline by `FACTOR`")
	f.BoolVar(&o.json, "json", false, "write events as go test -json does")
	f.BoolVar(&o.locals, "showlocals", false, "failures show the local variables, too")
	f.StringVar(&o.junit, "junit", "", "write a JUnit report to `FILE`")
	f.StringVar(&o.tap, "tap", "", "write a report in TAP to `FILE`")
	f.BoolVar(&o.github, "github", false, "write annotations for a GitHub workflow")
	f.StringVar(&o.artifacts, "artifacts", "", "`DIR` keeps a folder of each test: journal and logs")
	f.BoolVar(&o.live, "live", false, "show output at once; shell() works; one at a time")
	f.BoolVar(&o.shell, "shell-on-fail", false, "open a shell where a test failed; implies --live")
	f.BoolVar(&o.keep, "keep-failed", false, "hold the lab of a failed test until Ctrl-C; implies --live")
	f.BoolVar(&o.noSkip, "no-skip", false, "a skip is a failure; so it is with CI=true")
	f.StringVar(&o.allow, "allow-skips", "", "`FILE` with allowed reasons for skips")
	f.BoolVar(&o.update, "update", false, "write the tests' snapshots anew")
	f.Uint64Var(&o.seed, "seed", 1, "number `N` that MAC addresses derive from")
	f.BoolVar(&o.strict, "sandbox", false, "for a stranger's tests: homes hidden, tight limits")
	f.StringVar(&o.mode, "mode", "auto", "user `IDS`: auto, many-ids, one-id")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "show the output of tests that pass, too")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no lines of tests that pass")
	f.StringVar(&o.color, "color", "auto", "colour reports `WHEN`: auto, always, never")
	o.kernel.flags(f)
	return f
}

// parseTest reads the command line of test.
func parseTest(args []string, s std) (o testOptions, code int, done bool) {
	f := o.flags()
	if code, done = parse(f, args, s, testUsage); done {
		return o, code, true
	}
	if o.paths = f.Args(); len(o.paths) == 0 {
		o.paths = []string{"."}
	}
	if err := o.complete(f.Changed("shuffle")); err != nil {
		say(s.err, "test: %s", err)
		return o, builtins.CodeUsage, true
	}
	return o, 0, false
}

// complete reads the values of flags and refuses what cannot be.
func (o *testOptions) complete(shuffle bool) (err error) {
	for _, x := range []struct {
		name string
		n    int
		low  int
	}{{"maxfail", o.maxFail, 0}, {"count", o.count, 1}, {"parallel", o.parallel, 1}, {"retries", o.retries, 0}} {
		if x.n < x.low {
			return fmt.Errorf("--%s %d: want %d or more", x.name, x.n, x.low)
		}
	}
	if err := checkColor(o.color); err != nil {
		return err
	}
	if err := checkMode(o.mode); err != nil {
		return err
	}
	if o.forced, err = forced(o.mode); err != nil {
		return err
	}
	switch {
	case o.timeout <= 0:
		return fmt.Errorf("--timeout %s: must be more than zero", o.timeout)
	case o.slow <= 0:
		return fmt.Errorf("--slow %g: must be more than zero", o.slow)
	case o.json && (o.live || o.shell || o.keep):
		return fmt.Errorf("--json is for programs; --live, --shell-on-fail and --keep-failed are for people")
	case o.lf != "" && o.lf != "first" && o.lf != "only":
		return fmt.Errorf("--lf=%s: want first or only", o.lf)
	case o.update && os.Getenv("CI") == "true":
		return fmt.Errorf("--update: CI=true says that nobody would look at what was written: unset it, or compare")
	case o.watch && (o.list || o.json || o.untilFail):
		return fmt.Errorf("--watch goes with neither --list, --json nor --until-fail: it runs tests for a person, again and again")
	case o.verbose && o.quiet:
		return fmt.Errorf("--quiet and --verbose contradict each other")
	}
	if o.failFast || o.keep {
		o.maxFail = 1
	}
	if o.live = o.live || o.shell || o.keep; o.live {
		o.parallel = 1 // they share the terminal
	}
	if err := o.kernel.check(o.live); err != nil {
		return err
	}
	if o.kernel.elsewhere() && (o.update || o.watch) {
		return errors.New("--update and --watch are for the machine's own kernel")
	}
	if strings.Contains(o.kernel.words, ",") && (o.json || o.github) {
		return errors.New("--json and --github are for one kernel: each line would have the kernel's name before it")
	}
	c := &o.choice
	for _, x := range []struct {
		name, re string
		to       **regexp.Regexp
	}{{"run", o.run, &c.Run}, {"skip", o.skip, &c.Skip}} {
		if x.re == "" {
			continue
		}
		if *x.to, err = regexp.Compile(x.re); err != nil {
			return fmt.Errorf("--%s: %w", x.name, err)
		}
	}
	if o.tags != "" {
		if c.Tags, err = suite.ParseTags(o.tags); err != nil {
			return fmt.Errorf("--tags %q: %w", o.tags, err)
		}
	}
	if o.shard != "" {
		c.Shard, err = suite.ParseShard(o.shard)
	} else {
		c.Shard, o.sharded, err = suite.ShardFrom(os.Getenv)
	}
	if err != nil {
		return fmt.Errorf("--shard: %w", err)
	}
	if shuffle {
		c.Shuffle = true
		if o.shuffle == "new" {
			c.Seed = uint64(time.Now().UnixNano() % 1_000_000)
		} else if _, err := fmt.Sscanf(o.shuffle+"\n", "%d\n", &c.Seed); err != nil {
			return fmt.Errorf("--shuffle=%s: the seed is a number", o.shuffle)
		}
	}
	o.noSkip = o.noSkip || os.Getenv("CI") == "true"
	return nil
}

// testVerb finds tests and runs them.
func testVerb(args []string, s std) int {
	o, code, done := parseTest(args, s)
	if done {
		return code
	}
	refuse := func(format string, args ...any) int {
		say(s.err, "test: "+format, args...)
		return builtins.CodeUsage
	}
	if (o.shell || o.keep) && !term.IsTerminal(int(s.in.Fd())) {
		return refuse("--shell-on-fail and --keep-failed are for a person at a terminal, and there is none")
	}
	dir, err := here()
	if err == nil && os.Getenv(guestEnv) == "" {
		err = showShards()
	}
	if err != nil {
		return refuse("%s", err)
	}
	if o.allow != "" {
		if o.allowed, err = readAllowed(o.allow); err != nil {
			return refuse("--allow-skips %s: %s", o.allow, err)
		}
	}
	if o.artifacts != "" {
		o.artifacts = absolute(dir, o.artifacts)
		if err := sandbox.CheckFolder("artifacts", o.artifacts); err != nil {
			return refuse("%s", err)
		}
	}
	for _, x := range [][2]string{{"junit", o.junit}, {"tap", o.tap}} {
		if st, err := os.Stat(filepath.Dir(absolute(dir, x[1]))); x[1] != "" && (err != nil || !st.IsDir()) {
			return refuse("--%s %s: there is no folder for it", x[0], x[1])
		}
	}
	finder := &suite.Finder{Dir: dir, Unread: func(p string) { say(s.err, "test: %s may not be read, and what is in it is not tested", p) }}
	found, err := finder.Find(o.paths)
	if err != nil {
		return refuse("%s", err)
	}
	t := &testRun{o: o, s: s, dir: dir, found: found, memory: suite.OpenMemory(cacheFolder())}
	tests := t.lastFailed(o.choice.Choose(found.Tests))
	if o.list {
		return listTests(tests, found.Broken, s)
	}
	if len(tests) == 0 && len(found.Broken) == 0 {
		if t.spared {
			return s.print("no test failed when it was last run\n")
		}
		if len(found.Tests) > 0 && o.choice.Shard.Count > 0 {
			return t.emptyShard()
		}
		return refuse("none of the %s fits what was asked for: --list names them", count(len(found.Tests), "test"))
	}
	if o.watch {
		return t.watch(finder, tests)
	}
	if o.kernel.elsewhere() {
		return t.underKernels(args)
	}
	return t.run(tests)
}

// listTests names tests, a line each.
func listTests(tests []*suite.Test, broken []suite.Broken, s std) int {
	var b strings.Builder
	for _, t := range tests {
		b.WriteString(t.ID())
		if len(t.Tags) > 0 {
			b.WriteString("  (" + strings.Join(t.Tags, ", ") + ")")
		}
		b.WriteByte('\n')
	}
	code := s.print(b.String())
	for _, x := range broken {
		_, _ = io.WriteString(s.err, x.Text)
		code = builtins.CodeUsage
	}
	return code
}
