package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var frames = &builtin{
	Name:    "frames",
	Group:   "talk",
	Summary: "Open a tun or tap as a program does, to send and receive its packets.",
	Detail: "What is sent, the node's kernel takes in as if it came from a wire; what the kernel sends there is received. Of a tap those are Ethernet frames, of a tun IP packets, with the headers before them that the link was made with. " +
		"The link has a carrier while it is open; it is closed at the script's end. It fails if a program has it open, unless it was made with multi_queue.",
	Example: `require("tap")
n = netns("n")
t = tap(n, addr = "10.0.0.1/24", mac = "02:00:00:00:00:01")
f = frames(t)
f.send(bytes([0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1]))
eventually(lambda: f.recv()[20:22] == b"\x00\x02")  # the ARP reply`,
	Returns: "frames",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the tun or tap")
		return func(c *call) (starlark.Value, error) {
			f, err := (*l).Frames(c.Context)
			if err != nil {
				return nil, err
			}
			return framesKind.Wrap(&framesOf{*l, f}), nil
		}
	},
}
