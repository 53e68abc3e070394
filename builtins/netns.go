package builtins

import (
	"maps"
	"slices"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var netns = &builtin{
	Name:    "netns",
	Group:   "make",
	Summary: "Make a network namespace: a node of the lab.",
	Detail: "It has a loopback interface, which is up, and nothing else. When a command first runs in it, it gets processes, a host name, " +
		"and /etc, /run, /tmp and /var of its own too, as file_in says; its /etc/hosts names all nodes that have addresses. It differs from a bare kernel's namespace as docs/defaults.md says; `bare = True` leaves the kernel's own defaults. " +
		"A sysctl of an interface, `net.ipv4.conf.wan.rp_filter`, is kept, and written when a builtin makes a link of that name, moves one there or renames one, before it is switched on; one whose link never came is an error at the script's end. " +
		"It fails if the name is taken. As `ip netns add`.",
	Example: `r = netns("r", forward = True, sysctls = {"net.ipv4.conf.all.rp_filter": 1})
check(sysctl(r, "net.ipv4.ip_forward") == "1")
s = netns("s", sysctls = {"net.ipv4.conf.wan.rp_filter": 2})
veth(r, s, name = (None, "wan"))
check(sysctl(s, "net.ipv4.conf.wan.rp_filter") == "2")`,
	Returns: "netns",
	Params: func(p *params) body {
		name := decl.Arg(p, "name", decl.Str, "what scripts, messages and `ip netns` call it; unique in the script, at most 63 letters, digits, '.', '_' and '-'")
		p.KeywordsOnly()
		forward := decl.Or(p, "forward", decl.Bool, false, "whether it passes packets on, as a router does, IPv4 and IPv6")
		sysctls := decl.Or(p, "sysctls", decl.Words, nil, "sysctls to set when it is made, before it has any link; those of a link by its name, when that is there")
		files := decl.Or(p, "files", decl.Words, nil, "files to write in it, as file_in does: the content by the path")
		bare := decl.Or(p, "bare", decl.Bool, false, "whether it keeps the kernel's own defaults, and loopback down")
		return func(c *call) (starlark.Value, error) {
			ns, err := c.Session.NewNamespace(c.Context, *name, runtime.NamespaceOptions{Forward: *forward, Bare: *bare, Sysctls: *sysctls})
			if err != nil {
				return nil, err
			}
			if len(ns.UnusedSysctls()) > 0 {
				c.Script.awaits(ns, c.Thread.CallStack())
			}
			for _, path := range slices.Sorted(maps.Keys(*files)) {
				if err := ns.WriteFile(c.Context, path, []byte((*files)[path]), runtime.FileOptions{}); err != nil {
					return nil, err
				}
			}
			return netnsKind.Wrap(ns), nil
		}
	},
}
