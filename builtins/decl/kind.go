package decl

import (
	"fmt"
	"hash/fnv"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Kind declares a type of value that scripts hold but cannot make by hand:
// a namespace, a process, a command's result. T is what the value is in Go.
type Kind[T comparable] struct {
	Name    string
	Summary string
	Label   func(T) string // what tells one from another, for messages
	Truth   func(T) bool   // nil: always true
	Fields  []Field[T]
	Handle  bool   // stands for something of the lab; reports do not explain it
	Instead string // what to write in place of its name, or ""

	// Same reports whether two values are equal. Without it, handles are equal
	// if they are identical, and other values if all their fields are that do
	// not age.
	Same func(a, b T) bool

	// Key is what the hash of a handle derives from: it stays the same as long
	// as the value does, and equal values have equal keys.
	Key func(T) string
}

// Declare gives the kind its fields, where they cannot stand in the kind's own
// value because the fields of two kinds refer to each other.
func (k *Kind[T]) Declare(fields []Field[T]) []Field[T] {
	k.Fields = fields
	return fields
}

// A Field is one attribute of a kind. Get reads it when it is asked for.
type Field[T any] struct {
	Name   string
	Type   string
	Doc    string
	Get    func(T) (starlark.Value, error)
	Params []Param // of a method, whose Type is what it returns
	Method bool
	Ages   bool
}

// Aging is a field that changes because time passes. Values that differ in
// nothing else are equal, as long as both have it.
func Aging[T any](f Field[T]) Field[T] {
	f.Doc, f.Ages = f.Doc+"; no matter of ==", true
	return f
}

// F makes a field.
func F[T any](name, typ, doc string, get func(T) (starlark.Value, error)) Field[T] {
	return Field[T]{Name: name, Type: typ, Doc: doc, Get: get}
}

// A Described kind is one as the reference shows it.
type Described interface {
	Describe() (name, summary string, fields []Param)
}

// Describe is what the reference says of the kind.
func (k *Kind[T]) Describe() (name, summary string, fields []Param) {
	for _, f := range k.Fields {
		q := Param{Name: f.Name, Type: f.Type, Doc: f.Doc}
		if f.Method {
			q.Method = &f.Params
		}
		fields = append(fields, q)
	}
	return k.Name, k.Summary, fields
}

// Wrap makes v a value that scripts can hold.
func (k *Kind[T]) Wrap(v T) starlark.Value { return object[T]{k, v} }

// Type is the kind as a parameter's type.
func (k *Kind[T]) Type() Type[T] {
	return Type[T]{k.Name, func(x starlark.Value) (T, error) {
		v, ok := k.Unwrap(x)
		if _, isName := x.(starlark.String); isName && k.Instead != "" {
			return v, wrong(x, k.Name+": "+k.Instead)
		}
		if !ok {
			return v, wrong(x, k.Name)
		}
		return v, nil
	}, func(v T) string { return k.Label(v) }}
}

// fieldOf is the value of a field of x, nil if there is no such field: Starlark
// reports that.
func fieldOf[T any](fields []Field[T], x T, name string) (starlark.Value, error) {
	for _, f := range fields {
		if f.Name == name {
			return f.Get(x)
		}
	}
	return nil, nil
}

func fieldNames[T any](fields []Field[T]) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// Attr is a field of a value, for those that are more than what Wrap makes; nil
// if there is no such field.
func (k *Kind[T]) Attr(x T, name string) (starlark.Value, error) {
	v, err := fieldOf(k.Fields, x, name)
	if err != nil {
		return nil, &Error{k.Name + "." + name, err}
	}
	return v, nil
}

// AttrNames are the names of the fields.
func (k *Kind[T]) AttrNames() []string { return fieldNames(k.Fields) }

// Unwrap is what a value of this kind is in Go.
func (k *Kind[T]) Unwrap(x starlark.Value) (T, bool) {
	if o, ok := x.(object[T]); ok && o.kind == k {
		return o.v, true
	}
	var zero T
	return zero, false
}

// IsHandle reports whether v stands for something of the lab.
func IsHandle(v starlark.Value) bool {
	h, ok := v.(interface{ handle() bool })
	return ok && h.handle()
}

// An object is what scripts hold: they compare and pass it, and read its
// fields.
type object[T comparable] struct {
	kind *Kind[T]
	v    T
}

var (
	_ starlark.HasAttrs   = object[int]{}
	_ starlark.Comparable = object[int]{}
)

func (o object[T]) String() string { return fmt.Sprintf("%s(%s)", o.kind.Name, o.kind.Label(o.v)) }
func (o object[T]) Type() string   { return o.kind.Name }
func (o object[T]) Freeze()        {} // nothing a script can change
func (o object[T]) Truth() starlark.Bool {
	return starlark.Bool(o.kind.Truth == nil || o.kind.Truth(o.v))
}
func (o object[T]) handle() bool { return o.kind.Handle }
func (o object[T]) Hash() (uint32, error) {
	if !o.kind.Handle || o.kind.Key == nil {
		return 0, fmt.Errorf("unhashable type: %s", o.kind.Name)
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(o.kind.Key(o.v)))
	return h.Sum32(), nil
}

func (o object[T]) Attr(name string) (starlark.Value, error) { return o.kind.Attr(o.v, name) }
func (o object[T]) AttrNames() []string                      { return o.kind.AttrNames() }

// CompareSameType knows == and != only: the kinds have no order.
func (o object[T]) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	p, ok := y.(object[T])
	same, err := false, error(nil)
	if ok && o.kind == p.kind {
		same, err = o.same(p, depth)
	}
	switch op {
	case syntax.EQL:
		return same, err
	case syntax.NEQ:
		return !same, err
	}
	return false, fmt.Errorf("%s values have no order: %s is not defined", o.kind.Name, op)
}

func (o object[T]) same(p object[T], depth int) (bool, error) {
	switch {
	case o.v == p.v:
		return true, nil
	case o.kind.Same != nil:
		return o.kind.Same(o.v, p.v), nil
	case o.kind.Handle:
		return false, nil
	}
	for _, f := range o.kind.Fields {
		if f.Type == "function" || f.Method {
			continue
		}
		x, err := f.Get(o.v)
		if err != nil {
			return false, err
		}
		y, err := f.Get(p.v)
		if err != nil {
			return false, err
		}
		if f.Ages && x != starlark.None && y != starlark.None {
			continue
		}
		if eq, err := starlark.EqualDepth(x, y, depth-1); err != nil || !eq {
			return false, err
		}
	}
	return true, nil
}
