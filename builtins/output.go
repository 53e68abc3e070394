package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var outputReady = &builtin{
	Name:    "output",
	Group:   "run",
	Summary: "For spawn_in: ready when the program has written a line that matches.",
	Detail:  "The line may be of either output, and need not have ended: a prompt will do. process.expect_line sees it again.",
	Example: `n = netns("n")
p = spawn_in(n, "sh -c 'echo listening on 80 >&2; sleep 100'", ready = output("^listening on \\d+$"))
check(p.expect_line("listening") == "listening on 80")`,
	Returns: "readiness",
	Common:  true,
	Params: func(p *params) body {
		re := decl.Arg(p, "pattern", pattern, "a regular expression of Go's package regexp, anywhere in the line")
		return func(*call) (starlark.Value, error) { return makeReady(runtime.ReadyOutput{Line: *re}), nil }
	},
}
