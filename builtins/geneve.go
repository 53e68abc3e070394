package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var geneve = &builtin{
	Name:    "geneve",
	Group:   "make",
	Summary: "Make a Geneve tunnel, an Ethernet whose frames travel in UDP, RFC 8926.",
	Detail:  "The port is 6081 if none is given. `underlay` is the namespace whose network carries the packets. It needs the feature \"geneve\". As `ip link add … type geneve id … remote …`.",
	Example: `require("geneve")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
geneve(a, 7, "192.0.2.2", addr = "10.0.0.1/24")
geneve(b, 7, "192.0.2.1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		id := decl.Maybe(p, "id", decl.Int(0, 1<<24-1), "its network identifier (VNI), 0 to 16777215; left out with external")
		m := makes(p, "geneve")
		remote := m.address("remote", "the other end's address; left out with external")
		p.KeywordsOnly()
		m.number("dstport", 1, 65535, "the UDP port that the other end listens on, and this one")
		m.number("ttl", 0, 255, "the TTL of its packets; 0 takes the system's")
		m.number("tos", 0, 255, "the TOS of its packets; 1 takes the inner packet's")
		m.flag("udpcsum", "whether its packets over IPv4 have UDP checksums")
		m.flag("udp6zerocsumtx", "whether its packets over IPv6 have none")
		m.flag("udp6zerocsumrx", "whether it takes packets over IPv6 that have none")
		m.word("df", "whether its packets may be fragmented: \"unset\", \"set\" or \"inherit\"")
		external := m.external()
		underlay := decl.Maybe(p, "underlay", netnsType, "the namespace whose network carries its packets, if not its own")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			switch outside := *external != nil && **external; {
			case !outside && (*id == nil || *remote == nil):
				return nil, decl.Misusef("id and remote: are needed: they may be left out with external = True only")
			case outside && (*id != nil || *remote != nil):
				return nil, decl.Misusef("external: contradicts id and remote: each packet has its own")
			}
			if *id != nil {
				m.set("id", func() runtime.Setting { return numberSetting(**id) })
			}
			return m.make(c, *ns, runtime.LinkSpec{Underlay: orZero(*underlay)})
		}
	},
}
