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

var execIn = &builtin{
	Name:    "exec_in",
	Group:   "run",
	Summary: "Run a command in a namespace and wait for its end.",
	Detail: "A list is a program and its arguments, exactly. A string is split into words as a shell would, with quotes, and nothing is expanded; for pipes, redirections and variables " +
		"use sh_in. The command runs in the node's own processes, /run and /tmp, with a fixed environment (PATH, HOME=/tmp, LC_ALL=C.UTF-8, TZ=UTC). " +
		"It fails if the command exits with another code than expected, showing the end of what it wrote. At the deadline the command and all that descends from it is killed. " +
		"A process that it left in the background lives on in the node until the script ends. As `ip netns exec`.",
	Example: `n = netns("n")
r = exec_in(n, "cat -n", stdin = "hello\n")
check(r.stdout.strip() == "1\thello")
check(exec_in(n, ["false"], expect = 1).code == 1)`,
	Returns: "result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		argv := decl.Arg(p, "cmd", command, "the command: words, or a list of them")
		opt := runOptions(p)
		return func(c *call) (starlark.Value, error) { return opt.run(c, *ns, *argv) }
	},
}

// A launch collects the options that all programs in a namespace share.
type launch struct {
	stdin **stdin
	env   *map[string]string
	cwd   *string
	user  *string
}

// launchOptions declares them; stdin is that one's description.
func launchOptions(p *params, stdin string) launch {
	return launch{
		stdin: decl.Maybe(p, "stdin", stdinType, stdin),
		env:   decl.Or(p, "env", decl.Words, nil, "variables to add to its environment"),
		cwd:   decl.Or(p, "cwd", decl.Str, "", "the folder it runs in; left out, the script's"),
		user:  decl.Or(p, "user", decl.Str, "root", "the user it runs as, by name or number; others than root need a lab of many ids (wirelark doctor)"),
	}
}

// command is the program with these arguments.
func (o *launch) command(argv []string) runtime.Command {
	cmd := runtime.Command{Argv: argv, Env: *o.env, Dir: *o.cwd, User: *o.user}
	if *o.stdin != nil {
		cmd.Stdin = append([]byte{}, **o.stdin...)
	}
	return cmd
}

// A running collects the options of commands whose end is waited for.
type running struct {
	launch
	timeout *time.Duration
	expect  **[]int
	check   *bool
	limit   *int
}

// stdin is what a command reads.
type stdin []byte

var stdinType = decl.Type[stdin]{Name: "str | bytes", From: func(v starlark.Value) (stdin, error) {
	switch v := v.(type) {
	case starlark.String:
		return stdin(v), nil
	case starlark.Bytes:
		return stdin(v), nil
	}
	return nil, decl.Wrong(v, "str or bytes")
}, Show: func(s stdin) string { return fmt.Sprintf("%q", string(s)) }}

func runOptions(p *params) *running {
	p.KeywordsOnly()
	return &running{
		launch:  launchOptions(p, "what it reads; left out, nothing"),
		timeout: decl.Or(p, "timeout", decl.Duration, 30*time.Second, "after which it is killed"),
		expect:  decl.Maybe(p, "expect", decl.List(decl.Int(0, 255)), "the exit code, or codes, that are no failure; left out, 0"),
		check:   decl.Or(p, "check", decl.Bool, true, "whether another code is a failure; with False, look at the result yourself"),
		limit:   decl.Or(p, "limit", decl.Int(0, 1<<30), runtime.DefaultOutputLimit, "bytes kept of each output; what is over is counted, said, and lost"),
	}
}

func (o *running) run(c *call, ns *runtime.Namespace, argv []string) (starlark.Value, error) {
	want, err := codes(*o.expect, *o.check)
	if err != nil {
		return nil, err
	}
	if *o.timeout == 0 {
		return nil, decl.Misusef("timeout: must be more than zero")
	}
	cmd := o.command(argv)
	cmd.Timeout, cmd.Limit = *o.timeout, *o.limit
	if *o.limit == 0 {
		cmd.Limit = -1
	}
	c.Script.ran(argv)
	res, err := ns.Run(c.Context, cmd)
	if err != nil {
		return nil, err
	}
	sc := c.Script
	sc.ended(res, c.Session.StepCount())
	for _, over := range []struct {
		what string
		n    int64
	}{{"output", res.StdoutOver}, {"standard error", res.StderrOver}} {
		if over.n > 0 {
			sc.note("%s: %s in %s: %d bytes of its %s were over the limit of %d and are lost", sc.short(callPos(c.Thread)), argv[0], ns.Name, over.n, over.what, *o.limit)
		}
	}
	if *o.check && (res.TimedOut || !slices.Contains(want, res.Code)) {
		return nil, &commandError{res: res, want: want, timeout: *o.timeout}
	}
	return resultKind.Wrap(res), nil
}

// ended notes the command that ended last, at a step, for reports.
func (sc *script) ended(res *runtime.Result, step int) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.last, sc.lastStep = res, step
}

// codes are the exit codes that are no failure.
func codes(expect *[]int, check bool) ([]int, error) {
	switch {
	case expect == nil:
		return []int{0}, nil
	case !check:
		return nil, decl.Misusef("expect: contradicts check = False")
	case len(*expect) == 0:
		return nil, decl.Misusef("expect: is an empty list: name the exit codes that are no failure")
	}
	return *expect, nil
}

// A commandError says that a command ended otherwise than expected.
type commandError struct {
	res     *runtime.Result
	want    []int
	timeout time.Duration
	first   bool // whether the first line of its output says the most, not the last
}

func (e *commandError) Error() string {
	what := short(strings.Join(e.res.Argv, " "), 80)
	if argv := e.res.Argv; len(argv) == 3 && argv[0] == "sh" && argv[1] == "-c" {
		what = "the shell" // the report shows what it ran
	}
	s := fmt.Sprintf("%s in %s: ", what, e.res.Namespace)
	switch {
	case e.res.TimedOut:
		s += fmt.Sprintf("did not end within %s and was killed", decl.ShortDuration(e.timeout))
	case e.res.Signal != "":
		s += "was ended by " + e.res.Signal
	default:
		s += fmt.Sprintf("exit %d", e.res.Code)
		if len(e.want) != 1 || e.want[0] != 0 {
			s += fmt.Sprintf(", want %s", oneOf(e.want))
		}
	}
	if line := e.line(newest(e.res.Stderr, e.res.StderrTail)); line != "" {
		s += ": " + line
	} else if line := e.line(newest(e.res.Stdout, e.res.StdoutTail)); line != "" {
		s += ": " + line
	}
	return s
}

func oneOf(codes []int) string {
	words := make([]string, len(codes))
	for i, n := range codes {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, " or ")
}

// newest is the end of an output, which may lie beyond what was kept of it.
func newest(kept, tail []byte) []byte {
	if len(tail) > 0 {
		return tail
	}
	return kept
}

// line is the line of an output that says the most, "" if there is none.
func (e *commandError) line(output []byte) string {
	list := lines(strings.TrimSpace(string(text(output))))
	switch {
	case len(list) == 0:
		return ""
	case e.first:
		return short(list[0], 160)
	}
	return short(list[len(list)-1], 160)
}
