package builtins

import (
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

var anyDuration = decl.Type[decl.Span]{Name: "str | int | float | duration", From: func(v starlark.Value) (decl.Span, error) {
	d, err := decl.ToDuration(v)
	return decl.Span(d), err
}, Show: decl.Span.String}

// durationKind is what the reference says of the type.
var durationKind decl.Described = &decl.Kind[decl.Span]{
	Name: "duration",
	Summary: "A span of time. Spans are compared, added, subtracted (also strings: d + \"5ms\"), multiplied by a number, divided by one, and divided by each other. " +
		"To compare with a string, make it a duration first.",
	Fields: decl.SpanFields,
}
