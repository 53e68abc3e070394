package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var classKind = &decl.Kind[*runtime.Class]{
	Name:    "class_entry",
	Summary: "A class of an htb qdisc, as the kernel had it at one moment.",
	Label:   func(c *runtime.Class) string { return c.ID.String() + " rate " + c.Rate.String() },
	Fields: []decl.Field[*runtime.Class]{
		decl.F("classid", "str", `its name, such as "1:10"`, value(func(c *runtime.Class) starlark.Value { return starlark.String(c.ID.String()) })),
		decl.F("parent", "str", `the class above it, "root" for one right below the qdisc`, value(func(c *runtime.Class) starlark.Value { return starlark.String(c.Parent.String()) })),
		decl.F("rate", "str", "the rate that it gets in any case", value(func(c *runtime.Class) starlark.Value { return starlark.String(c.Rate.String()) })),
		decl.F("ceil", "str", "the rate that it gets at most", value(func(c *runtime.Class) starlark.Value { return starlark.String(c.Ceil.String()) })),
		decl.F("burst", "int", "how many bytes may go at once above the rate", value(func(c *runtime.Class) starlark.Value { return number(c.Burst) })),
		decl.F("cburst", "int", "how many bytes may go at once above ceil", value(func(c *runtime.Class) starlark.Value { return number(c.Cburst) })),
		decl.F("prio", "int", "of classes that want what is left over the lowest goes first", value(func(c *runtime.Class) starlark.Value { return number(c.Prio) })),
		decl.F("quantum", "int", "how many bytes it sends in its turn of what is left over", value(func(c *runtime.Class) starlark.Value { return number(c.Quantum) })),
		decl.F("leaf", "str | None", `the qdisc below it, such as "10:"`, value(func(c *runtime.Class) starlark.Value { return handleOrNone(c.Leaf) })),
		decl.F("stats", "queue_stats", "what went through it", value(func(c *runtime.Class) starlark.Value { return queueStatsKind.Wrap(&c.Stats) })),
	},
}
