package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var routeGet = &builtin{
	Name:    "route_get",
	Group:   "probe",
	Summary: "Ask a namespace's kernel how it would send a packet to an address.",
	Detail: "The answer has one next hop, and the path MTU if one was learned. It fails if no route leads there, or one that drops or refuses: " +
		"`check_fails(lambda: route_get(…), \"unreachable\")`. As `ip route get`.",
	Example: `h, r = netns("h"), netns("r")
veth(h, r, addr = ("10.0.0.2/24", "10.0.0.1/24"))
got = route_get(h, "10.0.0.1")
check(got.dev == "eth0" and got.via == None and got.source == "10.0.0.2")`,
	Returns: "route_entry",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace that would send")
		dst := decl.Arg(p, "dst", decl.Addr, "the address to be reached")
		p.KeywordsOnly()
		source := decl.Maybe(p, "source", decl.Addr, "the packet's source address")
		dev := decl.Maybe(p, "dev", deviceType, "the link it must leave over")
		iif := decl.Maybe(p, "iif", deviceType, "the link it came in over, for one that is passed on; needs source")
		mark := decl.Or(p, "mark", decl.Int(0, 1<<32-1), 0, "its mark")
		return func(c *call) (starlark.Value, error) {
			q := runtime.RouteQuery{Source: orZero(*source), Mark: uint32(*mark)}
			var err error
			if q.Out, err = (*dev).in(c, *ns, "dev"); err != nil {
				return nil, err
			}
			if q.In, err = (*iif).in(c, *ns, "iif"); err != nil {
				return nil, err
			}
			r, err := (*ns).RouteGet(c.Context, *dst, q)
			if err != nil {
				return nil, err
			}
			return routeKind.Wrap(&r), nil
		}
	},
}
