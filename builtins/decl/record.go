package decl

import (
	"go.starlark.net/starlark"
)

// Record is a struct or a dict with fields that are declared as the parameters
// of a builtin are. The function that declare returns makes the value of them.
func Record[T any](declare func(p *Params) func() (T, error)) Type[T] {
	return Type[T]{"struct | dict", func(v starlark.Value) (T, error) {
		var none T
		fields, err := recordFields(v)
		if err != nil {
			return none, err
		}
		p := &Params{}
		p.KeywordsOnly()
		build := declare(p)
		if err := p.unpack(nil, fields); err != nil {
			return none, err
		}
		return build()
	}, func(T) string { return "None" }}
}

// recordFields are the names and values of a struct or a dict.
func recordFields(v starlark.Value) (fields []starlark.Tuple, err error) {
	if d, ok := v.(*starlark.Dict); ok {
		for _, kv := range d.Items() {
			if _, ok := kv[0].(starlark.String); !ok {
				return nil, misuse("key %s: got %s, want str", kv[0], TypeName(kv[0]))
			}
			fields = append(fields, kv)
		}
		return fields, nil
	}
	s, ok := v.(starlark.HasAttrs)
	if !ok || v.Type() != "struct" {
		return nil, wrong(v, "struct or dict")
	}
	for _, name := range s.AttrNames() {
		x, err := s.Attr(name)
		if err != nil {
			return nil, err
		}
		fields = append(fields, starlark.Tuple{starlark.String(name), x})
	}
	return fields, nil
}
