package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var fdbDel = &builtin{
	Name:    "fdb_del",
	Group:   "set",
	Summary: "Remove a forwarding entry of a bridge, a VXLAN or a macvlan.",
	Detail:  "The parameters tell the entry, as those of `fdb`; that of a VXLAN with several far ends needs `dst`. It fails if there is none. As `bridge fdb del`.",
	Example: `h, sw = netns("h"), netns("sw")
br = bridge(sw)
_, p = veth(h, br)
fdb(p, "02:00:00:00:00:99")
fdb_del(p, "02:00:00:00:00:99")
check("02:00:00:00:00:99" not in [f.mac for f in fdbs(br)])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the port, the bridge itself, the VXLAN or the macvlan")
		spec := fdbParams(p)
		return func(c *call) (starlark.Value, error) { return none((*l).DelFDB(c.Context, spec())) }
	},
}
