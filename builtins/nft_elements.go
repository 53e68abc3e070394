package builtins

import (
	"cmp"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// nftElements are the elements of a set or a map as a script would write
// them: the kernel's order is that of a hash.
func nftElements(s *runtime.NftSet) (starlark.Value, error) {
	var list []starlark.Value
	if s.Elem != nil {
		v, err := decodeJSON(s.Elem)
		if err != nil {
			return nil, err
		}
		if all, ok := v.(*starlark.List); ok {
			list = slices.Collect(all.Elements())
		}
	}
	if s.Map == nil {
		for i, x := range list {
			list[i] = nftPlain(x)
		}
		slices.SortStableFunc(list, compareElements)
		return starlark.NewList(list), nil
	}
	var pairs [][2]starlark.Value
	for _, x := range list {
		if kv, ok := x.(*starlark.List); ok && kv.Len() == 2 {
			pairs = append(pairs, [2]starlark.Value{nftPlain(kv.Index(0)), nftPlain(kv.Index(1))})
		}
	}
	slices.SortStableFunc(pairs, func(a, b [2]starlark.Value) int { return compareElements(a[0], b[0]) })
	d := starlark.NewDict(len(pairs))
	for _, kv := range pairs {
		if err := d.SetKey(kv[0], kv[1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// nftPlain is an element of nft's JSON as a script would write it; what it
// does not know stays as it is.
func nftPlain(v starlark.Value) starlark.Value {
	d, ok := v.(*starlark.Dict)
	if !ok || d.Len() != 1 {
		return v
	}
	item := d.Items()[0]
	kind, _ := starlark.AsString(item[0])
	list, _ := item[1].(*starlark.List)
	fields, _ := item[1].(*starlark.Dict)
	field := func(name string) starlark.Value {
		if fields == nil {
			return starlark.None
		}
		x, _, _ := fields.Get(starlark.String(name))
		if x == nil {
			return starlark.None
		}
		return x
	}
	switch {
	case kind == "elem":
		return nftPlain(field("val"))
	case kind == "prefix":
		return starlark.String(textOf(field("addr")) + "/" + textOf(field("len")))
	case kind == "range" && list != nil && list.Len() == 2:
		return starlark.String(textOf(list.Index(0)) + "-" + textOf(list.Index(1)))
	case kind == "concat" && list != nil:
		var t starlark.Tuple
		for x := range list.Elements() {
			t = append(t, nftPlain(x))
		}
		return t
	case item[1] == starlark.None: // a verdict
		return item[0]
	case kind == "jump" || kind == "goto":
		return starlark.String(kind + " " + textOf(field("target")))
	}
	return v
}

// compareElements orders numbers before addresses before other words.
func compareElements(a, b starlark.Value) int {
	x, isInt := a.(starlark.Int)
	y, alsoInt := b.(starlark.Int)
	p, errP := decl.ParsePrefix(textOf(a))
	q, errQ := decl.ParsePrefix(textOf(b))
	s, isTuple := a.(starlark.Tuple)
	t, alsoTuple := b.(starlark.Tuple)
	switch {
	case isInt && alsoInt:
		n, _ := x.Cmp(y, 1)
		return n
	case isInt != alsoInt:
		return cmp.Compare(rank(!isInt), rank(!alsoInt))
	case isTuple && alsoTuple:
		return slices.CompareFunc(s, t, compareElements)
	case errP == nil && errQ == nil:
		return cmp.Or(p.Addr().Compare(q.Addr()), cmp.Compare(p.Bits(), q.Bits()))
	case (errP == nil) != (errQ == nil):
		return cmp.Compare(rank(errP != nil), rank(errQ != nil))
	}
	return strings.Compare(textOf(a), textOf(b))
}

func rank(later bool) int {
	if later {
		return 1
	}
	return 0
}
