package builtins

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var processKind = &decl.Kind[*runtime.Process]{
	Name:    "process",
	Summary: "A program that spawn_in started. Its attributes are read when they are asked for.",
	Handle:  true,
	Instead: "the value that spawn_in(…) gave, not its name",
	Label:   func(p *runtime.Process) string { return short(strings.Join(p.Argv, " "), 60) + " in " + p.Namespace },
	Key:     func(p *runtime.Process) string { return fmt.Sprint(p.Namespace, p.PID, p.Argv) },
	Fields: []decl.Field[*runtime.Process]{
		decl.F("pid", "int", "its number in its node, where `kill` takes it", value(func(p *runtime.Process) starlark.Value { return number(p.PID) })),
		decl.F("running", "bool", "whether it has not ended", value(func(p *runtime.Process) starlark.Value { return starlark.Bool(p.Running()) })),
		decl.F("code", "int | None", "its exit code, 128 and the signal's number if a signal ended it; None while it runs", value(func(p *runtime.Process) starlark.Value {
			if res := p.Result(); res != nil {
				return number(res.Code)
			}
			return starlark.None
		})),
		decl.F("signal", "str | None", `the signal that ended it: "SIGKILL" …`, value(func(p *runtime.Process) starlark.Value {
			if res := p.Result(); res != nil {
				return orNone(res.Signal)
			}
			return starlark.None
		})),
		decl.F("stdout", "str", "what it has written to its standard output so far, the newest part of it", value(func(p *runtime.Process) starlark.Value { b, _ := p.Output(); return text(b) })),
		decl.F("stderr", "str", "what it has written to its standard error so far, likewise", value(func(p *runtime.Process) starlark.Value { b, _ := p.Errors(); return text(b) })),
		decl.F("stdout_lost", "int", "how many bytes of its standard output came before those and are lost", value(func(p *runtime.Process) starlark.Value { _, n := p.Output(); return number(n) })),
		decl.F("stderr_lost", "int", "how many bytes of its standard error came before those and are lost", value(func(p *runtime.Process) starlark.Value { _, n := p.Errors(); return number(n) })),
		decl.F("argv", "list[str]", "its words", value(func(p *runtime.Process) starlark.Value { return strings_(p.Argv) })),
		decl.F("netns", "str", "the name of the namespace that it runs in", value(func(p *runtime.Process) starlark.Value { return starlark.String(p.Namespace) })),
		processMethod("lines", "list[str]", "its standard output so far as a list of lines", plainly(processLines)),
		processMethod("wait", "result", "wait until it ends. It fails if it does not in time, or with another exit code than expected", processWait),
		processMethod("stop", "result", "ask it to end, and kill it and all that descends from it after a time of grace", processStop),
		processMethod("kill", "result", "kill it and all that descends from it", plainly(processKill)),
		processMethod("send_signal", "None", `send it, and nothing that descends from it, a signal. It fails if it has ended`, processSignal),
		processMethod("write", "None", "write to its standard input. It fails if it was given its whole input at the start, or does not read for 5 s", processWrite),
		processMethod("close_stdin", "None", "let it read the end of its input", plainly(processClose)),
		processMethod("expect_line", "str", "wait for a line of either output that matches, after those that it gave before, and give it. It fails if the program ends, or does not write one in time", processExpect),
	},
}

func processMethod(name, returns, doc string, declare func(*params, *runtime.Process) body) decl.Field[*runtime.Process] {
	return decl.M("process", name, returns, doc, beginMethod, declare)
}

// plainly declares a method without parameters.
func plainly(run func(*call, *runtime.Process) (starlark.Value, error)) func(*params, *runtime.Process) body {
	return func(_ *params, proc *runtime.Process) body {
		return func(c *call) (starlark.Value, error) { return run(c, proc) }
	}
}

func processLines(_ *call, proc *runtime.Process) (starlark.Value, error) {
	b, _ := proc.Output()
	return strings_(lines(string(text(b)))), nil
}

func processKill(c *call, proc *runtime.Process) (starlark.Value, error) {
	res, err := proc.Kill(c.Context)
	return wrapResult(res), err
}

func processClose(_ *call, proc *runtime.Process) (starlark.Value, error) {
	return starlark.None, proc.CloseInput()
}

// wrapResult is a result as a value, None if there is none.
func wrapResult(res *runtime.Result) starlark.Value {
	if res == nil {
		return starlark.None
	}
	return resultKind.Wrap(res)
}

func processWait(p *params, proc *runtime.Process) body {
	p.KeywordsOnly()
	timeout := decl.Or(p, "timeout", decl.Duration, 30*time.Second, "after which waiting is a failure; the program goes on")
	expect := decl.Maybe(p, "expect", decl.List(decl.Int(0, 255)), "the exit code, or codes, that are no failure; left out, 0")
	check := decl.Or(p, "check", decl.Bool, true, "whether another code is a failure")
	return func(c *call) (starlark.Value, error) {
		want, err := codes(*expect, *check)
		if err != nil {
			return nil, err
		}
		res, err := proc.Wait(c.Context, *timeout)
		if err != nil {
			return nil, err
		}
		if res == nil {
			return nil, &runtime.NotReady{Process: proc, For: "its end", Within: *timeout, State: proc.State()}
		}
		if *check && !slices.Contains(want, res.Code) {
			return nil, &commandError{res: res, want: want, timeout: *timeout}
		}
		return resultKind.Wrap(res), nil
	}
}

func processStop(p *params, proc *runtime.Process) body {
	p.KeywordsOnly()
	signal := decl.Or(p, "signal", signalType, runtime.Terminate, "the signal that asks it")
	grace := decl.Or(p, "grace", decl.Duration, 5*time.Second, "how long it may take")
	return func(c *call) (starlark.Value, error) {
		res, err := proc.Stop(c.Context, *signal, *grace)
		return wrapResult(res), err
	}
}

func processSignal(p *params, proc *runtime.Process) body {
	signal := decl.Arg(p, "signal", signalType, `the signal: "HUP", "SIGUSR1"`)
	return func(c *call) (starlark.Value, error) { return starlark.None, proc.Signal(c.Context, *signal) }
}

func processWrite(p *params, proc *runtime.Process) body {
	text := decl.Arg(p, "text", stdinType, "what to write")
	return func(*call) (starlark.Value, error) { return starlark.None, proc.Write(*text) }
}

func processExpect(p *params, proc *runtime.Process) body {
	re := decl.Arg(p, "pattern", pattern, "a regular expression of Go's package regexp, anywhere in the line")
	p.KeywordsOnly()
	timeout := decl.Or(p, "timeout", decl.Duration, 10*time.Second, "how long to wait")
	return func(c *call) (starlark.Value, error) {
		line, err := proc.ExpectLine(c.Context, *re, *timeout)
		return starlark.String(text([]byte(line))), err
	}
}
