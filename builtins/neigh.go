package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var neigh = &builtin{
	Name:    "neigh",
	Group:   "set",
	Summary: "Give a link the MAC address of a neighbour, which it then need not ask for.",
	Detail: "A permanent entry is neither asked for nor forgotten, nor changed by what others say: a defence against spoofing, and the way to have more than some 500 hosts in a lab, " +
		"since the kernel has one table of 1,024 other entries for the whole machine. It fails if there is an entry, unless `replace`. " +
		"With `proxy`, the link answers for the address: for an IPv4 one as it stands, for an IPv6 one if its sysctl net.ipv6.conf.DEV.proxy_ndp is 1. As `ip neigh add`.",
	Example: `a, b = netns("a"), netns("b")
ea, eb = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
neigh(ea, "10.0.0.2", eb.mac)
check([(n.ip, n.state) for n in neighs(a)] == [("10.0.0.2", "PERMANENT")])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		ip := decl.Arg(p, "ip", decl.Addr, "the neighbour's address")
		mac := decl.Maybe(p, "mac", decl.MAC, "the neighbour's MAC address; none with proxy")
		p.KeywordsOnly()
		state := decl.Or(p, "state", decl.OneOf("permanent", "reachable", "stale", "delay", "probe", "noarp"), "permanent", "the entry's state")
		router := decl.Or(p, "router", decl.Bool, false, "whether an IPv6 neighbour is a router")
		proxy := decl.Or(p, "proxy", decl.Bool, false, "whether the link answers for the address")
		replace := decl.Or(p, "replace", decl.Bool, false, "whether an entry that is there is changed")
		return func(c *call) (starlark.Value, error) {
			switch {
			case *proxy && (*mac != nil || *state != "permanent"):
				return nil, decl.Misusef("proxy: the link answers with its own address, so there is neither mac nor state")
			case !*proxy && *mac == nil:
				return nil, decl.Misusef("mac: is missing")
			case *router && !ip.Is6():
				return nil, decl.Misusef("router: is for IPv6, where neighbours tell it")
			}
			return none((*l).AddNeigh(c.Context, runtime.NeighSpec{IP: *ip, MAC: orZero(*mac), State: *state, Router: *router, Proxy: *proxy, Replace: *replace}))
		}
	},
}
