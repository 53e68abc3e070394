package builtins

import (
	"context"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var flap = &builtin{
	Name:    "flap",
	Group:   "set",
	Summary: "Switch a link off and on again, several times.",
	Detail:  "It ends with the link up, after the last time of rest. As link_down and link_up with sleep between.",
	Example: `a, b = netns("a"), netns("b")
e, f = veth(a, b)
flap(e, times = 2, down = "10ms", up = "10ms")
check(e.up and f.carrier)`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		p.KeywordsOnly()
		times := decl.Or(p, "times", decl.Int(1, 10000), 3, "how often")
		down := decl.Or(p, "down", decl.Duration, 500*time.Millisecond, "how long it is off each time")
		up := decl.Or(p, "up", decl.Duration, 500*time.Millisecond, "how long it is on each time")
		return func(c *call) (starlark.Value, error) {
			for range *times {
				for _, half := range []struct {
					up   bool
					rest time.Duration
				}{{false, *down}, {true, *up}} {
					if err := (*l).SetUp(c.Context, half.up); err != nil {
						return nil, err
					}
					if !pause(c.Context, half.rest) {
						return nil, context.Cause(c.Context)
					}
				}
			}
			return starlark.None, nil
		}
	},
}
