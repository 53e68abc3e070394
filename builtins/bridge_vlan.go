package builtins

import (
	"strconv"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var bridgeVLAN = &builtin{
	Name:    "bridge_vlan",
	Group:   "set",
	Summary: "Put a port of a bridge, or the bridge itself, into VLANs.",
	Detail: "It matters where the bridge has `bridge(vlan_filtering = True)`. A port is then in VLAN 1, untagged, unless the bridge's vlan_default_pvid says otherwise. " +
		"What is there already gets the properties given. link.vlans lists them. As `bridge vlan add`, with self for a bridge.",
	Example: `require("vlan_filtering")
h, sw = netns("h"), netns("sw")
br = bridge(sw, vlan_filtering = True, vlan_default_pvid = 0)
_, p = veth(h, br)
bridge_vlan(p, 10, pvid = True, untagged = True)
bridge_vlan(p, "20-22")
check([v.vid for v in p.vlans] == [10, 20, 21, 22])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the port, or the bridge")
		vid := decl.Arg(p, "vid", vlanType, `the VLAN, 1 to 4094, or some in a row: "10-20"`)
		p.KeywordsOnly()
		pvid := decl.Or(p, "pvid", decl.Bool, false, "whether frames that come in without a tag belong to it; at most one VLAN of a port is that")
		untagged := decl.Or(p, "untagged", decl.Bool, false, "whether frames of it go out without a tag")
		return func(c *call) (starlark.Value, error) {
			v := *vid
			if v.PVID, v.Untagged = *pvid, *untagged; v.PVID && v.Low != v.High {
				return nil, decl.Misusef("pvid: is one VLAN, not %s", v)
			}
			return none((*l).AddVLANs(c.Context, v))
		}
	},
}

// vlanType is a VLAN or some in a row.
var vlanType = decl.Type[runtime.VLANRange]{Name: "int | str", From: func(v starlark.Value) (runtime.VLANRange, error) {
	if s, ok := starlark.AsString(v); ok {
		r, ok := runtime.ParseRange(s, 4094)
		if !ok || r.Low == 0 {
			return runtime.VLANRange{}, decl.Misusef("%q is no VLAN: write 1 to 4094, or \"10-20\"", s)
		}
		return runtime.VLANRange{Range: r}, nil
	}
	n, err := decl.Int(1, 4094).From(v)
	return runtime.VLANRange{Range: runtime.Range{Low: uint32(n), High: uint32(n)}}, err
}, Show: func(v runtime.VLANRange) string { return strconv.Quote(v.String()) }}
