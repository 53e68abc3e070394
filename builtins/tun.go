package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var tun = &builtin{
	Name:    "tun",
	Group:   "make",
	Summary: "Make a tun: a link whose other end is a program, which reads and writes IP packets.",
	Detail: "A program opens it by its name; it has a carrier while one does, and stays when none does. `frames` lets the script be that program. " +
		"Its link-local address derives from the seed. It needs the feature \"tun\". As `ip tuntap add mode tun …`.",
	Example: `require("tun")
n = netns("n")
t = tun(n, addr = "10.0.0.1/24")
check((t.name, t.options.mode, t.carrier) == ("tun0", "tun", False))`,
	Returns: "link",
	Params:  tunParams("tun"),
}

// tunParams are the parameters of a device of a program's own.
func tunParams(mode string) func(p *params) body {
	return func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		p.KeywordsOnly()
		m := makes(p, mode)
		m.flag("multi_queue", "whether several programs, or one several times, can have it open at once")
		m.flag("pi", "whether 4 bytes are before each packet: 2 of flags, 2 of the protocol's number")
		m.flag("vnet_hdr", "whether a header of virtio is before each packet, for what is left to whoever reads it")
		m.number("user", 0, 1<<31-1, "the number of the user, in the lab, who may open it; without one, who may change the network")
		m.number("group", 0, 1<<31-1, "the number of the group that may")
		m.common(mode == "tap")
		return func(c *call) (starlark.Value, error) { return m.make(c, *ns, runtime.LinkSpec{}) }
	}
}
