package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var bridgeStateKind = &decl.Kind[*runtime.BridgeState]{
	Name:    "bridge_state",
	Summary: "A bridge's spanning tree and timers at one moment.",
	Label:   func(b *runtime.BridgeState) string { return "id " + b.ID + ", root " + b.Root },
	Fields: []decl.Field[*runtime.BridgeState]{
		decl.F("on", "bool", "whether it takes part in the spanning tree", value(func(b *runtime.BridgeState) starlark.Value { return starlark.Bool(b.STP) })),
		decl.F("id", "str", `its identity: priority in hexadecimal, then MAC, "8000.02:00:00:00:00:01"`, value(func(b *runtime.BridgeState) starlark.Value { return starlark.String(b.ID) })),
		decl.F("root", "str", "the identity of the bridge that it takes for the root", value(func(b *runtime.BridgeState) starlark.Value { return starlark.String(b.Root) })),
		decl.F("is_root", "bool", "whether it takes itself for the root", value(func(b *runtime.BridgeState) starlark.Value { return starlark.Bool(b.ID == b.Root) })),
		decl.F("root_port", "int", "the number of the port that leads to the root; 0 at the root", value(func(b *runtime.BridgeState) starlark.Value { return number(b.RootPort) })),
		decl.F("root_cost", "int", "the cost of the path to the root", value(func(b *runtime.BridgeState) starlark.Value { return number(b.RootCost) })),
		decl.F("priority", "int", "its priority", value(func(b *runtime.BridgeState) starlark.Value { return number(b.Priority) })),
		decl.F("forward_delay", "duration", "how long a port listens, and then learns, before it forwards", value(func(b *runtime.BridgeState) starlark.Value { return centiseconds(b.ForwardDelay) })),
		decl.F("hello", "duration", "between two messages of the root", value(func(b *runtime.BridgeState) starlark.Value { return centiseconds(b.Hello) })),
		decl.F("max_age", "duration", "after which a root that is not heard of is given up", value(func(b *runtime.BridgeState) starlark.Value { return centiseconds(b.MaxAge) })),
		decl.F("ageing", "duration", "after which a learned address is forgotten", value(func(b *runtime.BridgeState) starlark.Value { return centiseconds(b.Ageing) })),
		decl.F("snooping", "bool", "whether it listens to IGMP and MLD", value(func(b *runtime.BridgeState) starlark.Value { return starlark.Bool(b.Snooping) })),
		decl.F("querier", "bool", "whether it asks for groups itself", value(func(b *runtime.BridgeState) starlark.Value { return starlark.Bool(b.Querier) })),
		decl.F("vlan_filtering", "bool", "whether it tells VLANs apart", value(func(b *runtime.BridgeState) starlark.Value { return starlark.Bool(b.VLANFiltering) })),
	},
}

// A port is a link as a port of its bridge.
type port struct {
	link  *runtime.Link
	state *runtime.PortState
}

var portKind = &decl.Kind[*port]{
	Name:    "port",
	Summary: "A link as a port of a bridge, at one moment.",
	Label:   func(p *port) string { return p.link.Name() + " in " + p.link.Namespace().Name },
	Fields: []decl.Field[*port]{
		decl.F("name", "str", "the link's name", value(func(p *port) starlark.Value { return starlark.String(p.link.Name()) })),
		decl.F("link", "link", "the link", value(func(p *port) starlark.Value { return linkKind.Wrap(p.link) })),
		decl.F("number", "int", "its number on the bridge", value(func(p *port) starlark.Value { return number(p.state.Number) })),
		decl.F("stp", "port_state", "what the spanning tree makes of it", value(func(p *port) starlark.Value { return portStateKind.Wrap(p.state) })),
		decl.F("isolated", "bool", "whether it reaches only ports that are not isolated", value(func(p *port) starlark.Value { return starlark.Bool(p.state.Isolated) })),
		decl.F("hairpin", "bool", "whether a frame may leave where it came in", value(func(p *port) starlark.Value { return starlark.Bool(p.state.Hairpin) })),
		decl.F("learning", "bool", "whether it learns addresses", value(func(p *port) starlark.Value { return starlark.Bool(p.state.Learning) })),
		decl.F("flood", "bool", "whether it sends frames for unknown addresses", value(func(p *port) starlark.Value { return starlark.Bool(p.state.Flood) })),
		decl.F("guard", "bool", "whether it refuses messages of the spanning tree", value(func(p *port) starlark.Value { return starlark.Bool(p.state.Guard) })),
		decl.F("locked", "bool", "whether it takes frames of known addresses only", value(func(p *port) starlark.Value { return starlark.Bool(p.state.Locked) })),
		decl.F("neigh_suppress", "bool", "whether the bridge answers for neighbours that it knows, in place of asking the port", value(func(p *port) starlark.Value { return starlark.Bool(p.state.NeighSuppress) })),
		decl.F("mcast_flood", "bool", "whether it sends multicast that nobody is known to want", value(func(p *port) starlark.Value { return starlark.Bool(p.state.McastFlood) })),
		decl.F("bcast_flood", "bool", "whether it sends broadcasts", value(func(p *port) starlark.Value { return starlark.Bool(p.state.BcastFlood) })),
		decl.F("fastleave", "bool", "whether it is taken out of a group at the first leave", value(func(p *port) starlark.Value { return starlark.Bool(p.state.FastLeave) })),
		decl.F("proxy_arp", "bool", "whether the bridge answers ARP for it", value(func(p *port) starlark.Value { return starlark.Bool(p.state.ProxyARP) })),
		decl.F("vlan_tunnel", "bool", "whether VLANs become VNIs of a tunnel", value(func(p *port) starlark.Value { return starlark.Bool(p.state.VLANTunnel) })),
		decl.F("mab", "bool", "whether a locked port notes addresses that are to be let in", value(func(p *port) starlark.Value { return starlark.Bool(p.state.MAB) })),
	},
}

var portStateKind = &decl.Kind[*runtime.PortState]{
	Name:    "port_state",
	Summary: "What the spanning tree makes of a port, at one moment.",
	Label:   func(p *runtime.PortState) string { return p.State },
	Fields: []decl.Field[*runtime.PortState]{
		decl.F("state", "str", `"disabled", "blocking", "listening", "learning" or "forwarding"`, value(func(p *runtime.PortState) starlark.Value { return starlark.String(p.State) })),
		decl.F("cost", "int", "the cost of its link", value(func(p *runtime.PortState) starlark.Value { return number(p.Cost) })),
		decl.F("priority", "int", "its priority", value(func(p *runtime.PortState) starlark.Value { return number(p.Priority) })),
		decl.F("root", "str", "the identity of the root as the port knows it", value(func(p *runtime.PortState) starlark.Value { return starlark.String(p.DesignatedRoot) })),
		decl.F("bridge", "str", "the identity of the bridge that serves the port's segment", value(func(p *runtime.PortState) starlark.Value { return starlark.String(p.DesignatedBridge) })),
	},
}

// ports are the ports of a bridge.
func ports(l *runtime.Link) (starlark.Value, error) {
	ns := l.Namespace()
	states, err := ns.LinkStates()
	if err != nil {
		return nil, err
	}
	links, err := ns.Links()
	if err != nil {
		return nil, err
	}
	byNumber := map[int]*runtime.Link{}
	for _, p := range links {
		byNumber[p.Index()] = p
	}
	var out []starlark.Value
	for _, st := range states {
		if st.Master == l.Index() && st.Port != nil && byNumber[st.Index] != nil {
			out = append(out, portKind.Wrap(&port{byNumber[st.Index], st.Port}))
		}
	}
	return starlark.NewList(out), nil
}
