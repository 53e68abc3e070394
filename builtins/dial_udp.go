package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var dialUDP = &builtin{
	Name:    "dial_udp",
	Group:   "talk",
	Summary: "Open a UDP socket that speaks with one peer.",
	Detail:  "It hears only that peer, and is told of ICMP errors: refused (port unreachable), unreachable. Nothing is sent yet. The socket is closed at the script's end.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
serve_udp(b, ":53", reply = "{peer}")
check(dial_udp(a, "10.0.0.2:53", source = ":4000").ask("who am I").text == "10.0.0.1:4000")
check_fails(lambda: dial_udp(a, "10.0.0.2:54").ask("?"), "refused")`,
	Returns: "udp_socket",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		to := decl.Arg(p, "to", peerType, "the peer's address and port")
		p.KeywordsOnly()
		source := decl.Maybe(p, "source", endpoint, "its own address and port; left out, the kernel's choice")
		opt := socketOptions(p)
		broadcast := decl.Or(p, "broadcast", decl.Bool, false, "whether it may send to broadcast addresses")
		return func(c *call) (starlark.Value, error) {
			o, err := opt(c, *ns)
			if err != nil {
				return nil, err
			}
			o.Broadcast = *broadcast
			u, err := (*ns).DialUDP(c.Context, orZero(*source), *to, o)
			if err != nil {
				return nil, err
			}
			return udpKind.Wrap(&udpSocket{*ns, u}), nil
		}
	},
}
