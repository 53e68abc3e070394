package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

const replUsage = `Usage: wirelark repl [FILE] [FLAGS]

Builds a lab by hand: evaluates what you type, in a lab of its own, and unmakes
everything at the end. FILE's top level runs first, and its names are there.
help() says what a prompt knows. Without a terminal, statements are read from
the standard input, and the exit code is 1 if one of them failed.

Example: wirelark repl lab.star`

// replScript stands for the script of a lab that has none.
const replScript = "<prompt>"

// parseRepl reads the command line. The front and the engine both do.
func parseRepl(args []string, s std) (o runOptions, code int, done bool) {
	f := pflag.NewFlagSet("wirelark repl", pflag.ContinueOnError)
	f.Uint64Var(&o.seed, "seed", 1, "number `N` that MAC addresses derive from")
	f.BoolVarP(&o.trace, "trace", "x", false, "show each step, with its iproute2 equivalent")
	f.BoolVar(&o.locals, "showlocals", false, "failures show the local variables, too")
	f.StringVar(&o.color, "color", "auto", "colour reports `WHEN`: auto, always, never")
	f.StringVar(&o.out, "out", "", "`DIR` keeps the files that commands write in the project")
	f.StringVar(&o.mode, "mode", "auto", "user `IDS`: auto, many-ids, one-id")
	if code, done = parse(f, args, s, replUsage); done {
		return o, code, true
	}
	usage := func(format string, args ...any) (runOptions, int, bool) {
		say(s.err, "repl: "+format, args...)
		return o, builtins.CodeUsage, true
	}
	if f.NArg() > 1 {
		return usage("%s: one file, or none", f.Arg(1))
	}
	o.file = f.Arg(0)
	if err := checkColor(o.color); err != nil {
		return usage("%s", err)
	}
	if err := checkMode(o.mode); err != nil {
		return usage("%s", err)
	}
	return o, 0, false
}

// replVerb starts a lab for a person.
func replVerb(args []string, s std) int {
	o, code, done := parseRepl(args, s)
	if done {
		return code
	}
	refuse := func(err error) int {
		say(s.err, "repl: %s", err)
		return builtins.CodeUsage
	}
	dir, err := here()
	if err != nil && !filepath.IsAbs(o.file) {
		return refuse(err)
	}
	script := filepath.Join(dir, replScript)
	if o.file != "" {
		script, err = findScript(dir, o.file)
	}
	if err == nil && o.out != "" {
		o.out = absolute(dir, o.out)
		err = sandbox.CheckFolder("out", o.out)
	}
	if err != nil {
		return refuse(err)
	}
	spec := &sandbox.Spec{
		Args: append([]string{"repl"}, args...), Script: script, Project: sandbox.ProjectOf(script), Dir: dir, Out: o.out, Prompt: true,
		Color: wantsColor(o.color, s.err),
	}
	if spec.Force, err = forced(o.mode); err != nil {
		return refuse(err)
	}
	return sandbox.Front{Stdin: s.in, Stdout: s.out, Stderr: s.err}.Run(spec)
}

// repl is the lab that a person builds.
func (e *running) repl(ctx context.Context, s *runtime.Session, opt builtins.Options) int {
	r, failed := builtins.Interact(ctx, s, opt, e.o.file != "")
	r.Report(e.lab.Stderr, e.lab.Spec.Color)
	r.Finish()
	r.Report(e.lab.Stderr, e.lab.Spec.Color)
	code := e.close(s, r)
	if failed && code == builtins.CodePassed && !e.satDown {
		return builtins.CodeFailed
	}
	return code
}
