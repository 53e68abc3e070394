package builtins

import (
	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// portParams are further options of a bridge's port, and what reads them.
func portParams(p *params) func() runtime.PortChange {
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
		return runtime.PortChange{NeighSuppress: *neighSuppr, McastFlood: *mcastFlood, BcastFlood: *bcastFlood, FastLeave: *fastLeave, ProxyARP: *proxyARP, VLANTunnel: *vlanTunnel, MAB: *mab, State: *state, Priority: *priority}
	}
}
