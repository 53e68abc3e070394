package builtins

import (
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var qdiscKind = &decl.Kind[*runtime.Qdisc]{
	Name:    "qdisc_entry",
	Summary: "A queueing discipline of a link, as the kernel had it at one moment.",
	Label: func(q *runtime.Qdisc) string {
		return q.Kind + " " + q.Handle.String() + " at " + q.Parent.String()
	},
	Fields: []decl.Field[*runtime.Qdisc]{
		decl.F("kind", "str", `"tbf", "netem", "noqueue" …`, value(func(q *runtime.Qdisc) starlark.Value { return starlark.String(q.Kind) })),
		decl.F("handle", "str | None", `its name, such as "1:"; None if the link has it by default`, value(func(q *runtime.Qdisc) starlark.Value { return handleOrNone(q.Handle) })),
		decl.F("parent", "str", `where it is: "root", "ingress" (also clsact), or a class such as "1:10"`, value(func(q *runtime.Qdisc) starlark.Value { return starlark.String(q.Parent.String()) })),
		decl.F("options", "struct", "its options by the names that qdisc takes: rates as the largest unit that holds them exactly, sizes in bytes; None what the kernel does not tell", value(func(q *runtime.Qdisc) starlark.Value {
			fields := starlark.StringDict{}
			for _, o := range q.Options {
				fields[o.Name] = optionValue(o)
			}
			return newRecord(fields)
		})),
		decl.F("stats", "queue_stats", "what went through it", value(func(q *runtime.Qdisc) starlark.Value { return queueStatsKind.Wrap(&q.Stats) })),
	},
}

// optionValue is the value of an option as qdisc takes it.
func optionValue(o runtime.TCOption) starlark.Value {
	v := o.Value
	if o.None {
		return starlark.None
	}
	switch v.Form {
	case runtime.FormRate:
		return starlark.String(runtime.Rate(v.N).String())
	case runtime.FormTime:
		return span(time.Duration(v.N))
	case runtime.FormRatio:
		return starlark.Float(v.Ratio)
	case runtime.FormFlag:
		return starlark.Bool(v.N != 0)
	case runtime.FormWord:
		return starlark.String(v.Word)
	case runtime.FormClass:
		return starlark.String(runtime.TCHandle(v.N).String())
	case runtime.FormList:
		list := make([]starlark.Value, len(v.List))
		for i, n := range v.List {
			list[i] = starlark.MakeInt(int(n))
		}
		return starlark.NewList(list)
	}
	return number(v.N)
}

var queueStatsKind = &decl.Kind[*runtime.TCStats]{
	Name:    "queue_stats",
	Summary: "The counters of a queue, a class or an action, as the kernel had them at one moment.",
	Label:   func(*runtime.TCStats) string { return "…" },
	Fields: []decl.Field[*runtime.TCStats]{
		decl.F("packets", "int", "packets that it sent", value(func(s *runtime.TCStats) starlark.Value { return number(s.Packets) })),
		decl.F("bytes", "int", "bytes that it sent", value(func(s *runtime.TCStats) starlark.Value { return number(s.Bytes) })),
		decl.F("drops", "int", "packets that it dropped", value(func(s *runtime.TCStats) starlark.Value { return number(s.Drops) })),
		decl.F("overlimits", "int", "how often it had to wait, or met more than it lets pass", value(func(s *runtime.TCStats) starlark.Value { return number(s.Overlimits) })),
		decl.F("requeues", "int", "packets that the link could not take at once", value(func(s *runtime.TCStats) starlark.Value { return number(s.Requeues) })),
		decl.F("backlog", "int", "bytes that wait", value(func(s *runtime.TCStats) starlark.Value { return number(s.Backlog) })),
		decl.F("qlen", "int", "packets that wait", value(func(s *runtime.TCStats) starlark.Value { return number(s.Qlen) })),
	},
}
