package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var netnsKind = &decl.Kind[*runtime.Namespace]{
	Name:    "netns",
	Summary: "A network namespace that this script made: a node of the lab. Its attributes are read from the kernel each time.",
	Handle:  true,
	Instead: "the value that netns(…) gave, not its name",
	Label:   func(ns *runtime.Namespace) string { return ns.Name },
	Key:     func(ns *runtime.Namespace) string { return ns.Name },
}

// Apart from the kind, because kinds refer to each other.
var _ = netnsKind.Declare([]decl.Field[*runtime.Namespace]{
	decl.F("name", "str", "the name given to netns", value(func(ns *runtime.Namespace) starlark.Value { return starlark.String(ns.Name) })),
	decl.F("links", "list[link]", "its interfaces, by index; as links(ns)", func(ns *runtime.Namespace) (starlark.Value, error) { return linkList(ns) }),
	decl.F("addrs", "list[address]", "its addresses; as addrs(ns)", func(ns *runtime.Namespace) (starlark.Value, error) {
		if err := ns.Ready(); err != nil {
			return nil, err
		}
		list, err := ns.Addrs()
		return listOf(addrKind, list), err
	}),
	decl.F("routes", "list[route_entry]", "the routes of its main table; as routes(ns)", func(ns *runtime.Namespace) (starlark.Value, error) {
		if err := ns.Ready(); err != nil {
			return nil, err
		}
		list, err := ns.Routes(runtime.Tables["main"])
		return listOf(routeKind, list), err
	}),
	decl.F("neighs", "list[neighbour]", "its neighbour entries; as neighs(ns)", func(ns *runtime.Namespace) (starlark.Value, error) {
		list, err := ns.Neighs(nil)
		return listOf(neighKind, list), err
	}),
})

func linkList(ns *runtime.Namespace) (starlark.Value, error) {
	list, err := ns.Links()
	if err != nil {
		return nil, err
	}
	out := make([]starlark.Value, len(list))
	for i, l := range list {
		out[i] = linkKind.Wrap(l)
	}
	return starlark.NewList(out), nil
}
