package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var routes = &builtin{
	Name:    "routes",
	Group:   "look",
	Summary: "List the routes of a namespace, in the kernel's order.",
	Detail:  "The IPv4 routes come first. As `ip route` and `ip -6 route`.",
	Example: `h, r = netns("h"), netns("r")
veth(h, r, addr = ("10.0.0.2/24", "10.0.0.1/24"))
check([(x.dst, x.dev) for x in routes(h, family = 4)] == [("10.0.0.0/24", "eth0")])`,
	Returns: "list[route_entry]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		p.KeywordsOnly()
		dst := decl.Maybe(p, "dst", destination, `only those to exactly this destination; "default" of both families`)
		dev := decl.Maybe(p, "dev", deviceType, "only those over this link")
		table := decl.Or(p, "table", allTables, mainTable, `the routing table, as route takes it, or "all"`)
		family := familyOf(p)
		return func(c *call) (starlark.Value, error) {
			l, err := (*dev).in(c, *ns, "dev")
			if err != nil {
				return nil, err
			}
			number, err := (*table).in(*ns)
			if err != nil {
				return nil, err
			}
			if err := c.Session.Ready(c.Context); err != nil {
				return nil, err
			}
			list, err := (*ns).Routes(number)
			return all(routeKind)(only(list, func(r runtime.Route) bool {
				return family.has(r.Dst.Addr()) && (l == nil || over(r, l)) &&
					(*dst == nil || **dst == r.Dst || !(*dst).IsValid() && r.Dst.Bits() == 0)
			}), err)
		}
	},
}

var allTables = decl.Type[table]{Name: "str | int", From: func(v starlark.Value) (table, error) {
	if s, ok := starlark.AsString(v); ok && s == "all" {
		return table{}, nil
	}
	return tableType.From(v)
}, Show: tableType.Show}

// over reports whether a route leads over a link.
func over(r runtime.Route, l *runtime.Link) bool {
	for _, h := range r.Hops {
		if h.Link == l.Name() {
			return true
		}
	}
	return false
}
