package decl

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	starjson "go.starlark.net/lib/json"
	"go.starlark.net/starlark"
)

// The language's json.encode writes all attributes of a value. Those of a
// namespace lead to links and back, without end, so what scripts hold says
// itself how it is written.

var (
	_ json.Marshaler = IP{}
	_ json.Marshaler = object[int]{}
)

// MarshalJSON writes an address as a script would.
func (x IP) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(x.String())), nil }

// MarshalJSON writes the fields of a value, durations in seconds. A handle
// has none that could be read back, and a value that holds any other may hold
// itself.
func (o object[T]) MarshalJSON() ([]byte, error) {
	if o.kind.Handle || slices.ContainsFunc(o.kind.Fields, func(f Field[T]) bool { return f.Type == "value" }) {
		return nil, fmt.Errorf("cannot encode %s as JSON: name the fields that are wanted", o.kind.Name)
	}
	d := starlark.NewDict(len(o.kind.Fields))
	for _, f := range o.kind.Fields {
		if f.Type == "function" || f.Type == "bytes" { // JSON has neither
			continue
		}
		v, err := f.Get(o.v)
		if err != nil {
			return nil, err
		}
		if err := d.SetKey(starlark.String(f.Name), v); err != nil {
			return nil, err
		}
	}
	text, err := starlark.Call(&starlark.Thread{}, starjson.Module.Members["encode"], starlark.Tuple{d}, nil)
	if err != nil {
		return nil, fmt.Errorf("in %s: %w", o.kind.Name, err)
	}
	return []byte(text.(starlark.String)), nil
}
