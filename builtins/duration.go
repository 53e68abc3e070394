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
		v := decl.Arg(p, "value", anyDuration, `"5ms", "1.5s", "2m", or a number of seconds; it may be negative`)
		return func(c *call) (starlark.Value, error) { return *v, nil }
	},
}

var anyDuration = decl.Type[startime.Duration]{Name: "str | int | float | duration", From: func(v starlark.Value) (startime.Duration, error) {
	d, err := decl.ToDuration(v)
	return startime.Duration(d), err
}, Show: startime.Duration.String}

// durationKind is what the reference says of the language's own type.
var durationKind decl.Described = &decl.Kind[startime.Duration]{
	Name:    "duration",
	Summary: "A span of time. It can be compared, added, subtracted, multiplied by a number and divided.",
	Fields: []decl.Field[startime.Duration]{
		decl.F[startime.Duration]("hours", "float", "the span in hours", nil),
		decl.F[startime.Duration]("minutes", "float", "the span in minutes", nil),
		decl.F[startime.Duration]("seconds", "float", "the span in seconds", nil),
		decl.F[startime.Duration]("milliseconds", "int", "the span in milliseconds", nil),
		decl.F[startime.Duration]("microseconds", "int", "the span in microseconds", nil),
		decl.F[startime.Duration]("nanoseconds", "int", "the span in nanoseconds", nil),
	},
}
