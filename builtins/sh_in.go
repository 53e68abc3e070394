package builtins

import (
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var shIn = &builtin{
	Name:    "sh_in",
	Group:   "run",
	Summary: "Run a command of the shell in a namespace and wait for its end.",
	Detail: "For pipes, redirections, variables and loops: as exec_in(ns, [\"sh\", \"-c\", script]). The exit code is that of the last command, as always with a shell; " +
		"begin with `set -e` to stop at the first that fails.",
	Example: `n = netns("n")
check(sh_in(n, "ip -o link | wc -l").stdout.strip() == "1")`,
	Returns: "result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		script := decl.Arg(p, "script", decl.Str, "what the shell runs")
		opt := runOptions(p)
		return func(c *call) (starlark.Value, error) {
			if strings.TrimSpace(*script) == "" {
				return nil, decl.Misusef("script: is empty")
			}
			if strings.IndexByte(*script, 0) >= 0 {
				return nil, decl.Misusef("script: holds a zero byte, which no argument can")
			}
			return opt.run(c, *ns, []string{"sh", "-c", *script})
		}
	},
}
