package builtins

import (
	"maps"
	"slices"
	"strconv"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// protoType is a protocol above IP, by name or number. A number that has a name
// is given by it, any other in digits.
var protoType = decl.Type[string]{Name: "str | int", From: func(v starlark.Value) (string, error) {
	s, ok := starlark.AsString(v)
	if !ok {
		n, err := decl.Int(1, 255).From(v) // 0 stands for any
		return runtime.ProtoName(uint8(n)), err
	}
	n, ok := runtime.ParseProto(s)
	if _, digits := strconv.Atoi(s); !ok || digits == nil { // a number is an int
		return decl.OneOf(slices.Sorted(maps.Keys(runtime.IPProtocols))...).From(v)
	}
	return runtime.ProtoName(n), nil
}, Show: strconv.Quote}
