package builtins

var tap = &builtin{
	Name:    "tap",
	Group:   "make",
	Summary: "Make a tap: a link whose other end is a program, which reads and writes Ethernet frames.",
	Detail: "A program opens it by its name; it has a carrier while one does, and stays when none does. `frames` lets the script be that program. It can be a port of a bridge. " +
		"It needs the feature \"tap\". As `ip tuntap add mode tap …`.",
	Example: `require("tap")
n = netns("n")
t = tap(n, master = bridge(n))
check((t.name, t.options.mode, t.master.name) == ("tap0", "tap", "br0"))`,
	Returns: "link",
	Params:  tunParams("tap"),
}
