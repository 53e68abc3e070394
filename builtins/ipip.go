package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var ipip = &builtin{
	Name:    "ipip",
	Group:   "make",
	Summary: "Make a tunnel of IPv4 in IPv4, RFC 2003.",
	Detail:  "It needs the feature \"ipip\". As `ip link add … type ipip local … remote …`.",
	Example: `require("ipip")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
ipip(a, "192.0.2.1", "192.0.2.2", addr = "10.0.0.1/24")
ipip(b, "192.0.2.2", "192.0.2.1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		m := makes(p, "ipip")
		local := m.address("local", "the address of this end, IPv4")
		remote := m.address("remote", "the address of the other end")
		p.KeywordsOnly()
		m.device("dev", "the link that its packets leave by")
		m.word("mode", "what travels in it: \"ipip\", \"mplsip\" or \"any\", as it is without")
		ttl := m.number("ttl", 0, 255, "the TTL of its packets; 0, as it is without, takes the inner packet's")
		m.number("tos", 0, 255, "the TOS of its packets; 1 takes the inner packet's")
		pmtudisc := m.flag("pmtudisc", "whether its packets must not be fragmented; they must not unless False")
		m.flag("external", "whether routes and filters say where each packet goes")
		m.common(false)
		return func(c *call) (starlark.Value, error) {
			if err := tunnelEnds(4, *local, *remote); err != nil {
				return nil, err
			}
			if orZero(*ttl) != 0 && *pmtudisc != nil && !**pmtudisc {
				return nil, decl.Misusef("pmtudisc: must not be False with a ttl of its own: such a tunnel's packets are never fragmented, or they could loop")
			}
			return m.make(c, *ns, runtime.LinkSpec{})
		}
	},
}
