package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var encapIP = &builtin{
	Name:    "encap_ip",
	Group:   "set",
	Summary: "Give the tunnel that a route sends packets through, by a link that is external.",
	Detail:  "For the parameter encap of `route`, whose dev is a `vxlan`, `geneve`, `gre` … with external = True. As `encap ip` and `encap ip6` of `ip route`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
x = vxlan(a, external = True, addr = "10.0.0.1/24")
route(a, "10.9.0.0/24", dev = x, encap = encap_ip("192.0.2.2", id = 42))
check([(r.encap.dst, r.encap.id) for r in routes(a) if r.encap] == [("192.0.2.2", 42)])`,
	Returns: "encap",
	Params: func(p *params) body {
		dst := decl.Arg(p, "dst", decl.Addr, "the address of the other end")
		p.KeywordsOnly()
		id := decl.Or(p, "id", decl.Int(0, 1<<62), 0, "the tunnel's identifier: a VNI, a key")
		src := decl.Maybe(p, "src", decl.Addr, "the address of this end")
		ttl := decl.Or(p, "ttl", decl.Int(0, 255), 0, "the TTL or hop limit; 0 takes the link's")
		tos := decl.Or(p, "tos", decl.Int(0, 255), 0, "the TOS or traffic class")
		return func(c *call) (starlark.Value, error) {
			if *src != nil && (*src).Is4() != dst.Is4() {
				return nil, decl.Misusef("src: %s is of another family than %s", *src, *dst)
			}
			e := &runtime.Encap{Type: "ip", Dst: *dst, Src: orZero(*src), ID: *id, TTL: *ttl, TOS: *tos}
			if dst.Is6() {
				e.Type = "ip6"
			}
			return encapKind.Wrap(e), nil
		}
	},
}
