package decl

import "go.starlark.net/starlark"

// An argument is where the value of a parameter goes.
type argument interface {
	set(starlark.Value) error
}

// Arg declares a required parameter.
func Arg[T any](p *Params, name string, t Type[T], doc string) *T {
	a := &single[T]{from: t.From}
	p.add(&Param{Name: name, Type: t.Name, Doc: doc, Required: true}, a)
	limits(p, name, &a.value)
	return &a.value
}

// Or declares a parameter that may be left out.
func Or[T any](p *Params, name string, t Type[T], def T, doc string) *T {
	a := &single[T]{def, t.From}
	q := Param{Name: name, Type: t.Name, Doc: doc}
	if p.told {
		q.Default = t.Show(def)
	}
	p.add(&q, a)
	limits(p, name, &a.value)
	return &a.value
}

type single[T any] struct {
	value T
	from  func(starlark.Value) (T, error)
}

func (a *single[T]) set(x starlark.Value) (err error) { a.value, err = a.from(x); return err }

// Maybe declares a parameter that is nil if it is left out or None.
func Maybe[T any](p *Params, name string, t Type[T], doc string) **T {
	a := &optional[T]{from: t.From}
	q := Param{Name: name, Doc: doc}
	if p.told {
		q.Type, q.Default = t.Name+" | None", "None"
	}
	p.add(&q, a)
	return &a.value
}

type optional[T any] struct {
	value *T
	from  func(starlark.Value) (T, error)
}

func (a *optional[T]) set(x starlark.Value) error {
	if x == starlark.None {
		a.value = nil
		return nil
	}
	y, err := a.from(x)
	a.value = &y
	return err
}

// Many declares a parameter that takes all further positional arguments, at
// least one of them.
func Many[T any](p *Params, name string, t Type[T], doc string) *[]T {
	a := &several[T]{from: t.From}
	p.add(&Param{Name: name, Type: t.Name, Doc: doc, Variadic: true, Required: true}, a)
	p.keyword = true
	return &a.values
}

// Rest declares a parameter that takes all further arguments that are named,
// in order.
func Rest(p *Params, name, doc string) *[]starlark.Tuple {
	a := &several[starlark.Tuple]{from: func(x starlark.Value) (starlark.Tuple, error) {
		kv, _ := x.(starlark.Tuple)
		return kv, nil
	}}
	p.add(&Param{Name: name, Type: "value", Doc: doc, Rest: true}, a)
	return &a.values
}

type several[T any] struct {
	values []T
	from   func(starlark.Value) (T, error)
}

func (a *several[T]) set(x starlark.Value) error {
	y, err := a.from(x)
	a.values = append(a.values, y)
	return err
}

// A Pair is an option of a link with two ends: nil where an end has none, and
// the same pointer twice if one value was given for both.
type Pair[T any] struct{ A, B *T }

// Both declares an option of a link with two ends: one value for both of
// them, or a pair, one for each, None for an end that shall have none.
func Both[T any](p *Params, name string, t Type[T], doc string) *Pair[T] {
	a := &twofold[T]{from: t.From}
	q := Param{Name: name, Doc: doc}
	if p.told {
		q.Type, q.Default = t.Name+" | ("+t.Name+" | None, "+t.Name+" | None) | None", "None"
	}
	p.add(&q, a)
	return &a.value
}

type twofold[T any] struct {
	value Pair[T]
	from  func(starlark.Value) (T, error)
}

func (a *twofold[T]) set(x starlark.Value) error {
	tuple, ok := x.(starlark.Tuple)
	if !ok {
		if x == starlark.None {
			return nil
		}
		y, err := a.from(x)
		a.value = Pair[T]{&y, &y} // the same, so that a body can tell
		return err
	}
	if len(tuple) != 2 {
		return misuse("got %s, want one for both ends or a pair, one for each", count(len(tuple), "value"))
	}
	for i, end := range []**T{&a.value.A, &a.value.B} {
		if tuple[i] == starlark.None {
			continue
		}
		y, err := a.from(tuple[i])
		if err != nil {
			return err
		}
		*end = &y
	}
	return nil
}
