package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var encapMPLS = &builtin{
	Name:    "encap_mpls",
	Group:   "set",
	Summary: "Give the MPLS labels that a route puts on packets, RFC 3032.",
	Detail:  "For the parameter encap of `route`. It needs the feature \"mpls\". As `encap mpls` of `ip route`.",
	Example: `e = encap_mpls([100, 200], ttl = 9)
check(e.labels == [100, 200] and str(e) == "encap(mpls 100/200 ttl 9)")`,
	Returns: "encap",
	Params: func(p *params) body {
		labels := decl.Arg(p, "labels", decl.List(decl.Int(0, 1<<20-1)), "the labels, the outer one first, 0 to 1048575")
		p.KeywordsOnly()
		ttl := decl.Or(p, "ttl", decl.Int(0, 255), 0, "the TTL of the labels; 0 takes the packet's")
		return func(c *call) (starlark.Value, error) {
			if len(*labels) == 0 || len(*labels) > 30 {
				return nil, decl.Misusef("labels: has %d labels, want 1 to 30", len(*labels))
			}
			return encapKind.Wrap(&runtime.Encap{Type: "mpls", Labels: *labels, TTL: *ttl}), nil
		}
	},
}
