package builtins

import (
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var encapSeg6 = &builtin{
	Name:    "encap_seg6",
	Group:   "set",
	Summary: "Give the SRv6 way that a route sends packets on, RFC 8754.",
	Detail:  "For the parameter encap of `route`. As `encap seg6` of `ip route`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b, addr = ("fd00:1::1/64", "fd00:1::2/64"))
route(a, "fd00:9::/64", via = "fd00:1::2", dev = e, encap = encap_seg6(["fd00:2::2", "fd00:3::3"]))
check([r.encap.segs for r in routes(a) if r.dst == "fd00:9::/64"] == [["fd00:2::2", "fd00:3::3"]])`,
	Returns: "encap",
	Params: func(p *params) body {
		segs := decl.Arg(p, "segs", decl.List(decl.Addr), "the segments, IPv6, in the order of the way")
		p.KeywordsOnly()
		mode := decl.Or(p, "mode", decl.OneOf("encap", "inline", "l2encap", "encap.red", "l2encap.red"), "encap", "whether the packet is put into another one, or gets the header itself (inline)")
		return func(c *call) (starlark.Value, error) {
			if len(*segs) == 0 || len(*segs) > 64 {
				return nil, decl.Misusef("segs: has %d segments, want 1 to 64", len(*segs))
			}
			if err := onlyIPv6("segs", *segs...); err != nil {
				return nil, err
			}
			return encapKind.Wrap(&runtime.Encap{Type: "seg6", Mode: *mode, Segs: *segs}), nil
		}
	},
}

func onlyIPv6(param string, list ...netip.Addr) error {
	for _, a := range list {
		if !a.Is6() {
			return decl.Misusef("%s: %s is no IPv6 address", param, a)
		}
	}
	return nil
}
