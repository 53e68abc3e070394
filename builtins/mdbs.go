package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var mdbs = &builtin{
	Name:    "mdbs",
	Group:   "look",
	Summary: "List the multicast database of a bridge: which port wants which group, and which lead to routers.",
	Detail:  "Groups come by VLAN, group and source, then the ports that lead to routers. As `bridge mdb show dev NAME` and `bridge -d mdb`.",
	Example: `sw = netns("sw")
br = bridge(sw)
check([m for m in mdbs(br) if m.router] == [])`,
	Returns: "list[mdb_entry]",
	Params: func(p *params) body {
		l := decl.Arg(p, "bridge", linkType, "the bridge")
		return func(c *call) (starlark.Value, error) {
			return all(mdbKind)((*l).MDBs())
		}
	},
}
