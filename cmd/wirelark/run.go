package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime/sandbox"
)

const runUsage = `Usage: wirelark run FILE [name=value…] [FLAGS]

Runs a script in a lab of its own and unmakes everything at its end. Values
behind the file are the parameters of the script's main.

Example: wirelark run lab.star mtu=9000 --seed 7`

// defaultTimeout is the time limit of a script.
const defaultTimeout = 10 * time.Minute

// runOptions are what the command line of run says.
type runOptions struct {
	file    string
	args    map[string]string
	seed    uint64
	timeout time.Duration
	trace   bool
	verbose bool
	quiet   bool
	color   string
	keep    bool
	onFail  bool // a shell
	locals  bool
	out     string
	kept    string // artifacts
	strict  bool
	mode    string
	limit   string
	limits  sandbox.Limits
	kernel  onKernel
}

// parseRun reads the command line. The front and the engine both do.
func parseRun(args []string, s std) (o runOptions, code int, done bool) {
	f := pflag.NewFlagSet("wirelark run", pflag.ContinueOnError)
	f.Uint64Var(&o.seed, "seed", 1, "number `N` that MAC addresses derive from")
	f.DurationVar(&o.timeout, "timeout", defaultTimeout, "the script's `TIME` limit, 0 for none")
	f.BoolVarP(&o.trace, "trace", "x", false, "show each step, with its iproute2 equivalent")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say more: the lab's mode, titles of steps, its duration")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing but failures")
	f.StringVar(&o.color, "color", "auto", "colour reports `WHEN`: auto, always, never")
	f.BoolVar(&o.keep, "keep", false, "hold the lab at the script's end until Ctrl-C")
	f.BoolVar(&o.onFail, "shell-on-fail", false, "open a shell where the script failed")
	f.BoolVar(&o.locals, "showlocals", false, "failures show the local variables, too")
	f.StringVar(&o.out, "out", "", "`DIR` keeps the files that commands write in the project")
	f.StringVar(&o.kept, "artifacts", "", "`DIR` keeps the journal and the logs of programs")
	f.BoolVar(&o.strict, "sandbox", false, "for a stranger's script: homes hidden, tight limits")
	f.StringVar(&o.mode, "mode", "auto", "user `IDS`: auto, many-ids, one-id")
	f.StringVar(&o.limit, "limit", "", "`LIMITS` of the lab: memory=2G,pids=500,files=256,time=1m")
	o.kernel.flags(f)
	if code, done = parse(f, args, s, runUsage); done {
		return o, code, true
	}
	usage := func(format string, args ...any) (runOptions, int, bool) {
		say(s.err, format, args...)
		return o, builtins.CodeUsage, true
	}
	if f.NArg() == 0 {
		return usage("run: which script? write wirelark run FILE")
	}
	o.file, o.args = f.Arg(0), map[string]string{}
	for _, word := range f.Args()[1:] {
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return usage("run: %s: one script, then its parameters as name=value", word)
		}
		if _, twice := o.args[name]; twice {
			return usage("run: parameter %s is given twice", name)
		}
		o.args[name] = value
	}
	if err := checkColor(o.color); err != nil {
		return usage("run: %s", err)
	}
	if err := checkMode(o.mode); err != nil {
		return usage("run: %s", err)
	}
	if err := o.kernel.check(o.keep || o.onFail); err != nil {
		return usage("run: %s", err)
	}
	switch {
	case o.timeout < 0:
		return usage("run: --timeout %s: is negative", o.timeout)
	case o.strict && o.out != "":
		return usage("run: --out keeps nothing with --sandbox, in which the project is read-only")
	case o.quiet && o.verbose:
		return usage("run: --quiet and --verbose contradict each other")
	}
	if err := o.readLimits(f.Changed("timeout")); err != nil {
		return usage("run: --limit %s", err)
	}
	return o, 0, false
}

// runVerb starts the lab that runs the script.
func runVerb(args []string, s std) int {
	o, code, done := parseRun(args, s)
	if done {
		return code
	}
	dir, err := here()
	if err != nil && !filepath.IsAbs(o.file) {
		say(s.err, "%s", err)
		return builtins.CodeUsage
	}
	script, err := findScript(dir, o.file)
	if err == nil && o.out != "" {
		o.out = absolute(dir, o.out)
		err = sandbox.CheckFolder("out", o.out)
	}
	if err == nil && o.kept != "" {
		o.kept = absolute(dir, o.kept)
		err = sandbox.CheckFolder("artifacts", o.kept)
	}
	if err != nil {
		say(s.err, "%s", err)
		return builtins.CodeUsage
	}
	if o.kernel.elsewhere() {
		g := guestRun{verb: "run", args: args, dir: dir, shown: []string{sandbox.ProjectOf(script)}}
		for _, w := range []written{{"--out", o.out, true}, {"--artifacts", o.kept, true}} {
			if w.path != "" {
				g.outputs = append(g.outputs, w)
			}
		}
		return o.kernel.run(g, s)
	}
	spec := &sandbox.Spec{
		Args: append([]string{"run"}, args...), Script: script, Project: sandbox.ProjectOf(script), Dir: dir, Out: o.out, Artifacts: o.kept, Strict: o.strict, Virtual: o.kernel.virtual, Timeout: o.timeout, Limits: o.limits, Verbose: o.verbose, LendShell: o.onFail,
		Color: wantsColor(o.color, s.err),
	}
	if spec.Force, err = forced(o.mode); err != nil {
		say(s.err, "run: %s", err)
		return builtins.CodeUsage
	}
	return sandbox.Front{Stdin: s.in, Stdout: s.out, Stderr: s.err}.Run(spec)
}

// here is the user's folder, without links.
func here() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "/", errors.New("the current folder is gone, or may not be read")
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return dir, nil
}

// findScript is where a script really lies.
func findScript(dir, file string) (string, error) {
	script, err := filepath.EvalSymlinks(absolute(dir, file))
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "", fmt.Errorf("%s: may not be read", file)
	case err != nil:
		return "", fmt.Errorf("%s: no such file", file)
	}
	if st, err := os.Stat(script); err != nil || !st.Mode().IsRegular() {
		return "", fmt.Errorf("%s: is no file", file)
	}
	return script, nil
}

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// colors reports whether a person sees colours there.
func colors(f *os.File) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && os.Getenv("TERM") != "" && term.IsTerminal(int(f.Fd()))
}

// again is the command line that runs the script once more in the same way.
func again(o runOptions) string {
	words := []string{"wirelark", "run", suite.ShellWord(o.file)}
	for _, name := range sortedKeys(o.args) {
		words = append(words, suite.ShellWord(name+"="+o.args[name]))
	}
	words = append(words, fmt.Sprintf("--seed %d", o.seed))
	if o.strict {
		words = append(words, "--sandbox")
	}
	if o.mode != "auto" {
		words = append(words, "--mode "+o.mode)
	}
	if o.limit != "" {
		words = append(words, "--limit "+suite.ShellWord(o.limit))
	}
	if o.timeout != defaultTimeout {
		words = append(words, "--timeout "+o.timeout.String())
	}
	return strings.Join(words, " ") + o.kernel.again()
}
