package builtins

import (
	"math"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var near = &builtin{
	Name:    "near",
	Group:   "assert",
	Summary: "Say whether two numbers, or two durations, differ by no more than a share of the second.",
	Detail:  "For what is measured: check(near(got, want, within = \"15%\")).",
	Example: `check(near(105, 100, within = "5%") and not near(106, 100, within = "5%"))
check(near(duration("1.1s"), "1s", within = 0.2))`,
	Returns: "bool",
	Params: func(p *params) body {
		a := decl.Arg(p, "a", decl.Value, "what was measured: int, float or duration")
		b := decl.Arg(p, "b", decl.Value, "what it should be")
		p.KeywordsOnly()
		within := decl.Arg(p, "within", ratio, `the share of b by which they may differ: "15%" or 0.15`)
		return func(c *call) (starlark.Value, error) {
			x, y, err := measures(*a, *b)
			if err != nil {
				return nil, err
			}
			// A hair more, so that "5%" of 100 holds 105 in binary fractions too.
			return starlark.Bool(math.Abs(x-y) <= math.Abs(y)*(*within)*(1+1e-12)), nil
		}
	},
}

// measures are two values as numbers that can be compared.
func measures(a, b starlark.Value) (x, y float64, err error) {
	da, isDuration := a.(decl.Span)
	db, other := b.(decl.Span)
	if isDuration || other {
		if !isDuration {
			d, err := decl.ToDuration(a)
			if err != nil {
				return 0, 0, decl.Named("a", err)
			}
			da = decl.Span(d)
		}
		if !other {
			d, err := decl.ToDuration(b)
			if err != nil {
				return 0, 0, decl.Named("b", err)
			}
			db = decl.Span(d)
		}
		return time.Duration(da).Seconds(), time.Duration(db).Seconds(), nil
	}
	for _, v := range []struct {
		name string
		v    starlark.Value
		to   *float64
	}{{"a", a, &x}, {"b", b, &y}} {
		f, ok := starlark.AsFloat(v.v)
		if !ok && v.v.Type() != "int" {
			return 0, 0, decl.Named(v.name, decl.Wrong(v.v, "int, float or duration"))
		}
		if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
			return 0, 0, decl.Misusef("%s: %s is no number that can be compared", v.name, short(v.v.String(), 40))
		}
		*v.to = f
	}
	return x, y, nil
}
