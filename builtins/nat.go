package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var nat = &builtin{
	Name:    "nat",
	Group:   "filter",
	Common:  true,
	Summary: "Put a NAT of a known behaviour before those behind a router, as home routers and providers have them.",
	Detail: "What leaves by the link, IPv4, gets the address `to`, and the port that it has where it is free. What comes unasked is dropped, but for what is for the router's own sockets and what `dnat` lets in. The kinds differ in UDP (RFC 4787): " +
		"a full_cone lets anybody in at the port of a mapping, a restricted one whoever was written to, at whatever port of theirs, a port_restricted one only the very port that was written to; these three keep a sender's port for all destinations. " +
		"A symmetric one draws another port for each destination. A mapping of the cones, and of any kind with `hairpin`, lasts 5 minutes from the last packet that left; a port_restricted one's, which is the kernel's own, as long as conntrack's timeouts say. " +
		"Where two senders behind a port_restricted NAT without `hairpin` have the same port, they share it unless their destinations are the same. " +
		"A second NAT of a link takes the place of the first, and knows no mappings; connections go on until `conntrack_del`. It is a table ip of its own.",
	Example: `a, r, s = netns("a"), netns("r", forward = True), netns("s")
veth(a, r, addr = ("192.168.1.2/24", "192.168.1.1/24"))
wan, _ = veth(r, s, name = ("wan", None), addr = ("203.0.113.1/24", ["203.0.113.51/24", "203.0.113.52/24"]))
route(a, "default", via = "192.168.1.1")
serve_udp(s, ":3478", reply = "{peer}")
nat(wan, kind = "full_cone")
u = listen_udp(a, ":4000")
check(u.ask("who am I?", to = "203.0.113.51:3478").text == "203.0.113.1:4000")
dial_udp(s, "203.0.113.1:4000", source = "203.0.113.52:7777").send("from a stranger")
check(u.recv().peer == "203.0.113.52:7777")`,
	Returns: "nat",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the router's outer link")
		p.KeywordsOnly()
		kind := decl.Or(p, "kind", decl.OneOf(runtime.NATKinds...), "port_restricted", "the behaviour that those outside see")
		to := decl.Maybe(p, "to", decl.Addr, "the address that those outside see; left out, the link's first of IPv4 as it is now")
		hairpin := decl.Or(p, "hairpin", decl.Bool, false, "whether those inside reach each other's mappings by the outer address; they are seen by theirs, and nothing is filtered between them")
		return func(c *call) (starlark.Value, error) {
			return one(natKind)((*l).NAT(c.Context, runtime.NATSpec{Kind: *kind, To: orZero(*to), Hairpin: *hairpin}))
		}
	},
}
