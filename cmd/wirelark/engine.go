package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

// cleanupTime is how long the lab's things may take to go.
const cleanupTime = 10 * time.Second

// engine is the program that runs inside the lab.
func engine(ctx context.Context, lab *sandbox.Lab) int {
	if lab.Spec.Args[0] == "doctor" {
		return doctorEngine(ctx, lab)
	}
	parse := parseRun
	if lab.Spec.Args[0] == "repl" {
		parse = parseRepl
	}
	o, code, done := parse(lab.Spec.Args[1:], std{os.Stdin, os.Stdout, os.Stderr})
	if done {
		return code
	}
	e := &running{lab: lab, o: o, start: time.Now()}
	return e.run(ctx)
}

// A running is a script that runs in its lab.
type running struct {
	lab   *sandbox.Lab
	o     runOptions
	start time.Time

	past    history // of its prompts
	satDown bool    // its newest prompt was on a terminal

	mu    sync.Mutex
	step  *runtime.Step // the newest
	title string        // that the script gave last
}

func (e *running) run(ctx context.Context) int {
	name := builtins.Shown(e.lab.Spec.Dir, e.lab.Spec.Script)
	s := runtime.NewSession(runtime.Options{
		Seed: e.o.seed, Trace: e.began, RunDir: sandbox.RunDir, Project: e.lab.Spec.Project, WorkDir: filepath.Dir(e.lab.Spec.Script),
		OneID: e.lab.OneID(), Behalf: e.lab.Behalf(), Virtual: e.lab.Spec.Virtual, Strict: e.lab.Spec.Strict, Processes: e.lab.NodeProcesses(), Neighbours: e.lab.Spec.Neighbours, Folders: e.lab.Folders, Note: e.note, Artifact: e.lab.Artifacts(),
	})
	e.verbose("%s: %s; seed %d", name, e.lab.Spec.Mode, e.o.seed)
	e.lab.Serve(hostOf(s))
	opt := builtins.Options{
		File: e.lab.Spec.Script, Root: e.lab.Spec.Project, Dir: e.lab.Spec.Dir, Args: e.o.args, Stdout: e.lab.Stdout, Again: again(e.o), Locals: e.o.locals,
		Trace: os.Getenv("WIRELARK_TRACE") != "", Note: e.note, Section: e.section,
		Overtime: overtime,
		Shell:    e.lab.Shell, Prompt: e.prompt, Artifacts: e.lab.Spec.Artifacts, Update: e.lab.Snapshots(),
	}
	if e.lab.Spec.Prompt {
		return e.repl(ctx, s, opt)
	}
	if e.lab.Spec.Test != "" {
		return e.runTest(ctx, s, opt)
	}
	stop := e.showProgress()
	r := builtins.Execute(ctx, s, opt)
	stop()
	r.Report(e.lab.Stderr, e.lab.Spec.Color)
	if e.o.onFail {
		e.shellOnFail(ctx, r)
	}
	if e.o.keep && ctx.Err() == nil {
		e.hold(ctx, s)
	}
	r.Finish()
	r.Report(e.lab.Stderr, e.lab.Spec.Color)
	e.summary(ctx, name, r)
	return e.close(s, r)
}

// runTest runs one test of the script and tells the front what became of it.
func (e *running) runTest(ctx context.Context, s *runtime.Session, opt builtins.Options) int {
	var call suite.Call
	if err := json.Unmarshal([]byte(e.lab.Spec.Test), &call); err != nil {
		say(e.lab.Stderr, "internal error, please report it: %s", err)
		return builtins.CodeFailed
	}
	opt.Again, opt.Slow = call.Again, call.Slow
	r := builtins.ExecuteTest(ctx, s, opt, call.Name, call.Function, call.Case, call.Requires, call.Others)
	r.Report(e.lab.Stderr, e.lab.Spec.Color)
	if e.o.onFail {
		e.shellOnFail(ctx, r)
	}
	if e.o.keep && len(r.Errs) > 0 && r.Code() != builtins.CodeUnable && ctx.Err() == nil {
		e.hold(ctx, s)
	}
	r.Finish()
	r.Report(e.lab.Stderr, e.lab.Spec.Color)
	code := e.close(s, r)
	o := r.Outcome()
	o.Code = code
	b, err := json.Marshal(o)
	if err != nil { // a metric that is no number
		say(e.lab.Stderr, "internal error, please report it: %s", err)
		return builtins.CodeFailed
	}
	e.lab.Outcome(b)
	return code
}

// close unmakes what the script made and returns the exit code.
func (e *running) close(s *runtime.Session, r *builtins.Run) int {
	clean, cancel := context.WithTimeout(context.Background(), cleanupTime)
	defer cancel()
	if err := s.Close(clean); err != nil {
		say(e.lab.Stderr, "not all could be unmade, it ends with the lab: %s", strings.ReplaceAll(err.Error(), "\n", "; "))
		return builtins.CodeCleanup
	}
	return r.Code()
}

// overtime reports whether the front stopped the script because its time was up.
func overtime(reason error) bool { return strings.HasPrefix(reason.Error(), "the script's time limit") }

func (e *running) note(text string) { say(e.lab.Stderr, "%s", text) }

func (e *running) verbose(format string, args ...any) {
	if e.o.verbose {
		say(e.lab.Stderr, format, args...)
	}
}

// section shows the title of a step.
func (e *running) section(title string) {
	e.mu.Lock()
	e.title, e.step = title, nil
	e.mu.Unlock()
	if e.o.verbose || e.o.trace {
		fmt.Fprintf(e.lab.Stderr, "# %s\n", title)
	}
}

// began notes a step, and shows it if the user wants to see them.
func (e *running) began(st *runtime.Step) {
	e.mu.Lock()
	e.step = st
	e.mu.Unlock()
	if e.o.trace {
		// What a command reads ends with a line that holds nothing else.
		head, text, _ := strings.Cut(st.Shell(), "\n")
		if text != "" {
			text += "\n"
		}
		_, _ = io.WriteString(e.lab.Stderr, "+ "+head+"  # "+st.Pos()+"\n"+text)
	}
}

// slow is how long a script may run before a person wants to see that it does.
const slow = 500 * time.Millisecond

// showProgress shows on the user's terminal what the script is at, once it
// takes long. The line is gone when stop returns.
func (e *running) showProgress() (stop func()) {
	if e.o.quiet || e.lab.Spec.Virtual {
		return func() {}
	}
	end, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(slow)
		defer tick.Stop()
		for {
			select {
			case <-end:
				e.lab.Status("")
				return
			case <-tick.C:
				e.lab.Status(fmt.Sprintf("[%s] %s", time.Since(e.start).Round(time.Second), e.doing()))
			}
		}
	}()
	return func() { close(end); <-gone }
}

// doing says what the script is at.
func (e *running) doing() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.step == nil && e.title == "":
		return "reading the script"
	case e.step == nil:
		return e.title
	}
	text := fmt.Sprintf("step %d, %s", e.step.Number, e.step)
	if e.title != "" {
		text = e.title + ": " + text
	}
	return text
}

// summary says in one line what became of the script.
func (e *running) summary(ctx context.Context, name string, r *builtins.Run) {
	code := r.Code()
	if code == builtins.CodeUsage || e.o.quiet && code == builtins.CodePassed {
		return
	}
	words := []string{count(r.Tally.Checks, "check")}
	if n := len(r.Errs); code == builtins.CodeFailed {
		words = append(words, count(n, "failure"))
	}
	for _, where := range r.Tally.KnownBugs {
		words = append(words, "known bug "+where)
	}
	if e.o.verbose {
		words = append(words, time.Since(e.start).Round(time.Millisecond).String())
	}
	verdict := map[int]string{builtins.CodePassed: "passed", builtins.CodeUnable: "skipped"}[code]
	if verdict == "" {
		verdict = "failed"
	}
	if r.Inconclusive() != "" {
		verdict = "inconclusive"
	}
	if why := context.Cause(ctx); why != nil && !e.o.keep && strings.HasPrefix(why.Error(), "interrupted") {
		verdict = "interrupted"
	}
	say(e.lab.Stderr, "%s %s: %s", name, verdict, strings.Join(words, ", "))
}

func count(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing + "s"
	case 1:
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// hold keeps the lab, and what enters its nodes, until the user ends it.
func (e *running) hold(ctx context.Context, s *runtime.Session) {
	var nodes []sandbox.Node
	for _, ns := range s.Namespaces() {
		pid, err := ns.Init()
		if err != nil {
			say(e.lab.Stderr, "%s cannot be entered: %s", ns.Name, err)
			continue
		}
		nodes = append(nodes, sandbox.Node{Name: ns.Name, Init: pid})
	}
	e.lab.Keep(nodes)
	<-ctx.Done()
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
