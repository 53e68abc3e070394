package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var dialTCP = &builtin{
	Name:    "dial_tcp",
	Group:   "talk",
	Summary: "Connect to a TCP port.",
	Detail:  "No program is needed. It fails if the connection is refused, reset, unreachable or not answered in time, and says which; tcp_probe gives that as a value. The connection is closed at the script's end.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
serve_tcp(b, ":7", reply = "{data}")
c = dial_tcp(a, "10.0.0.2:7", source = ":4000")
c.send("echo\n")
check(c.recv_line() == "echo" and c.local == "10.0.0.1:4000")
check_fails(lambda: dial_tcp(a, "10.0.0.2:8"), "refused")`,
	Returns: "tcp_conn",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		to := decl.Arg(p, "to", peerType, "the peer's address and port")
		p.KeywordsOnly()
		source := decl.Maybe(p, "source", endpoint, "its own address and port; left out, the kernel's choice")
		timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long it may take")
		opt := socketOptions(p)
		return func(c *call) (starlark.Value, error) {
			o, err := opt(c, *ns)
			if err != nil {
				return nil, err
			}
			t, err := (*ns).DialTCP(c.Context, orZero(*source), *to, *timeout, o)
			if err != nil {
				return nil, err
			}
			return tcpKind.Wrap(&tcpConn{*ns, t}), nil
		}
	},
}
