package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var pathReady = &builtin{
	Name:    "path",
	Group:   "run",
	Summary: "For spawn_in: ready when there is something at a path in the node.",
	Detail:  "A file, a folder or a socket; a relative path is from the script's folder. What was there before counts too.",
	Example: `n = netns("n")
spawn_in(n, "sh -c 'echo 7 >/run/app.pid; sleep 100'", ready = path("/run/app.pid"))`,
	Returns: "readiness",
	Common:  true,
	Params: func(p *params) body {
		path := decl.Arg(p, "path", decl.Str, "the path")
		return func(*call) (starlark.Value, error) { return makeReady(runtime.ReadyPath{Path: *path}), nil }
	},
}
