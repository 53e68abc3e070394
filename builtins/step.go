package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var step = &builtin{
	Name:    "step",
	Group:   "order",
	Summary: "Give what follows a title.",
	Detail:  "Reports show it with the last steps; so do -x, -v and the status line.",
	Example: `step("the cable is cut")`,
	Returns: "None",
	Params: func(p *params) body {
		title := decl.Arg(p, "title", decl.Str, "what is done now")
		return func(c *call) (starlark.Value, error) {
			if *title == "" {
				return nil, decl.Misusef("title: is empty")
			}
			c.Session.BeginSection(short(*title, 200))
			if c.Script.opt.Section != nil {
				c.Script.opt.Section(short(*title, 200))
			}
			return starlark.None, nil
		}
	},
}
