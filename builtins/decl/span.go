package decl

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Span is a span of time as scripts hold it. The language's own has no
// product with a float and no sign, and truncates its attributes.
type Span time.Duration

var (
	_ starlark.TotallyOrdered = Span(0)
	_ starlark.HasBinary      = Span(0)
	_ starlark.HasUnary       = Span(0)
	_ starlark.HasAttrs       = Span(0)
)

func (d Span) String() string        { return ShortDuration(time.Duration(d)) }
func (d Span) Type() string          { return "duration" }
func (d Span) Freeze()               {}
func (d Span) Truth() starlark.Bool  { return d != 0 }
func (d Span) Hash() (uint32, error) { return uint32(d) ^ uint32(int64(d)>>32), nil }

// MarshalJSON writes the span in seconds.
func (d Span) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(d).Seconds(), 'g', -1, 64), nil
}

// SpanFields are the attributes of a span.
var SpanFields = []Field[Span]{
	spanField("hours", "the span in hours", time.Hour),
	spanField("minutes", "the span in minutes", time.Minute),
	spanField("seconds", "the span in seconds", time.Second),
	spanField("milliseconds", "the span in milliseconds", time.Millisecond),
	spanField("microseconds", "the span in microseconds", time.Microsecond),
	F("nanoseconds", "int", "the span in nanoseconds", func(d Span) (starlark.Value, error) { return starlark.MakeInt64(int64(d)), nil }),
}

func spanField(name, doc string, unit time.Duration) Field[Span] {
	return F(name, "float", doc, func(d Span) (starlark.Value, error) { return starlark.Float(float64(d) / float64(unit)), nil })
}

func (d Span) Attr(name string) (starlark.Value, error) {
	return fieldOf(SpanFields, d, name)
}

func (d Span) AttrNames() []string { return fieldNames(SpanFields) }

// Cmp compares two spans.
func (d Span) Cmp(y starlark.Value, _ int) (int, error) {
	return cmp.Compare(d, y.(Span)), nil
}

// Unary negates.
func (d Span) Unary(op syntax.Token) (starlark.Value, error) {
	switch op {
	case syntax.MINUS:
		return -d, nil
	case syntax.PLUS:
		return d, nil
	}
	return nil, nil
}

// Binary adds and subtracts spans, also such as are written as strings,
// multiplies and divides by numbers, and divides spans by each other.
func (d Span) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch y.(type) {
	case starlark.Int, starlark.Float:
		f, _ := starlark.AsFloat(y)
		return d.scale(op, f, side)
	case Span, starlark.String:
		e, err := ToDuration(y)
		if err != nil {
			return nil, err
		}
		return d.combine(op, Span(e), side)
	}
	return nil, nil
}

func (d Span) scale(op syntax.Token, f float64, side starlark.Side) (starlark.Value, error) {
	switch {
	case op == syntax.STAR:
	case op == syntax.SLASH && side == starlark.Left:
		if f == 0 {
			return nil, fmt.Errorf("%s is divided by zero", d)
		}
		f = 1 / f
	default:
		return nil, nil
	}
	r := math.Round(float64(d) * f)
	if math.IsNaN(r) || math.Abs(r) >= math.MaxInt64 {
		return nil, fmt.Errorf("%s %s … is too long for a duration", d, op)
	}
	return Span(r), nil
}

func (d Span) combine(op syntax.Token, e Span, side starlark.Side) (starlark.Value, error) {
	x, y := d, e
	if side == starlark.Right {
		x, y = e, d
	}
	switch op {
	case syntax.PLUS, syntax.MINUS:
		if op == syntax.MINUS {
			y = -y
		}
		sum := x + y
		if (sum > x) != (y > 0) && y != 0 {
			return nil, fmt.Errorf("%s %s %s is too long for a duration", d, op, e)
		}
		return sum, nil
	case syntax.SLASH, syntax.SLASHSLASH, syntax.PERCENT:
		if y == 0 {
			return nil, fmt.Errorf("%s is divided by zero", x)
		}
	}
	switch op {
	case syntax.SLASH:
		return starlark.Float(float64(x) / float64(y)), nil
	case syntax.SLASHSLASH:
		return starlark.MakeInt64(int64(x / y)), nil
	case syntax.PERCENT:
		return x % y, nil
	}
	return nil, nil
}
