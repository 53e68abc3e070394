package builtins

import (
	"net"
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var mdb = &builtin{
	Name:    "mdb",
	Group:   "set",
	Common:  true,
	Summary: "Let a port of a bridge have the frames of a multicast group.",
	Detail: "It matters where the bridge snoops, as it does by default, and knows of a querier: else it sends multicast to all ports. An entry that is permanent stays; one that is not is forgotten as if the port had asked. The kernel keeps none of the bridge itself for good. " +
		"It fails if there is an equal one. As `bridge mdb add`.",
	Example: `h, sw = netns("h"), netns("sw")
br = bridge(sw)
_, p = veth(h, br)
mdb(br, "239.1.1.1", port = p)
check([(m.group, m.port, m.state) for m in mdbs(br) if m.group == "239.1.1.1"] == [("239.1.1.1", "h", "permanent")])`,
	Returns: "None",
	Params: func(p *params) body {
		l, spec := mdbParams(p)
		state := decl.Maybe(p, "state", decl.OneOf("permanent", "temp"), "whether it stays or is forgotten after a time; left out, it stays, but for one of the bridge itself")
		return func(c *call) (starlark.Value, error) {
			e := spec()
			e.State = orZero(*state)
			return none((*l).AddMDB(c.Context, e))
		}
	},
}

// mdbParams are the parameters that tell an entry, and what it reads of them.
func mdbParams(p *params) (**runtime.Link, func() runtime.MDBSpec) {
	l := decl.Arg(p, "bridge", linkType, "the bridge")
	group := decl.Arg(p, "group", groupType, "the group: a multicast address, or a multicast MAC")
	p.KeywordsOnly()
	port := decl.Arg(p, "port", linkType, "the port, or the bridge itself")
	vlan := decl.Maybe(p, "vlan", decl.Int(1, 4094), "the VLAN, of a bridge that filters")
	source := decl.Maybe(p, "source", decl.Addr, "the source that frames must be from")
	return l, func() runtime.MDBSpec {
		return runtime.MDBSpec{Port: *port, Group: group.ip, MAC: group.mac, Source: orZero(*source), VLAN: orZero(*vlan)}
	}
}

// A groupOf is a multicast group: an address, or a MAC.
type groupOf struct {
	ip  netip.Addr
	mac net.HardwareAddr
}

var groupType = decl.Type[groupOf]{Name: "str", From: func(v starlark.Value) (groupOf, error) {
	if mac, err := decl.MAC.From(v); err == nil {
		if mac[0]&1 == 0 {
			return groupOf{}, decl.Misusef("%s is no multicast address", mac)
		}
		return groupOf{mac: mac}, nil
	}
	ip, err := decl.Addr.From(v)
	if err == nil && !ip.IsMulticast() {
		err = decl.Misusef("%s is no multicast address", ip)
	}
	return groupOf{ip: ip}, err
}, Show: func(groupOf) string { return "…" }}
