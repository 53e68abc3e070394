package builtins

import (
	"context"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var sleep = &builtin{
	Name:    "sleep",
	Group:   "order",
	Summary: "Wait for a fixed time.",
	Detail:  "For time that must pass, as an ageing timer's. To wait for something to happen use eventually, which is faster and does not fail on a slow machine.",
	Example: `sleep("10ms")`,
	Returns: "None",
	Params: func(p *params) body {
		d := decl.Arg(p, "duration", decl.Duration, "how long")
		return func(c *call) (starlark.Value, error) {
			if !pause(c.Context, *d) {
				return nil, context.Cause(c.Context)
			}
			return starlark.None, nil
		}
	},
}
