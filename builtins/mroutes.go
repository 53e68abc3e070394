package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var mroutes = &builtin{
	Name:    "mroutes",
	Group:   "look",
	Summary: "List the multicast routes of a namespace, by group and source.",
	Detail:  "Programs make them (pimd, smcroute, mrouted), over sockets of their own; netlink only tells of them. As `ip mroute show`.",
	Example: `r = netns("r", forward = True)
check(mroutes(r) == [])`,
	Returns: "list[mroute_entry]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(c *call) (starlark.Value, error) {
			return all(mrouteKind)((*ns).MRoutes())
		}
	},
}

var mrouteKind = &decl.Kind[*runtime.MRoute]{
	Name:    "mroute_entry",
	Summary: "A multicast route, as the kernel had it at one moment.",
	Label: func(r *runtime.MRoute) string {
		s := r.Group.String() + " from " + r.Source.String() + " iif " + r.IIF
		for _, o := range r.OIFs {
			s += " oif " + o
		}
		return s
	},
	Fields: []decl.Field[*runtime.MRoute]{
		decl.F("group", "str", "the group's address", value(func(r *runtime.MRoute) starlark.Value { return starlark.String(r.Group.String()) })),
		decl.F("source", "str", "the source's address", value(func(r *runtime.MRoute) starlark.Value { return starlark.String(r.Source.String()) })),
		decl.F("iif", "str | None", "the name of the link that packets must arrive on", value(func(r *runtime.MRoute) starlark.Value { return orNone(r.IIF) })),
		decl.F("oifs", "list[str]", "the names of the links that they are sent on", value(func(r *runtime.MRoute) starlark.Value { return strings_(r.OIFs) })),
		decl.F("table", "int", "the number of its table", value(func(r *runtime.MRoute) starlark.Value { return number(r.Table) })),
		decl.F("unresolved", "bool", "whether packets came and the program has not yet said where they go", value(func(r *runtime.MRoute) starlark.Value { return starlark.Bool(r.Unresolved) })),
		decl.F("packets", "int", "packets that it took", value(func(r *runtime.MRoute) starlark.Value { return number(r.Packets) })),
		decl.F("bytes", "int", "their bytes", value(func(r *runtime.MRoute) starlark.Value { return number(r.Bytes) })),
		decl.F("wrong_iif", "int", "packets that came on another link", value(func(r *runtime.MRoute) starlark.Value { return number(r.WrongIIF) })),
	},
}
