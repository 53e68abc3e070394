package builtins

import (
	startime "go.starlark.net/lib/time"
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var duration = &builtin{
	Name:    "duration",
	Group:   "data",
	Summary: "Make a value of a span of time that can be calculated with and compared.",
	Detail:  "Results such as .elapsed and .rtt.avg are such values. It has `.seconds .milliseconds .microseconds .nanoseconds .minutes .hours`.",
	Example: `check(duration("1500ms") == duration(1.5))
check(duration("2s") < duration("1m") and duration("90s").minutes == 1.5)`,
	Returns: "duration",
	Params: func(p *params) body {
		v := decl.Arg(p, "value", decl.Value, `"5ms", "1.5s", "2m", or a number of seconds`)
		return func(c *call) (starlark.Value, error) {
			d, err := decl.ToDuration(*v)
			return startime.Duration(d), decl.Named("value", err)
		}
	},
}
