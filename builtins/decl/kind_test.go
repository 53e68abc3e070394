package decl

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

type thing struct {
	name string
	size int
}

func field(name, typ string, f func(*thing) (starlark.Value, error)) Field[*thing] {
	return F(name, typ, "", f)
}

var thingFields = []Field[*thing]{
	field("name", "str", func(x *thing) (starlark.Value, error) { return starlark.String(x.name), nil }),
	field("size", "int", func(x *thing) (starlark.Value, error) {
		if x.size < 0 {
			return nil, errors.New("is too small")
		}
		return starlark.MakeInt(x.size), nil
	}),
	field("grow", "function", func(x *thing) (starlark.Value, error) {
		return Method("thing.grow", func() (starlark.Value, error) { return starlark.MakeInt(x.size + 1), nil }), nil
	}),
}

var (
	valueOf  = &Kind[*thing]{Name: "thing", Label: func(x *thing) string { return x.name }, Truth: func(x *thing) bool { return x.size > 0 }, Fields: thingFields}
	handleOf = &Kind[*thing]{Name: "handle", Label: func(x *thing) string { return x.name }, Handle: true, Key: func(x *thing) string { return "" }, Fields: thingFields}
)

// evalThings evaluates an expression over values x, like x, y, and handles h
// and i; z cannot tell its size.
func evalThings(expr string) string {
	a, b := &thing{"a", 1}, &thing{"a", 1}
	env := starlark.StringDict{
		"x": valueOf.Wrap(a), "like": valueOf.Wrap(b), "y": valueOf.Wrap(&thing{"y", 0}), "z": valueOf.Wrap(&thing{"z", -1}), "z2": valueOf.Wrap(&thing{"z", -1}),
		"h": handleOf.Wrap(a), "h2": handleOf.Wrap(a), "i": handleOf.Wrap(b),
	}
	v, err := starlark.Eval(&starlark.Thread{}, "x.star", expr, env)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(v)
}

func TestKinds(t *testing.T) {
	for expr, want := range map[string]string{
		"x": "thing(a)", "type(x)": `"thing"`, "[x, h]": "[thing(a), handle(a)]", "dir(x)": `["grow", "name", "size"]`,
		"bool(x), bool(y), bool(h)":            "(True, False, True)",
		"x == like, x != like, x == y, x == 1": "(True, False, False, False)",
		"h == h2, h == i, h == x":              "(True, False, False)",
		"{h: 1}[h2]":                           "1",
		"{h: 1}.get(i)":                        "None",
		"{x: 1}":                               "unhashable type: thing",
		"x < y":                                "thing values have no order: < is not defined",
		"x.size, x.name, x.grow()":             `(1, "a", 2)`,
		"x.grow(1)":                            "thing.grow: takes no arguments",
		"x.sise":                               "thing has no .sise field or method (did you mean .size?)",
		"z.size":                               "thing.size: is too small",
		"z == z2":                              "is too small",
	} {
		if got := evalThings(expr); got != want {
			t.Errorf("%s: got %s, want %s", expr, got, want)
		}
	}
	if _, ok := valueOf.Unwrap(handleOf.Wrap(&thing{})); ok {
		t.Error("got a handle as a value of another kind")
	}
	if IsHandle(valueOf.Wrap(&thing{})) || !IsHandle(handleOf.Wrap(&thing{})) || IsHandle(starlark.None) {
		t.Error("got a wrong answer to what is a handle")
	}
}

func TestKindsAsJSON(t *testing.T) {
	b, err := valueOf.Wrap(&thing{"a", 1}).(object[*thing]).MarshalJSON()
	if got, want := string(b), `{"name":"a","size":1}`; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := handleOf.Wrap(&thing{"a", 1}).(object[*thing]).MarshalJSON(); err == nil || !strings.HasPrefix(err.Error(), "cannot encode handle as JSON") {
		t.Errorf("got %v, want a refusal", err)
	}
	if _, err := valueOf.Wrap(&thing{"a", -1}).(object[*thing]).MarshalJSON(); err == nil || err.Error() != "is too small" {
		t.Errorf("got %v, want the field's error", err)
	}
}
