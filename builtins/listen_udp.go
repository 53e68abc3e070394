package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var listenUDP = &builtin{
	Name:    "listen_udp",
	Group:   "talk",
	Summary: "Open a UDP socket at an address of a namespace.",
	Detail: "No program is needed. It hears whoever sends there. `\":4000\"` is every address of both families, and port 0 one that is free. The socket is closed at the script's end. " +
		"It fails if the address is in use or not the node's.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
u = listen_udp(a, ":4000")
listen_udp(b, "10.0.0.2:5000").send("hello", to = "10.0.0.1:4000")
m = u.recv()
check((m.text, m.peer, m.local) == ("hello", "10.0.0.2:5000", "10.0.0.1:4000"))`,
	Returns: "udp_socket",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		local := decl.Arg(p, "local", endpoint, "the address and port")
		p.KeywordsOnly()
		opt := socketOptions(p)
		join := decl.Or(p, "join", decl.List(decl.Addr), nil, "multicast groups to hear, on `dev` or the link that a route chooses")
		broadcast := decl.Or(p, "broadcast", decl.Bool, false, "whether it may send to broadcast addresses")
		return func(c *call) (starlark.Value, error) {
			o, err := opt(c, *ns)
			if err != nil {
				return nil, err
			}
			o.Join, o.Broadcast = *join, *broadcast
			u, err := (*ns).ListenUDP(c.Context, *local, o)
			if err != nil {
				return nil, err
			}
			return udpKind.Wrap(&udpSocket{*ns, u}), nil
		}
	},
}
