package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var require = &builtin{
	Name:    "require",
	Group:   "assert",
	Summary: "Stop the script, skipped, unless this machine has all that it names.",
	Detail: "Each name is tried, not guessed, in a namespace of its own: kinds of link (\"vlan\", \"vrf\", \"wireguard\" …), queueing disciplines (\"netem\", \"tbf\" …), \"vlan_filtering\" of bridges, " +
		"\"many-ids\" (user ids besides root's), and programs: \"program:tcpdump\" in PATH or \"program:/usr/lib/frr/ospfd\". `wirelark doctor` lists them all. " +
		"The exit code is 3, and what is missing is named with the remedy.",
	Example: `require("veth", "bridge", "program:sh")`,
	Returns: "None",
	Params: func(p *params) body {
		names := decl.Many(p, "features", decl.Str, `what the script needs: "netem", "program:tcpdump" …`)
		return func(c *call) (starlark.Value, error) {
			for _, name := range *names {
				if err := checkFeature("features", name); err != nil {
					return nil, err
				}
			}
			for _, name := range *names {
				if err := c.Session.Require(c.Context, name); err != nil {
					return nil, err
				}
			}
			return starlark.None, nil
		}
	},
}
