package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var defer_ = &builtin{
	Name:    "defer",
	Group:   "order",
	Summary: "Call a function when the script ends, whatever ends it.",
	Detail: "Functions are called newest first; one that fails fails the script and does not keep the others from being called. There is no need to unmake what the script made: " +
		"that is done after them. After Ctrl-C or the time limit they have two seconds.",
	Example: `n = netns("n")
defer(lambda: print("at the end", [l.name for l in links(n)]))`,
	Returns: "None",
	Params: func(p *params) body {
		fn := decl.Arg(p, "fn", decl.Func0, "the function, usually a lambda")
		return func(c *call) (starlark.Value, error) {
			s := strandOf(c.Thread)
			s.deferred = append(s.deferred, *fn)
			return starlark.None, nil
		}
	},
}
