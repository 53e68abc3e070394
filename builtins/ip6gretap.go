package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var ip6gretap = &builtin{
	Name:    "ip6gretap",
	Group:   "make",
	Summary: "Make a GRE tunnel over IPv6 that carries Ethernet frames.",
	Detail:  "It can be a port of a bridge. It needs the feature \"ip6gretap\". As `ip link add … type ip6gretap local … remote …`.",
	Example: `require("ip6gretap")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("2001:db8::1/64", "2001:db8::2/64"))
ip6gretap(a, "2001:db8::1", "2001:db8::2", addr = "10.0.0.1/24")
ip6gretap(b, "2001:db8::2", "2001:db8::1", addr = "10.0.0.2/24")
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		m := makes(p, "ip6gretap")
		local := m.address("local", "the address of this end, IPv6")
		remote := m.address("remote", "the address of the other end")
		p.KeywordsOnly()
		m.device("dev", "the link that its packets leave by")
		hop := decl.Or(p, "hoplimit", decl.Int(0, 255), 64, "the hop limit of its packets; 0 takes the inner packet's")
		m.required("hoplimit", func() runtime.Setting { return runtime.Setting{Form: runtime.Number, N: *hop} })
		limit := decl.Or(p, "encaplimit", encapLimitType, 4, "how many tunnels may still be around its packets, RFC 2473; \"none\" says nothing of it")
		m.required("encaplimit", func() runtime.Setting { return runtime.Setting{Form: runtime.Number, N: *limit} })
		m.number("key", 1, 1<<32-1, "the key that tells tunnels between the same ends apart")
		m.flag("csum", "whether its packets have checksums, and those that arrive must")
		m.flag("seq", "whether its packets are numbered, and late ones dropped")
		m.flag("external", "whether routes and filters say where each packet goes")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			if err := tunnelEnds(6, *local, *remote); err != nil {
				return nil, err
			}
			return m.make(c, *ns, runtime.LinkSpec{})
		}
	},
}
