package builtins

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var spawnIn = &builtin{
	Name:    "spawn_in",
	Group:   "run",
	Summary: "Start a program in a namespace and go on while it runs.",
	Detail: "`ready` is what must be there before spawn_in returns: port(…), output(…), path(…), exits() or a function that gives something true. If it does not come in time, or the program ends before, the script fails with what the program wrote last. " +
		"A program that ends by itself later, without wait, stop, kill or send_signal having asked for it, fails the script at its end unless `may_exit = True`. At the script's end all are killed. " +
		"Of each output the newest part is kept: `limit` bytes. `log` names a file in the node that takes both, up to 64 MiB; in the project's folder, --out keeps it; run --artifacts keeps a log of every program. Without `stdin` the program reads what process.write sends. " +
		"The command is as in exec_in; for a shell, spawn [\"sh\", \"-c\", …].",
	Example: `n = netns("n")
p = spawn_in(n, "sh -c 'echo up; read line; echo got $line; sleep 100'", ready = output("up"))
p.write("hello\n")
check(p.expect_line("got") == "got hello" and p.running)
p.stop()`,
	Returns: "process",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		argv := decl.Arg(p, "cmd", command, "the command: words, or a list of them")
		p.KeywordsOnly()
		ready := decl.Maybe(p, "ready", readyType, "what must be there before it counts as started; left out, nothing")
		timeout := decl.Or(p, "timeout", decl.Duration, 10*time.Second, "how long that may take")
		opt := launchOptions(p, "all that it reads; left out, what process.write sends")
		log := decl.Or(p, "log", decl.Str, "", "a file in the node that takes what it writes; left out, none")
		mayExit := decl.Or(p, "may_exit", decl.Bool, false, "whether it may end by itself")
		limit := decl.Or(p, "limit", decl.Int(1, 1<<30), runtime.DefaultSpawnLimit, "bytes kept of each output")
		return func(c *call) (starlark.Value, error) {
			if *timeout == 0 {
				return nil, decl.Misusef("timeout: must be more than zero")
			}
			cmd := opt.command(*argv)
			c.Script.ran(*argv)
			cmd.Limit = *limit
			proc, err := (*ns).Spawn(c.Context, cmd, runtime.SpawnOptions{Log: *log, MayExit: *mayExit})
			if err != nil {
				return nil, err
			}
			if *ready != nil {
				err = proc.AwaitReady(c.Context, (**ready).readiness(c), *timeout)
			}
			if err != nil {
				_, _ = proc.Kill(c.Context) // what never was ready is not left running
				return nil, err
			}
			c.Script.spawned(c, proc)
			return processKind.Wrap(proc), nil
		}
	},
}

// spawned notes where the script started a process.
func (sc *script) spawned(c *call, p *runtime.Process) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.processes = append(sc.processes, &started{p, c.Thread.CallStack()})
}

// A started is a process, and where the script started it.
type started struct {
	process *runtime.Process
	stack   starlark.CallStack
}

// isCommon reports whether a builtin's name is one that scripts use for
// functions of their own.
func isCommon(name string) bool {
	return slices.ContainsFunc(All, func(b *builtin) bool { return b.Name == name && b.Common })
}

// A ready is what makes a program ready: something to look for, or a function.
type ready struct {
	is runtime.Readiness
	fn starlark.Callable
}

var readyKind = &decl.Kind[*ready]{
	Name:    "readiness",
	Summary: "What makes a program ready, for spawn_in.",
	Handle:  true,
	Label:   func(r *ready) string { return runtime.ReadyWords(r.is) },
}

var readyType = decl.Type[*ready]{Name: "readiness | function", From: func(v starlark.Value) (*ready, error) {
	if r, ok := readyKind.Unwrap(v); ok {
		return r, nil
	}
	if b, ok := v.(*starlark.Builtin); ok {
		return nil, decl.Misusef("got the builtin %s itself: write %s(…), or lambda: before what is to be called", b.Name(), b.Name())
	}
	fn, err := decl.Func0.From(v)
	if err != nil {
		return nil, decl.Misusef("got %s, want port(…), output(…), path(…), exits() or a function", decl.TypeName(v))
	}
	return &ready{fn: fn}, nil
}, Show: func(*ready) string { return "None" }}

// readiness is what to wait for, in the call of spawn_in.
func (r *ready) readiness(c *call) runtime.Readiness {
	if r.fn == nil {
		return r.is
	}
	w := c.Script.watch(c, "spawn_in", r.fn)
	return runtime.ReadyFunc{Words: "the function to give something true", Look: func() (bool, string, error) {
		o, err := w.once(c)
		return o.holds(), o.words(), err
	}}
}

func makeReady(is runtime.Readiness) starlark.Value { return readyKind.Wrap(&ready{is: is}) }

// notReady writes what a process wrote that did not do what was waited for.
func (rep *report) notReady(p *runtime.Process, state string) {
	rep.line(fmt.Sprintf("  process in %s, %s: %s", p.Namespace, state, shortCommand(p.Argv)))
	list := p.LastLines(shownOutput)
	if len(list) == 0 {
		rep.line("    it wrote nothing")
	}
	for _, s := range list {
		rep.line("    wrote | " + shorten(printable(string(text(s))), 400))
	}
	if p.Artifact != "" {
		rep.line("    its log: " + Shown(rep.sc.opt.Dir, filepath.Join(rep.sc.opt.Artifacts, p.Artifact)))
	}
}

// shorten is a text of at most n runes.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// A processDied says that a process ended by itself while the script relied
// on it.
type processDied struct{ p *runtime.Process }

func (e *processDied) Error() string {
	s := fmt.Sprintf("spawn_in: %s in %s ended by itself, %s, while the script relied on it", short(strings.Join(e.p.Argv, " "), 80), e.p.Namespace, e.p.State())
	if list := e.p.LastLines(1); len(list) > 0 {
		s += ": " + short(string(text(list[0])), 160)
	}
	return s
}

// died are the failures of processes that ended by themselves.
func (sc *script) died() []error {
	var errs []error
	for _, s := range sc.processes {
		if s.process.DiedUnnoticed() {
			errs = append(errs, &located{s.stack, &processDied{s.process}})
		}
	}
	return errs
}
