package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/runtime"
)

var exitsReady = &builtin{
	Name:    "exits",
	Group:   "run",
	Summary: "For spawn_in: ready when the program has ended with exit code 0.",
	Detail:  "For a command that leaves a daemon behind. The value of spawn_in then stands for the command; stop and kill end the daemon too.",
	Example: `n = netns("n")
p = spawn_in(n, ["sh", "-c", "sleep 100 & echo $! >/run/app.pid"], ready = exits())
check(exec_in(n, ["kill", "-0", read_in(n, "/run/app.pid").strip()]))
p.kill()`,
	Returns: "readiness",
	Common:  true,
	Params: func(*params) body {
		return func(*call) (starlark.Value, error) { return makeReady(runtime.ReadyExit{}), nil }
	},
}
