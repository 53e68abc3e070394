package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var bridgeVLANDel = &builtin{
	Name:    "bridge_vlan_del",
	Group:   "set",
	Summary: "Take a port of a bridge, or the bridge itself, out of VLANs.",
	Detail:  "It fails if it is in none of them. As `bridge vlan del`, with self for a bridge.",
	Example: `require("vlan_filtering")
h, sw = netns("h"), netns("sw")
br = bridge(sw, vlan_filtering = True)
_, p = veth(h, br)
bridge_vlan_del(p, 1)
check(p.vlans == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the port, or the bridge")
		vid := decl.Arg(p, "vid", vlanType, `the VLAN, 1 to 4094, or some in a row: "10-20"`)
		return func(c *call) (starlark.Value, error) { return none((*l).DelVLANs(c.Context, *vid)) }
	},
}
