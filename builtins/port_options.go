package builtins

import (
	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// portParams are what can be set of a bridge's port, and what reads them.
func portParams(p *params) func() runtime.PortChange {
	isolated := decl.Maybe(p, "isolated", decl.Bool, "whether the port reaches only ports that are not isolated")
	hairpin := decl.Maybe(p, "hairpin", decl.Bool, "whether a frame may leave where it came in")
	learning := decl.Maybe(p, "learning", decl.Bool, "whether the port learns addresses")
	flood := decl.Maybe(p, "flood", decl.Bool, "whether the port sends frames for unknown addresses")
	guard := decl.Maybe(p, "guard", decl.Bool, "whether the port refuses messages of the spanning tree")
	locked := decl.Maybe(p, "locked", decl.Bool, "whether the port takes frames of known addresses only")
	cost := decl.Maybe(p, "cost", decl.Int(1, 65535), "the port's cost in the spanning tree")
	neighSuppr := decl.Maybe(p, "neigh_suppress", decl.Bool, "whether the bridge answers for neighbours that it knows, in place of asking the port")
	mcastFlood := decl.Maybe(p, "mcast_flood", decl.Bool, "whether the port sends multicast that nobody is known to want")
	bcastFlood := decl.Maybe(p, "bcast_flood", decl.Bool, "whether the port sends broadcasts")
	fastLeave := decl.Maybe(p, "fastleave", decl.Bool, "whether the port is taken out of a group at the first leave")
	proxyARP := decl.Maybe(p, "proxy_arp", decl.Bool, "whether the bridge answers ARP for it")
	vlanTunnel := decl.Maybe(p, "vlan_tunnel", decl.Bool, "whether VLANs become VNIs of a tunnel")
	mab := decl.Maybe(p, "mab", decl.Bool, "whether a locked port notes addresses that are to be let in")
	state := decl.Maybe(p, "state", decl.OneOf("disabled", "blocking", "listening", "learning", "forwarding"), "the port's state, where no spanning tree decides on it")
	priority := decl.Maybe(p, "priority", decl.Int(0, 63), "the port's priority in the spanning tree")
	return func() runtime.PortChange {
		return runtime.PortChange{Isolated: *isolated, Hairpin: *hairpin, Learning: *learning, Flood: *flood, Guard: *guard, Locked: *locked, Cost: *cost,
			NeighSuppress: *neighSuppr, McastFlood: *mcastFlood, BcastFlood: *bcastFlood, FastLeave: *fastLeave, ProxyARP: *proxyARP, VLANTunnel: *vlanTunnel, MAB: *mab, State: *state, Priority: *priority}
	}
}
