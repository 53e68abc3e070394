package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var skip = &builtin{
	Name:    "skip",
	Group:   "assert",
	Summary: "Stop the script because what it tests cannot be tested here.",
	Detail:  "It has then neither passed nor failed: the exit code is 3, and the reason is shown. What require finds missing is skipped in the same way.",
	Example: `if not attempt(lambda: require("netem")).ok:
    print("would skip(\"needs netem\")")`,
	Returns: "None",
	Params: func(p *params) body {
		reason := decl.Arg(p, "reason", decl.Str, "why not")
		return func(c *call) (starlark.Value, error) {
			if *reason == "" {
				return nil, decl.Misusef("reason: is empty: say why it cannot be tested here")
			}
			return nil, &skipError{*reason}
		}
	},
}

// A skipError is the script's own word that it cannot be tried here.
type skipError struct{ reason string }

func (s *skipError) Error() string { return s.reason }
