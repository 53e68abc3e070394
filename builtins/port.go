package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var portReady = &builtin{
	Name:    "port",
	Group:   "run",
	Summary: "For spawn_in: ready when the program has a socket on a port.",
	Detail:  "The socket belongs to the program or to one that descends from it, on whatever address; TCP ones listen. The kernel is asked (sock_diag), no packet is sent.",
	Example: `n = netns("n")
spawn_in(n, ["python3", "-c", "import socket, time; s = socket.create_server(('', 8080)); time.sleep(100)"], ready = port(8080))`,
	Returns: "readiness",
	Common:  true,
	Params: func(p *params) body {
		number := decl.Arg(p, "port", decl.Int(1, 65535), "the port's number")
		proto := decl.Or(p, "proto", decl.OneOf("tcp", "udp"), "tcp", `"tcp" or "udp"`)
		return func(*call) (starlark.Value, error) {
			return makeReady(runtime.ReadyPort{Port: *number, Proto: *proto}), nil
		}
	},
}
