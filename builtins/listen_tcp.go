package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var listenTCP = &builtin{
	Name:    "listen_tcp",
	Group:   "talk",
	Summary: "Open a TCP socket that listens at an address of a namespace.",
	Detail:  "No program is needed. `\":80\"` is every address of both families, and port 0 one that is free. The kernel takes connections at once, up to the backlog; accept() gives them. The socket is closed at the script's end.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
l = listen_tcp(b, ":80")
client = dial_tcp(a, "10.0.0.2:80")
server = l.accept()
client.send("hello\n")
check(server.recv_line() == "hello" and server.peer == client.local)`,
	Returns: "tcp_listener",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		local := decl.Arg(p, "local", endpoint, "the address and port")
		p.KeywordsOnly()
		backlog := decl.Or(p, "backlog", decl.Int(0, 4096), 128, "how many connections may wait for accept")
		opt := socketOptions(p)
		return func(c *call) (starlark.Value, error) {
			o, err := opt(c, *ns)
			if err != nil {
				return nil, err
			}
			l, err := (*ns).ListenTCP(c.Context, *local, *backlog, o)
			if err != nil {
				return nil, err
			}
			return listenerKind.Wrap(&listener{*ns, l}), nil
		}
	},
}
