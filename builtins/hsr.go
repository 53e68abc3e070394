package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var hsr = &builtin{
	Name:    "hsr",
	Group:   "make",
	Summary: "Make a node of a redundant ring (HSR) or of two parallel networks (PRP), IEC 62439-3.",
	Detail:  "Each frame leaves by both ports, and the first copy that arrives is taken. It needs the feature \"hsr\". As `ip link add … type hsr slave1 … slave2 …`.",
	Example: `require("hsr")
a, b = netns("a"), netns("b")
x1, y1 = veth(a, b)
x2, y2 = veth(a, b)
hsr(a, x1, x2, addr = "10.0.0.1/24")
hsr(b, y1, y2, addr = "10.0.0.2/24")
link_down(x1)
check(eventually(lambda: ping(a, "10.0.0.2")))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		one := decl.Arg(p, "slave1", linkType, "its first port")
		two := decl.Arg(p, "slave2", linkType, "its second port")
		p.KeywordsOnly()
		m := makes(p, "hsr")
		m.set("slave1", func() runtime.Setting { return runtime.Setting{Form: runtime.Device, Link: *one} })
		m.set("slave2", func() runtime.Setting { return runtime.Setting{Form: runtime.Device, Link: *two} })
		m.number("supervision", 0, 255, "the last byte of the address that supervision frames go to")
		m.number("version", 0, 1, "of the protocol, as HSR has it")
		m.number("proto", 0, 1, "0 for HSR, 1 for PRP")
		m.common(false)
		return func(c *call) (starlark.Value, error) {
			for _, l := range []*runtime.Link{*one, *two} {
				if l.Namespace() != *ns {
					return nil, decl.Misusef("%s is in %s, not in %s", l.Name(), l.Namespace().Name, (*ns).Name)
				}
			}
			return m.make(c, *ns, runtime.LinkSpec{})
		}
	},
}
