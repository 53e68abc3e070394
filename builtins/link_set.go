package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var linkSet = &builtin{
	Name:    "link_set",
	Group:   "set",
	Summary: "Change a link.",
	Detail: "What is left out stays. Moving to another namespace comes last, and the kernel then drops the link's addresses and " +
		"switches it off. The parameters from isolated to priority are those of a bridge's port. It fails if the kernel refuses one, or if nothing is to be changed. " +
		"As `ip link set` and `bridge link set`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
link_set(e, mtu = 9000, name = "uplink")
check(e.name == "uplink" and e.mtu == 9000)`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		p.KeywordsOnly()
		mtu := decl.Maybe(p, "mtu", mtuType, "the largest packet it carries, in bytes, 68 to 65535")
		mac := decl.Maybe(p, "mac", decl.MAC, "its MAC address")
		txqlen := decl.Maybe(p, "txqlen", decl.Int(0, 1<<31-1), "the length of its transmit queue, in packets")
		alias := decl.Maybe(p, "alias", decl.Str, "its description, at most 255 bytes")
		name := decl.Maybe(p, "name", decl.Str, "its name")
		arp := decl.Maybe(p, "arp", decl.Bool, "whether it resolves addresses by ARP")
		multicast := decl.Maybe(p, "multicast", decl.Bool, "whether it carries multicast")
		promisc := decl.Maybe(p, "promisc", decl.Bool, "whether it takes frames that are not for it")
		master := decl.Maybe(p, "master", linkType, "the bridge, bond or VRF to become a port of, in the same namespace")
		nomaster := decl.Or(p, "nomaster", decl.Bool, false, "whether it shall be a port no longer")
		up := decl.Maybe(p, "up", decl.Bool, "whether it is switched on")
		portChange := portParams(p)
		ns := decl.Maybe(p, "netns", netnsType, "the namespace to move to")
		group := decl.Maybe(p, "group", decl.Int(0, 1<<31-1), "the number of the group it belongs to")
		altname := decl.Maybe(p, "altname", decl.Str, "an alternative name to add")
		noAltname := decl.Maybe(p, "noaltname", decl.Str, "an alternative name to remove")
		carrier := decl.Maybe(p, "carrier", decl.Bool, "whether it has a carrier, of a kind where that is only said: dummy")
		gsoSize := decl.Maybe(p, "gso_max_size", decl.Int(1, 1<<31-1), "the largest packet that is cut only on the way out, in bytes")
		gsoSegs := decl.Maybe(p, "gso_max_segs", decl.Int(1, 65535), "into how many it is cut at most")
		groSize := decl.Maybe(p, "gro_max_size", decl.Int(1, 1<<31-1), "the largest packet that is joined on the way in, in bytes")
		noXDP := decl.Or(p, "noxdp", decl.Bool, false, "whether an XDP program on it shall be taken off")
		token := decl.Maybe(p, "token", decl.Addr, "the lower half of the IPv6 addresses that it makes when a router tells a prefix, like \"::1234\"; \"::\" for none. The link asks for routers from then on")
		addrgenmode := decl.Maybe(p, "addrgenmode", decl.OneOf(runtime.AddrGenModes()...), "how the lower half of its link-local address is made")
		return func(c *call) (starlark.Value, error) {
			change := runtime.LinkChange{MTU: *mtu, MAC: orZero(*mac), Master: orZero(*master), Namespace: orZero(*ns), TxQLen: *txqlen, Alias: *alias, Name: *name, ARP: *arp, Multicast: *multicast, Promisc: *promisc,
				NoMaster: *nomaster, Up: *up,
				Group: *group, AltName: *altname, NoAltName: *noAltname, Carrier: *carrier, GSOMaxSize: *gsoSize, GSOMaxSegs: *gsoSegs, GROMaxSize: *groSize, NoXDP: *noXDP, Token: *token, AddrGenMode: *addrgenmode, Port: portChange()}
			if *nomaster && *master != nil {
				return nil, decl.Misusef("nomaster: contradicts master")
			}
			if *alias != nil && len(**alias) > 255 {
				return nil, decl.Misusef("alias: has %d bytes: at most 255 are allowed", len(**alias))
			}
			if change.Empty() {
				return nil, decl.Misusef("nothing is to be changed: name at least one of mtu, mac, name, up, master …")
			}
			return none((*l).Change(c.Context, change))
		}
	},
}
