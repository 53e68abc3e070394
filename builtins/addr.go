package builtins

import (
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var addr = &builtin{
	Name:    "addr",
	Group:   "set",
	Summary: "Give a link addresses, IPv4 or IPv6, in order.",
	Detail: "Without a prefix length an address is a host's: /32 or /128. An IPv6 address can be used at once: duplicate address detection is off; `dad = True` lets it run, to study it. " +
		"An address whose `valid` time is over is gone; one whose `preferred` time is over stays, deprecated: new connections use another. " +
		"One with `anycast` answers neighbours up to a second late, as RFC 4861 has it, and like any IPv6 address goes when the link is switched off; `link.anycast` lists it. " +
		"Of two link-local addresses packets have the newer as their source: the one given here, not the one that the kernel makes itself. " +
		"It fails if the link has the address. As `ip addr add`; iproute2 has no command for `anycast`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
addr(e, "10.0.0.1/24", "2001:db8::1/64")
check([x.prefix for x in e.addrs if x.scope == "global"] == ["10.0.0.1/24", "2001:db8::1/64"])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		list := decl.Many(p, "prefixes", decl.Prefix, `addresses with their prefix lengths: "10.0.0.1/24", "2001:db8::1/64"`)
		peer := decl.Maybe(p, "peer", decl.Prefix, "the address at the other end of a point-to-point link")
		scope := decl.Or(p, "scope", decl.OneOf("global", "link", "host"), "global", "where the address is valid")
		label := decl.Or(p, "label", decl.Str, "", "a label for an IPv4 address; it begins with the link's name")
		dad := decl.Or(p, "dad", decl.Bool, false, "whether IPv6 first looks for duplicates, as a bare kernel does")
		valid := decl.Maybe(p, "valid", inUnits(time.Second), "how long it stays; for ever, if it is left out")
		preferred := decl.Maybe(p, "preferred", inUnits(time.Second), "how long new connections use it; left out, as long as it stays")
		noPrefixRoute := decl.Or(p, "noprefixroute", decl.Bool, false, "whether the kernel shall make no route to its network")
		home := decl.Or(p, "home", decl.Bool, false, "whether it is a home address of Mobile IPv6")
		mngtmpaddr := decl.Or(p, "mngtmpaddr", decl.Bool, false, "whether the kernel makes temporary addresses of its IPv6 network, a /64, if the sysctl use_tempaddr says so")
		autojoin := decl.Or(p, "autojoin", decl.Bool, false, "whether the kernel joins the group that a multicast address is of")
		anycast := decl.Or(p, "anycast", decl.Bool, false, "whether other nodes may have it too, and the nearest answers; of IPv6, without a prefix length, in a network of the link or on a router")
		proto := decl.Or(p, "proto", decl.Int(0, 255), 0, "the number of who made it; 1 to 3 are the kernel's own")
		return func(c *call) (starlark.Value, error) {
			opt := runtime.AddrOptions{Peer: orZero(*peer), Label: *label, DAD: *dad, Valid: *valid, Preferred: *preferred,
				NoPrefixRoute: *noPrefixRoute, Home: *home, ManageTemp: *mngtmpaddr, AutoJoin: *autojoin, Anycast: *anycast, Proto: *proto}
			if *scope != "global" {
				opt.Scope = *scope
			}
			return none((*l).AddAddrs(c.Context, opt, *list...))
		}
	},
}
