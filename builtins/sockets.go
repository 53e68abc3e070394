package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var sockets = &builtin{
	Name:    "sockets",
	Group:   "look",
	Common:  true,
	Summary: "List the TCP, UDP and raw sockets of a namespace, the script's own among them.",
	Detail:  "They are in the order of protocol, family, address and port. Of connections, the kernel keeps some for a while that have no program any more, as \"TIME-WAIT\". The IPv4 addresses of a socket of family 6 are written as such, without ss's \"::ffff:\". As `ss -tuwan`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
l = listen_tcp(b, ":80")
c = dial_tcp(a, "10.0.0.2:80")
check([(s.local, s.local_port) for s in sockets(b, state = "LISTEN")] == [("::", 80)])
check([s.peer_port for s in sockets(a, proto = "tcp", state = "ESTAB")] == [80])`,
	Returns: "list[socket_entry]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		p.KeywordsOnly()
		proto := decl.Maybe(p, "proto", decl.OneOf("tcp", "udp", "raw"), "only those of this protocol")
		state := decl.Maybe(p, "state", decl.OneOf(runtime.SocketStates[1:]...), "only those in this state")
		return func(*call) (starlark.Value, error) {
			list, err := (*ns).Sockets(orZero(*proto))
			return all(socketKind)(only(list, func(s runtime.Socket) bool { return *state == nil || s.State == **state }), err)
		}
	},
}
