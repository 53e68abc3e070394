package builtins

import (
	"cmp"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var vxlan = &builtin{
	Name:    "vxlan",
	Group:   "make",
	Summary: "Make a VXLAN, an Ethernet whose frames travel in UDP, RFC 7348.",
	Detail: "Where a frame goes is told by `remote` (one other end), `group` (a multicast group that all ends join, over `dev`), entries of its forwarding table, or by what was learned. With `external`, routes and " +
		"filters say it for each packet. The port is 4789, which IANA gave it; the kernel's own default is older. `underlay` is the namespace whose network carries the packets. As `ip link add … type vxlan id …`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
vxlan(a, 42, remote = "192.0.2.2", addr = "10.0.0.1/24")
vxlan(b, 42, remote = "192.0.2.1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		id := decl.Maybe(p, "id", decl.Int(0, 1<<24-1), "its network identifier (VNI), 0 to 16777215; left out with external")
		p.KeywordsOnly()
		m := makes(p, "vxlan")
		remote := m.address("remote", "the other end's address")
		group := m.address("group", "the multicast group that frames for unknown addresses go to")
		local := m.address("local", "the source address of its packets")
		m.device("dev", "the link that its packets leave by; needed with group")
		optionOr(m, "dstport", decl.Int(1, 65535), 4789, "the UDP port that the other ends listen on, and this one", numberSetting)
		m.ports("srcport", "the UDP ports it sends from, by the flow: \"49152-65535\"")
		m.number("ttl", 0, 255, "the TTL of its packets; 0 takes the inner packet's")
		m.number("tos", 0, 255, "the TOS of its packets; 1 takes the inner packet's")
		learning := m.flag("learning", "whether it learns from what arrives where an address is; it does, unless external")
		m.span("ageing", time.Second, "after which a learned address is forgotten; 300 s if it is left out")
		m.number("maxaddress", 0, 1<<32-1, "how many addresses it knows at most; 0 for no limit")
		m.flag("proxy", "whether it answers ARP and neighbour solicitations from its own tables")
		m.flag("rsc", "whether it routes what is for a known neighbour by itself")
		m.flag("l2miss", "whether programs are told of unknown MACs")
		m.flag("l3miss", "whether programs are told of unknown neighbours")
		m.flag("udpcsum", "whether its packets over IPv4 have UDP checksums")
		m.flag("udp6zerocsumtx", "whether its packets over IPv6 have none")
		m.flag("udp6zerocsumrx", "whether it takes packets over IPv6 that have none")
		m.word("df", "whether its packets may be fragmented: \"unset\", \"set\" or \"inherit\"")
		m.flag("gbp", "whether it carries group policy")
		external := m.external()
		m.flag("vnifilter", "with external, whether it takes only the identifiers that it was told")
		underlay := decl.Maybe(p, "underlay", netnsType, "the namespace whose network carries its packets, if not its own")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			switch {
			case *id == nil && (*external == nil || !**external):
				return nil, decl.Misusef("id: is missing: it may be left out with external = True only")
			case *id != nil && *external != nil && **external:
				return nil, decl.Misusef("id: contradicts external: each packet has its own")
			case *remote != nil && *group != nil:
				return nil, decl.Misusef("remote: contradicts group: name one other end, or the group of all")
			case *remote != nil && (*remote).IsMulticast():
				return nil, decl.Misusef("remote: %s is a multicast group: write group = %q", *remote, (*remote).String())
			case *group != nil && !(*group).IsMulticast():
				return nil, decl.Misusef("group: %s is no multicast group: write remote = %q", *group, (*group).String())
			}
			if err := tunnelEnds(0, cmp.Or(*remote, *group), *local); err != nil {
				return nil, err
			}
			if *id == nil && *learning == nil { // as the tool has it: there is nothing to learn for
				m.set("learning", func() runtime.Setting { return runtime.Setting{Form: runtime.Truth} })
			}
			if *id != nil {
				m.set("id", func() runtime.Setting { return numberSetting(**id) })
			}
			return m.make(c, *ns, runtime.LinkSpec{Underlay: orZero(*underlay)})
		}
	},
}
