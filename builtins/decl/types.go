package decl

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// A Type says how an argument becomes a Go value. Its errors are Misuses.
type Type[T any] struct {
	Name string // in signatures, messages and stubs
	From func(starlark.Value) (T, error)
	Show func(T) string // a default, in Starlark's notation
}

// wrong says that a value is of the wrong type.
func wrong(v starlark.Value, want string) error {
	return misuse("got %s, want %s", TypeName(v), want)
}

// Wrong says that a value is of the wrong type, for types declared elsewhere.
func Wrong(v starlark.Value, want string) error { return wrong(v, want) }

// brief is a text of no more than a few words.
func brief(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// quote is a text of a script as messages repeat it.
func quote(s string) string { return strconv.Quote(brief(s)) }

// TypeName is the type of a value as messages call it.
func TypeName(v starlark.Value) string {
	switch t := v.Type(); t {
	case "string":
		return "str"
	case "NoneType":
		return "None"
	case "builtin_function_or_method":
		return "function"
	default:
		return t
	}
}

// Value takes anything.
var Value = Type[starlark.Value]{"value", func(v starlark.Value) (starlark.Value, error) { return v, nil }, func(v starlark.Value) string { return v.String() }}

// Str is a string.
var Str = Type[string]{"str", func(v starlark.Value) (string, error) {
	s, ok := starlark.AsString(v)
	if !ok {
		return "", wrong(v, "str")
	}
	return s, nil
}, strconv.Quote}

// Bool is True or False.
var Bool = Type[bool]{"bool", func(v starlark.Value) (bool, error) {
	b, ok := v.(starlark.Bool)
	if !ok {
		return false, wrong(v, "bool")
	}
	return bool(b), nil
}, func(b bool) string { return starlark.Bool(b).String() }}

// Int is an integer within bounds.
func Int(low, high int) Type[int] {
	return Type[int]{"int", func(v starlark.Value) (int, error) {
		x, ok := v.(starlark.Int)
		if !ok {
			return 0, wrong(v, "int")
		}
		n, ok := x.Int64()
		if !ok || n < int64(low) || n > int64(high) {
			return 0, misuse("%s is out of range: %d to %d", brief(v.String()), low, high)
		}
		return int(n), nil
	}, strconv.Itoa}
}

// Func0 is something that can be called without arguments.
var Func0 = Type[starlark.Callable]{"function", func(v starlark.Value) (starlark.Callable, error) {
	f, ok := v.(starlark.Callable)
	if !ok {
		return nil, misuse("got %s, want function: write lambda: before an expression that is to be called later", TypeName(v))
	}
	if fn, ok := f.(*starlark.Function); ok {
		for i := range NamedParams(fn) {
			if fn.ParamDefault(i) == nil {
				name, _ := fn.Param(i)
				return nil, misuse("the function is called without arguments, but needs %s", name)
			}
		}
	}
	return f, nil
}, func(starlark.Callable) string { return "…" }}

// NamedParams is how many parameters a function has besides *args and
// **kwargs, which come last.
func NamedParams(fn *starlark.Function) int {
	n := fn.NumParams()
	for _, more := range []bool{fn.HasVarargs(), fn.HasKwargs()} {
		if more {
			n--
		}
	}
	return n
}

// OneOf is one of a few words.
func OneOf(words ...string) Type[string] {
	quoted := func() string {
		list := make([]string, len(words))
		for i, w := range words {
			list[i] = strconv.Quote(w)
		}
		return strings.Join(list, ", ")
	}
	return Type[string]{"str", func(v starlark.Value) (string, error) {
		s, ok := starlark.AsString(v)
		if !ok {
			return "", wrong(v, "str: "+quoted())
		}
		for _, w := range words {
			if s == w {
				return s, nil
			}
		}
		hint := ""
		if n := Nearest(s, words); n != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", n)
		}
		return "", misuse("%s is none of %s%s", quote(s), quoted(), hint)
	}, strconv.Quote}
}

// List is a list or a tuple of values of a type; a single one stands for a
// list of it.
func List[T any](t Type[T]) Type[[]T] {
	return Type[[]T]{t.Name + " | list[" + t.Name + "]", func(v starlark.Value) ([]T, error) {
		seq, ok := v.(starlark.Sequence)
		if _, isDict := v.(*starlark.Dict); !ok || isDict {
			x, err := t.From(v)
			if m, ok := err.(*Misuse); ok && strings.HasPrefix(m.Text, "got ") {
				err = &Misuse{m.Text + ", or a list of them"}
			}
			return []T{x}, err
		}
		list := make([]T, 0, seq.Len())
		it := seq.Iterate()
		defer it.Done()
		var x starlark.Value
		for i := 0; it.Next(&x); i++ {
			y, err := t.From(x)
			if m, ok := err.(*Misuse); ok {
				return nil, &Misuse{fmt.Sprintf("[%d]: %s", i, m.Text)}
			}
			if err != nil {
				return nil, err
			}
			list = append(list, y)
		}
		return list, nil
	}, func(l []T) string {
		if len(l) == 0 {
			return "[]"
		}
		words := make([]string, len(l))
		for i, x := range l {
			words[i] = t.Show(x)
		}
		return "[" + strings.Join(words, ", ") + "]"
	}}
}

// Words is a dict from names to values, which are written as Starlark's str
// does; booleans as 1 and 0.
var Words = Type[map[string]string]{"dict", func(v starlark.Value) (map[string]string, error) {
	d, ok := v.(*starlark.Dict)
	if !ok {
		return nil, wrong(v, "dict")
	}
	m := make(map[string]string, d.Len())
	for _, kv := range d.Items() {
		key, ok := starlark.AsString(kv[0])
		if !ok {
			return nil, misuse("key %s: got %s, want str", kv[0], TypeName(kv[0]))
		}
		word, err := Word.From(kv[1])
		if mis, ok := err.(*Misuse); ok {
			return nil, &Misuse{key + ": " + mis.Text}
		}
		m[key] = word
	}
	return m, nil
}, func(m map[string]string) string { return "{}" }}

// Word is a value that is written out: a string, an integer, a truth value.
var Word = Type[string]{"str | int | bool", func(v starlark.Value) (string, error) {
	switch v := v.(type) {
	case starlark.String:
		return string(v), nil
	case starlark.Int:
		return v.String(), nil
	case starlark.Bool:
		if v {
			return "1", nil
		}
		return "0", nil
	}
	return "", wrong(v, "str, int or bool")
}, strconv.Quote}
