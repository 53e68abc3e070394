package builtins

import (
	"strconv"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var tableType = decl.Type[table]{Name: "str | int", From: func(v starlark.Value) (table, error) {
	if s, ok := starlark.AsString(v); ok {
		if n, ok := runtime.Tables[s]; ok {
			return table{number: n}, nil
		}
		return table{name: s}, nil
	}
	n, err := decl.Int(1, 1<<32-1).From(v)
	return table{number: n}, err
}, Show: func(t table) string { return strconv.Quote(runtime.TableName(t.number)) }}

// A table is a routing table, by its number or by a name that is a node's own.
type table struct {
	number int
	name   string
}

// tableDoc is what the reference says of a table.
const tableDoc = `the routing table: "main", "local", "default", a number, or a name from the node's file, as route says`

var mainTable = table{number: runtime.Tables["main"]}

// in is the table's number in a node.
func (t table) in(ns *runtime.Namespace) (int, error) {
	if t.name == "" {
		return t.number, nil
	}
	if n, ok := ns.TableNumber(t.name); ok {
		return n, nil
	}
	return 0, decl.Misusef("table: %q is no routing table of %s: write \"main\", \"local\", \"default\" or a number, or give it that name in the node's file /etc/iproute2/rt_tables.d/lab.conf", t.name, ns.Name)
}

// fixedTable is a routing table where no node is known.
var fixedTable = decl.Type[int]{Name: "str | int", From: func(v starlark.Value) (int, error) {
	t, err := tableType.From(v)
	if t.name != "" {
		err = decl.Misusef("%q is no routing table: write \"main\", \"local\", \"default\" or a number", t.name)
	}
	return t.number, err
}, Show: func(n int) string { return tableType.Show(table{number: n}) }}
