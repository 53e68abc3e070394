package builtins

import (
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"go.starlark.net/syntax"
)

var struct_ = &builtin{
	Name: "struct", Group: "data", Native: starlark.NewBuiltin("struct", makeRecord), Signature: "struct(**fields) -> struct",
	Summary: "Make a value with the given fields.",
	Example: `lab = struct(host = netns("h"), mtu = 1400)
check(lab.mtu == 1400)`,
}

// record is the language's struct, which may also hold itself through a list
// or a dict: its text then says "struct(...)" where the library's would never end.
type record struct {
	*starlarkstruct.Struct
	held held
}

var (
	_ starlark.HasAttrs   = (*record)(nil)
	_ starlark.HasBinary  = (*record)(nil)
	_ starlark.Comparable = (*record)(nil)
)

func makeRecord(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := starlarkstruct.Make(thread, b, args, kwargs)
	if err != nil {
		return nil, err
	}
	return &record{Struct: v.(*starlarkstruct.Struct)}, nil
}

func newRecord(fields starlark.StringDict) *record {
	return &record{Struct: starlarkstruct.FromStringDict(starlarkstruct.Default, fields)}
}

func (r *record) String() string {
	return r.held.guard("struct(...)", r.Struct.String)
}

func (r *record) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	other, ok := y.(*record)
	if !ok {
		return nil, nil
	}
	sum, err := r.Struct.Binary(op, other.Struct, side)
	if s, ok := sum.(*starlarkstruct.Struct); ok {
		return &record{Struct: s}, err
	}
	return sum, err
}

func (r *record) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	return r.Struct.CompareSameType(op, y.(*record).Struct, depth)
}
