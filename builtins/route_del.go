package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var routeDel = &builtin{
	Name:    "route_del",
	Group:   "set",
	Summary: "Remove a route from a namespace.",
	Detail:  "What is left out matches any; of several routes that match, the kernel removes the first. It fails if none matches. As `ip route del`.",
	Example: `h, r = netns("h"), netns("r")
veth(h, r, addr = ("10.0.0.2/24", "10.0.0.1/24"))
route(h, "default", via = "10.0.0.1")
route_del(h, "default")
check(routes(h, dst = "default") == [])`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		dst := decl.Arg(p, "dst", destination, `the destination: a prefix, an address, or "default" (of the family of via, else IPv4)`)
		p.KeywordsOnly()
		via := decl.Maybe(p, "via", hopsType, "its next hop, or all of them")
		dev := decl.Maybe(p, "dev", deviceType, "the link it leads over")
		metric := decl.Or(p, "metric", decl.Int(0, 1<<32-1), 0, "its metric; 0 for any")
		table := decl.Or(p, "table", tableType, mainTable, "its routing table")
		kind := decl.Maybe(p, "kind", routeKinds, "what becomes of its packets")
		return func(c *call) (starlark.Value, error) {
			number, err := (*table).in(*ns)
			if err != nil {
				return nil, err
			}
			spec := runtime.RouteSpec{Dst: *dst, Kind: orZero(*kind), Metric: *metric, Table: number}
			if *via != nil || *dev != nil || !spec.Dst.IsValid() {
				probe := spec
				probe.Kind = "unicast"
				if *via == nil && *dev == nil { // any next hop: only the family is wanted
					probe.Kind = "blackhole"
				}
				if err := routeHops(c, *ns, &probe, *via, *dev); err != nil {
					return nil, err
				}
				spec.Dst, spec.Hops = probe.Dst, probe.Hops
			}
			return none((*ns).DelRoute(c.Context, spec))
		}
	},
}
