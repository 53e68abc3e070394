package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var vrf = &builtin{
	Name:    "vrf",
	Group:   "make",
	Summary: "Make a VRF, a device whose ports have a routing table of their own.",
	Detail: "What is routed by way of a port looks into the table only; programs join by binding to the device (dev = \"red\" of a socket). A rule for all VRFs of the namespace is made by the kernel with the first one. " +
		"It needs the feature \"vrf\". As `ip link add … type vrf table …`, then `ip link set … master …`.",
	Example: `require("vrf")
r, h = netns("r", forward = True), netns("h")
e, _ = veth(r, h, addr = ("10.0.0.1/24", "10.0.0.2/24"))
red = vrf(r, 100, name = "red", ports = [e])
check(e.master == red and red.options.table == 100)`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		table := decl.Arg(p, "table", tableType, "its routing table, as route takes it")
		p.KeywordsOnly()
		m := makes(p, "vrf")
		m.add(func(_ *call, ns *runtime.Namespace) (runtime.Setting, bool, error) {
			n, err := (*table).in(ns)
			return runtime.Setting{Name: "table", Form: runtime.Number, N: n}, true, err
		})
		ports := decl.Or(p, "ports", decl.List(linkType), nil, "links of the namespace that become its ports")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			return m.make(c, *ns, runtime.LinkSpec{Ports: *ports})
		}
	},
}
