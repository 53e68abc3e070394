package decl

import (
	"go.starlark.net/starlark"
)

// Method makes a field's value a function without parameters.
func Method(name string, f func() (starlark.Value, error)) starlark.Value {
	return starlark.NewBuiltin(name, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args)+len(kwargs) > 0 {
			return nil, &Error{b.Name(), misuse("takes no arguments")}
		}
		v, err := f()
		if err != nil {
			return nil, &Error{b.Name(), err}
		}
		return v, nil
	})
}

// M makes a field that is a function with parameters, declared as those of a
// builtin are. begin makes each call.
func M[T, S any](kind, name, returns, doc string, begin func(*starlark.Thread) *Call[S], params func(p *Params, v T) Func[S]) Field[T] {
	described := &Params{told: true}
	var none T
	params(described, none)
	return Field[T]{Name: name, Type: returns, Doc: doc, Method: true, Params: described.list, Get: func(v T) (starlark.Value, error) {
		b := &Builtin[S]{Name: kind + "." + name, Params: func(p *Params) Func[S] { return params(p, v) }}
		return b.Bind(begin), nil
	}}
}
