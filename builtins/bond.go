package builtins

import (
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var bond = &builtin{
	Name:    "bond",
	Group:   "make",
	Common:  true,
	Summary: "Make a bond, one link of several ports.",
	Detail: "Its ports are switched off to become ports, and on again by the bond. How it learns that a port has failed: by its carrier every `miimon`, 100 ms if neither that nor `arp_interval` is given " +
		"(the kernel's own default is not to look), or by ARP. Its MAC derives from the seed. It needs the feature \"bond\". As `ip link add … type bond mode …`.",
	Example: `require("bond")
a, b = netns("a"), netns("b")
p1, _ = veth(a, b)
p2, _ = veth(a, b)
bo = bond(a, "active-backup", ports = [p1, p2])
check(bo.options.mode == "active-backup" and p1.master == bo)`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		m := makes(p, "bond")
		mode := m.wordOr("mode", "balance-rr", "how it uses its ports: \"balance-rr\", \"active-backup\", \"802.3ad\" …")
		p.KeywordsOnly()
		ports := decl.Or(p, "ports", decl.List(linkType), nil, "links of the namespace that become its ports")
		miimon := m.span("miimon", time.Millisecond, "how often it looks at its ports' carriers")
		updelay := m.span("updelay", time.Millisecond, "how long a port must have had its carrier to be used; a multiple of miimon")
		downdelay := m.span("downdelay", time.Millisecond, "how long a port must have been without to be given up; a multiple of miimon")
		arp := m.span("arp_interval", time.Millisecond, "how often it asks by ARP")
		m.addresses("arp_ip_target", "whom it asks, IPv4")
		m.word("arp_validate", "whose answers it looks at")
		primary := m.device("primary", "the port that is used while it can be")
		m.word("primary_reselect", "when the primary is used again: \"always\", \"better\" or \"failure\"")
		m.word("fail_over_mac", "whose MAC it has: \"none\", \"active\" or \"follow\"")
		m.word("xmit_hash_policy", "what a flow is, where flows are spread")
		m.number("num_grat_arp", 0, 255, "how many times it announces itself after a change")
		m.flag("all_slaves_active", "whether it takes frames that arrive at a port that is not in use")
		m.number("min_links", 0, 1<<31-1, "with how many ports at least it has a carrier")
		m.number("packets_per_slave", 0, 65535, "in mode balance-rr, how many packets leave a port before the next one's turn; 0 for chance")
		m.word("lacp_rate", "how often the other end shall send: \"slow\", every 30 s, or \"fast\", every second")
		m.word("ad_select", "which of several groups of ports is used")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			if *miimon == nil && *arp == nil {
				m.set("miimon", func() runtime.Setting { return runtime.Setting{Form: runtime.Span, Span: 100 * time.Millisecond} })
			}
			every := 100 * time.Millisecond
			if *miimon != nil {
				every = **miimon
			}
			for _, delay := range []struct {
				name string
				d    *time.Duration
			}{{"updelay", *updelay}, {"downdelay", *downdelay}} {
				switch {
				case delay.d == nil || *delay.d == 0:
				case *miimon == nil && *arp != nil || every == 0:
					return nil, decl.Misusef("%s: counts how often the bond looks at its ports' carriers: name miimon", delay.name)
				case *delay.d%every != 0:
					return nil, decl.Misusef("%s: %s is no multiple of miimon, %s: the kernel would round it down", delay.name, decl.ShortDuration(*delay.d), decl.ShortDuration(every))
				}
			}
			if *primary != nil && *mode != "active-backup" && *mode != "balance-tlb" && *mode != "balance-alb" {
				return nil, decl.Misusef("primary: belongs to mode active-backup, balance-tlb and balance-alb, not to %s", *mode)
			}
			return m.make(c, *ns, runtime.LinkSpec{Ports: *ports})
		}
	},
}
