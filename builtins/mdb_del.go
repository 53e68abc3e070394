package builtins

import (
	"go.starlark.net/starlark"
)

var mdbDel = &builtin{
	Name:    "mdb_del",
	Group:   "set",
	Summary: "Remove an entry of a bridge's multicast database.",
	Detail:  "The parameters tell the entry, as those of `mdb`. It fails if there is none. As `bridge mdb del`.",
	Example: `h, sw = netns("h"), netns("sw")
br = bridge(sw)
_, p = veth(h, br)
mdb(br, "239.1.1.1", port = p)
mdb_del(br, "239.1.1.1", port = p)
check("239.1.1.1" not in [m.group for m in mdbs(br)])`,
	Returns: "None",
	Params: func(p *params) body {
		l, spec := mdbParams(p)
		return func(c *call) (starlark.Value, error) { return none((*l).DelMDB(c.Context, spec())) }
	},
}
