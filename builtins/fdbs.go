package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var fdbs = &builtin{
	Name:    "fdbs",
	Group:   "look",
	Common:  true,
	Summary: "List the forwarding entries of a link: of a bridge those on all its ports, of another link its own and, of a port, the bridge's on it.",
	Detail:  "What the ports of a bridge have as their own is not among the bridge's. They come by link, then VLAN and address. As `bridge fdb show br NAME` and `bridge fdb show dev NAME`.",
	Example: `h, sw = netns("h"), netns("sw")
br = bridge(sw, addr = "10.0.0.1/24")
e, p = veth(h, br, addr = ("10.0.0.2/24", None))
check(ping(h, "10.0.0.1"))
check([f.dev for f in fdbs(br) if f.mac == e.mac and not f.vlan] == ["h"])`,
	Returns: "list[fdb_entry]",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) {
			return all(fdbKind)((*l).FDBs())
		}
	},
}
