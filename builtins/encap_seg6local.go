package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// seg6Needs says what each behaviour of an SRv6 endpoint needs.
var seg6Needs = map[string]string{
	"End": "", "End.X": "via6", "End.T": "table", "End.DX6": "via6", "End.DX4": "via4", "End.DT6": "table", "End.DT4": "vrftable", "End.DT46": "vrftable",
}

var encapSeg6Local = &builtin{
	Name:    "encap_seg6local",
	Group:   "set",
	Summary: "Give what an SRv6 endpoint does to packets that arrive for a route, RFC 8986.",
	Detail: "For the parameter encap of `route`, whose dev then names any link of the namespace. End.X and End.DX6 need `via`, IPv6; End.DX4 `via`, IPv4; End.T and End.DT6 `table`; End.DT4, " +
		"End.DT46 `vrftable`, which a VRF has. As `encap seg6local` of `ip route`.",
	Example: `r, h = netns("r", forward = True), netns("h")
e, _ = veth(r, h, addr = ("10.0.0.1/24", "10.0.0.2/24"))
route(r, "fd00:2::2/128", dev = e, encap = encap_seg6local("End.DX4", via = "10.0.0.2"))
check([r.encap.action for r in routes(r) if r.encap] == ["End.DX4"])`,
	Returns: "encap",
	Params: func(p *params) body {
		action := decl.Arg(p, "action", decl.OneOf("End", "End.X", "End.T", "End.DX6", "End.DX4", "End.DT6", "End.DT4", "End.DT46"), "the behaviour, by its name in RFC 8986")
		p.KeywordsOnly()
		via := decl.Maybe(p, "via", decl.Addr, "the next hop")
		table := decl.Maybe(p, "table", fixedTable, "the routing table that says where packets go on")
		vrf := decl.Maybe(p, "vrftable", fixedTable, "the table of the VRF that packets go on in")
		return func(c *call) (starlark.Value, error) {
			e := &runtime.Encap{Type: "seg6local", Action: *action, Via: orZero(*via), Table: orZero(*table)}
			got := ""
			switch {
			case *via != nil && (*via).Is4():
				got += "via4"
			case *via != nil:
				got += "via6"
			}
			if *table != nil {
				got += "table"
			}
			if *vrf != nil {
				got += "vrftable"
				e.Table, e.VRF = **vrf, true
			}
			if want := seg6Needs[*action]; got != want && !(*action == "End.DT6" && got == "vrftable") {
				words := map[string]string{"": "nothing", "via4": "via, an IPv4 address", "via6": "via, an IPv6 address", "table": "table", "vrftable": "vrftable"}
				return nil, decl.Misusef("action: %s takes %s, and no other", *action, words[want])
			}
			return encapKind.Wrap(e), nil
		}
	},
}
