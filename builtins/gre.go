package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var gre = &builtin{
	Name:    "gre",
	Group:   "make",
	Summary: "Make a GRE tunnel over IPv4, RFC 2784.",
	Detail:  "Packets of any protocol travel in it. Without `remote` it takes and sends to many ends, by entries of `neigh`. It needs the feature \"gre\". As `ip link add … type gre local … remote …`.",
	Example: `require("gre")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
gre(a, "192.0.2.1", "192.0.2.2", addr = "10.0.0.1/24")
gre(b, "192.0.2.2", "192.0.2.1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		m := makes(p, "gre")
		local := m.address("local", "the address of this end, IPv4")
		remote := m.address("remote", "the address of the other end")
		p.KeywordsOnly()
		m.device("dev", "the link that its packets leave by")
		m.number("ttl", 0, 255, "the TTL of its packets; 0 takes the inner packet's")
		m.number("tos", 0, 255, "the TOS of its packets; 1 takes the inner packet's")
		m.number("key", 1, 1<<32-1, "the key that tells tunnels between the same ends apart")
		m.flag("csum", "whether its packets have checksums, and those that arrive must")
		m.flag("seq", "whether its packets are numbered, and late ones dropped")
		m.flag("pmtudisc", "whether its packets must not be fragmented; they must not unless False")
		m.flag("ignore_df", "whether inner packets may be fragmented that must not; needs pmtudisc = False")
		m.flag("external", "whether routes and filters say where each packet goes")
		m.common(false)
		return func(c *call) (starlark.Value, error) {
			if err := tunnelEnds(4, *local, *remote); err != nil {
				return nil, err
			}
			return m.make(c, *ns, runtime.LinkSpec{})
		}
	},
}
