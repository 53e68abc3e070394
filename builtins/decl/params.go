package decl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"
)

// Params collects the parameters of one builtin, in order.
type Params struct {
	list    []Param
	keyword bool
	timeout *time.Duration // the value of the parameter of that name, nil if there is none
}

// A Param is one parameter as the reference shows it.
type Param struct {
	Name     string
	Type     string
	Default  string // in Starlark's notation; "" if the parameter is required
	Doc      string
	Variadic bool // takes all further positional arguments
	Keyword  bool // must be named
	Rest     bool // takes all further arguments that are named
	Required bool
	Method   *[]Param // of a field that is a function: its parameters
	set      func(starlark.Value) error
}

// KeywordsOnly says that the parameters that follow must be named.
func (p *Params) KeywordsOnly() { p.keyword = true }

func (p *Params) add(q Param) {
	q.Keyword = (p.keyword || q.Rest) && !q.Variadic
	p.list = append(p.list, q)
}

// Arg declares a required parameter.
func Arg[T any](p *Params, name string, t Type[T], doc string) *T {
	v := new(T)
	p.add(Param{Name: name, Type: t.Name, Doc: doc, Required: true, set: setter(v, t)})
	limits(p, name, v)
	return v
}

// Or declares a parameter that may be left out.
func Or[T any](p *Params, name string, t Type[T], def T, doc string) *T {
	v := new(T)
	*v = def
	p.add(Param{Name: name, Type: t.Name, Default: t.Show(def), Doc: doc, set: setter(v, t)})
	limits(p, name, v)
	return v
}

// Maybe declares a parameter that is nil if it is left out or None.
func Maybe[T any](p *Params, name string, t Type[T], doc string) **T {
	v := new(*T)
	p.add(Param{Name: name, Type: t.Name + " | None", Default: "None", Doc: doc, set: func(x starlark.Value) error {
		if x == starlark.None {
			*v = nil
			return nil
		}
		y, err := t.From(x)
		*v = &y
		return err
	}})
	return v
}

// Many declares a parameter that takes all further positional arguments, at
// least one of them.
func Many[T any](p *Params, name string, t Type[T], doc string) *[]T {
	v := new([]T)
	p.add(Param{Name: name, Type: t.Name, Doc: doc, Variadic: true, Required: true, set: func(x starlark.Value) error {
		y, err := t.From(x)
		*v = append(*v, y)
		return err
	}})
	p.keyword = true
	return v
}

// Rest declares a parameter that takes all further arguments that are named,
// in order.
func Rest(p *Params, name, doc string) *[]starlark.Tuple {
	v := new([]starlark.Tuple)
	p.add(Param{Name: name, Type: "value", Doc: doc, Rest: true, set: func(x starlark.Value) error {
		kv, _ := x.(starlark.Tuple)
		*v = append(*v, kv)
		return nil
	}})
	return v
}

// A Pair is an option of a link with two ends: nil where an end has none, and
// the same pointer twice if one value was given for both.
type Pair[T any] struct{ A, B *T }

// Both declares an option of a link with two ends: one value for both of
// them, or a pair, one for each, None for an end that shall have none.
func Both[T any](p *Params, name string, t Type[T], doc string) *Pair[T] {
	v := new(Pair[T])
	p.add(Param{Name: name, Type: t.Name + " | (" + t.Name + " | None, " + t.Name + " | None) | None", Default: "None", Doc: doc, set: func(x starlark.Value) error {
		tuple, ok := x.(starlark.Tuple)
		if !ok {
			if x == starlark.None {
				return nil
			}
			y, err := t.From(x)
			v.A, v.B = &y, &y // the same, so that a body can tell
			return err
		}
		if len(tuple) != 2 {
			return misuse("got %s, want one for both ends or a pair, one for each", count(len(tuple), "value"))
		}
		for i, end := range []**T{&v.A, &v.B} {
			if tuple[i] == starlark.None {
				continue
			}
			y, err := t.From(tuple[i])
			if err != nil {
				return err
			}
			*end = &y
		}
		return nil
	}})
	return v
}

func setter[T any](v *T, t Type[T]) func(starlark.Value) error {
	return func(x starlark.Value) (err error) { *v, err = t.From(x); return err }
}

// unpack gives every parameter its value.
func (p *Params) unpack(args starlark.Tuple, kwargs []starlark.Tuple) error {
	given := make([]bool, len(p.list))
	for i, v := range args {
		at := min(i, len(p.list)-1)
		if at < 0 || (i >= len(p.list) || p.list[at].Keyword) && !p.variadicAt(i, &at) {
			return misuse("got %s, want at most %d%s", count(len(args), "positional argument"), p.positional(), p.byName())
		}
		if err := p.put(given, at, v); err != nil {
			return err
		}
	}
	for _, kv := range kwargs {
		name := string(kv[0].(starlark.String))
		at := slices.IndexFunc(p.list, func(q Param) bool { return q.Name == name && !q.Rest })
		if rest := slices.IndexFunc(p.list, func(q Param) bool { return q.Rest }); at < 0 && rest >= 0 {
			if err := p.put(given, rest, kv); err != nil {
				return err
			}
			continue
		}
		if at < 0 {
			return misuse("no parameter %s%s", name, p.instead(name))
		}
		if p.list[at].Variadic {
			return misuse("%s: is given by position, not by name", name)
		}
		if given[at] {
			return misuse("%s: is given twice", name)
		}
		if err := p.put(given, at, kv[1]); err != nil {
			return err
		}
	}
	for i, q := range p.list {
		if q.Required && !given[i] {
			return misuse("%s: is missing", q.Name)
		}
	}
	return nil
}

// variadicAt moves at to the variadic parameter that takes argument i.
func (p *Params) variadicAt(i int, at *int) bool {
	v := slices.IndexFunc(p.list, func(q Param) bool { return q.Variadic })
	if v < 0 || i < v {
		return false
	}
	*at = v
	return true
}

func (p *Params) put(given []bool, at int, v starlark.Value) error {
	given[at] = true
	if _, ok := v.(unknown); ok {
		return nil
	}
	return Named(p.list[at].Name, p.list[at].set(v))
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// positional is how many arguments need no name.
func (p *Params) positional() int {
	n := 0
	for _, q := range p.list {
		if !q.Keyword {
			n++
		}
	}
	return n
}

// byName lists the parameters that must be named.
func (p *Params) byName() string {
	var names []string
	for _, q := range p.list {
		if q.Keyword && !q.Rest {
			names = append(names, q.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; by name: " + strings.Join(names, ", ")
}

// instead suggests a parameter for a name that is none.
func (p *Params) instead(name string) string {
	var names []string
	for _, q := range p.list {
		if !q.Variadic {
			names = append(names, q.Name)
		}
	}
	if near := Nearest(name, names); near != "" {
		return " (did you mean " + near + "?)"
	}
	if len(names) == 0 {
		return ": it takes none by name"
	}
	if len(names) == 1 {
		return ": there is " + names[0]
	}
	return ": there are " + strings.Join(names, ", ")
}

// Nearest is the name most like a misspelt one, or "" if none is.
func Nearest(name string, names []string) string {
	best, at := "", 1+max(1, len(name)/3)
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n), at); d < at {
			best, at = n, d
		}
	}
	if best == "" && len(name) >= 3 {
		for _, n := range names {
			if strings.HasPrefix(n, name) || len(n) >= 3 && strings.HasPrefix(name, n) {
				return n
			}
		}
	}
	return best
}

// distance is how many letters must be changed, added, dropped or swapped
// with the next one; at least limit if that many.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	two, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, last, row = last, row, two
	}
	return last[len(b)]
}
