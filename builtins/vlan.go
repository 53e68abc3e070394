package builtins

import (
	"cmp"
	"fmt"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var vlan = &builtin{
	Name:    "vlan",
	Group:   "make",
	Common:  true,
	Summary: "Make a VLAN on a link: what passes it is tagged on the way, IEEE 802.1Q.",
	Detail: "It has the MAC of the link below it. Without `name` it is called as that link with the VLAN's number behind a dot, \"eth0.10\". A VLAN on a VLAN is tagged twice: give the outer one " +
		"`protocol = \"802.1ad\"`. It needs the feature \"vlan\". As `ip link add link … type vlan id …`.",
	Example: `require("vlan")
a, b = netns("a"), netns("b")
ea, eb = veth(a, b)
vlan(ea, 10, addr = "10.0.10.1/24")
vlan(eb, 10, addr = "10.0.10.2/24")
check(ping(a, "10.0.10.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		on := decl.Arg(p, "link", linkType, "the link that carries it")
		id := decl.Arg(p, "id", decl.Int(0, 4094), "its number, 0 to 4094")
		p.KeywordsOnly()
		m := makes(p, "vlan")
		m.word("protocol", "the kind of tag: \"802.1Q\", as it is without, or \"802.1ad\" for the outer one of two")
		m.set("id", func() runtime.Setting { return numberSetting(*id) })
		m.flag("reorder_hdr", "whether programs see frames without the tag; they do unless False")
		m.flag("gvrp", "whether it is announced by GVRP")
		m.flag("mvrp", "whether it is announced by MVRP")
		m.flag("loose_binding", "whether it stays up without the link below it")
		m.flag("bridge_binding", "whether it is up only while a port of the bridge below it has the VLAN")
		ns := decl.Maybe(p, "netns", netnsType, "the namespace it is in, if not the link's")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			where := cmp.Or(orZero(*ns), (*on).Namespace())
			if *m.name == nil {
				name := fmt.Sprintf("%s.%d", (*on).Name(), *id)
				*m.name = &name
			}
			return m.make(c, where, runtime.LinkSpec{On: *on})
		}
	},
}
