package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var readIn = &builtin{
	Name:    "read_in",
	Group:   "run",
	Summary: "Read a file in a node.",
	Detail: "It is what a command in the node would read: its own /etc, /proc and /sys too. Bytes that are no UTF-8 are replaced by U+FFFD. A relative path is from the script's folder. " +
		"It fails if the file is not there, is no plain file, or is larger than the limit.",
	Example: `n = netns("n")
check(read_in(n, "/etc/hostname") == "n\n")`,
	Returns: "str",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		path := decl.Arg(p, "path", decl.Str, "the file")
		p.KeywordsOnly()
		limit := decl.Or(p, "limit", decl.Int(1, maxText), maxText, "bytes that it may have")
		return func(c *call) (starlark.Value, error) {
			b, err := (*ns).ReadFile(c.Context, *path, *limit)
			if err != nil {
				return nil, err
			}
			return text(b), nil
		}
	},
}
