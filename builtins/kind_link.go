package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var linkKind = &decl.Kind[*runtime.Link]{
	Name:    "link",
	Summary: "A network interface. It stays the same value when the interface is renamed. Its attributes are read from the kernel each time.",
	Handle:  true,
	Instead: "a value, as veth gives it; link(ns, \"eth0\") finds one by its name",
	Label:   func(l *runtime.Link) string { return l.Name() + " in " + l.Namespace().Name },
	Same: func(a, b *runtime.Link) bool {
		return a.Namespace() == b.Namespace() && a.Index() == b.Index()
	},
	// Name, number and namespace of a link can all change while it is a key.
	Key: func(*runtime.Link) string { return "link" },
}

// Apart from the kind, because kinds refer to each other.
var _ = linkKind.Declare([]decl.Field[*runtime.Link]{
	decl.F("name", "str", "its name as the script gave it, which may be longer than the kernel's 15 bytes", value(func(l *runtime.Link) starlark.Value { return starlark.String(l.Name()) })),
	decl.F("device", "str", "its name as the kernel and its tools know it", state(func(st *runtime.LinkState) starlark.Value { return starlark.String(st.Name) })),
	decl.F("netns", "netns", "the namespace it is in", value(func(l *runtime.Link) starlark.Value { return netnsKind.Wrap(l.Namespace()) })),
	decl.F("index", "int", "its number in the namespace", value(func(l *runtime.Link) starlark.Value { return number(l.Index()) })),
	decl.F("kind", "str", `"veth", "bridge" …; "" for lo`, state(func(st *runtime.LinkState) starlark.Value { return starlark.String(st.Kind) })),
	decl.F("mac", "str | None", "its link-layer address", state(func(st *runtime.LinkState) starlark.Value { return macOrNone(st.MAC) })),
	decl.F("mtu", "int", "the largest packet it carries, in bytes", state(func(st *runtime.LinkState) starlark.Value { return number(st.MTU) })),
	decl.F("txqlen", "int", "the length of its transmit queue, in packets", state(func(st *runtime.LinkState) starlark.Value { return number(st.TxQLen) })),
	decl.F("up", "bool", "whether it is switched on", state(func(st *runtime.LinkState) starlark.Value { return starlark.Bool(st.Up()) })),
	decl.F("carrier", "bool", "whether the other end is connected and switched on", state(func(st *runtime.LinkState) starlark.Value { return starlark.Bool(st.Carrier && st.Up()) })),
	decl.F("state", "str", `its operational state, RFC 2863: "up", "down", "lowerlayerdown", "unknown" …`, settled(func(st *runtime.LinkState) starlark.Value { return starlark.String(st.Oper) })),
	decl.F("alias", "str", "its description", state(func(st *runtime.LinkState) starlark.Value { return starlark.String(st.Alias) })),
	decl.F("group", "int", "the number of its group", state(func(st *runtime.LinkState) starlark.Value { return number(st.Group) })),
	decl.F("gso_max_size", "int", "the largest packet that is cut only on the way out, in bytes", state(func(st *runtime.LinkState) starlark.Value { return number(st.GSOMaxSize) })),
	decl.F("gso_max_segs", "int", "into how many it is cut at most", state(func(st *runtime.LinkState) starlark.Value { return number(st.GSOMaxSegs) })),
	decl.F("gro_max_size", "int", "the largest packet that is joined on the way in, in bytes", state(func(st *runtime.LinkState) starlark.Value { return number(st.GROMaxSize) })),
	decl.F("offloads", "dict[str, bool]", "what is left to the device, or to the kernel in its place, by ethtool's names", func(l *runtime.Link) (starlark.Value, error) {
		list, err := l.Offloads()
		if err != nil {
			return nil, err
		}
		d := starlark.NewDict(len(list))
		for _, o := range list {
			_ = d.SetKey(starlark.String(o.Name), starlark.Bool(o.On)) // a string is always a key
		}
		return d, nil
	}),
	decl.F("altnames", "list[str]", "its alternative names", state(func(st *runtime.LinkState) starlark.Value { return strings_(st.AltNames) })),
	decl.F("token", "str | None", "the lower half of the IPv6 addresses that it makes when a router tells a network's prefix", state(func(st *runtime.LinkState) starlark.Value { return addrOrNone(st.Token) })),
	decl.F("addrgenmode", "str | None", `how the lower half of its link-local address is made: "eui64", "none", "stable_secret" or "random"; None without IPv6`, state(func(st *runtime.LinkState) starlark.Value { return orNone(st.AddrGenMode) })),
	decl.F("anycast", "list[str]", "its IPv6 anycast addresses: a router has that of each of its networks", func(l *runtime.Link) (starlark.Value, error) {
		if err := l.Ready(); err != nil {
			return nil, err
		}
		list, err := l.Anycast()
		return strings_(list), err
	}),
	decl.F("promisc", "bool", "whether it takes frames that are not for it", state(func(st *runtime.LinkState) starlark.Value { return starlark.Bool(st.Promisc > 0) })),
	decl.F("addrs", "list[address]", "its addresses, in the order in which the kernel lists them", func(l *runtime.Link) (starlark.Value, error) {
		// The kernel makes the link-local one in the background.
		if err := l.Ready(); err != nil {
			return nil, err
		}
		list, err := l.Addrs()
		if err == nil && len(list) == 0 {
			_, err = l.State() // a link that is gone has none either
		}
		return listOf(addrKind, list), err
	}),
	decl.F("counters", "counters", "its packets and bytes since it was made", state(func(st *runtime.LinkState) starlark.Value { return countersKind.Wrap(&st.Counters) })),
	decl.F("master", "link | None", "the bridge, bond or VRF that it is a port of", func(l *runtime.Link) (starlark.Value, error) {
		st, err := l.State()
		if err != nil || st.Master == 0 {
			return starlark.None, err
		}
		return byIndex(l.Namespace(), st.Master)
	}),
	decl.F("port", "port | None", "what it is like as a port of a bridge", func(l *runtime.Link) (starlark.Value, error) {
		// The kernel switches a new port on in the background.
		if err := l.Ready(); err != nil {
			return nil, err
		}
		st, err := l.State()
		if err != nil || st.Port == nil {
			return starlark.None, err
		}
		return portKind.Wrap(&port{l, st.Port}), nil
	}),
	decl.F("ports", "list[port]", "the ports of a bridge, by index; empty for other links", func(l *runtime.Link) (starlark.Value, error) {
		if err := l.Ready(); err != nil {
			return nil, err
		}
		if _, err := l.State(); err != nil {
			return nil, err
		}
		return ports(l)
	}),
	decl.F("lower", "link | None", "the link that it stands on (a VLAN's, a macvlan's), if that is in the same namespace", func(l *runtime.Link) (starlark.Value, error) {
		st, err := l.State()
		if err != nil || st.Lower() == 0 {
			return starlark.None, err
		}
		return byIndex(l.Namespace(), st.Lower())
	}),
	decl.F("options", "struct", "the options of its kind as the kernel has them, with the names of the builtin's parameters; None for what is not set", func(l *runtime.Link) (starlark.Value, error) {
		st, err := l.State()
		if err != nil {
			return nil, err
		}
		return linkOptions(l, st)
	}),
	decl.F("vlans", "list[vlan_entry]", "the VLANs that a bridge or its port is in, by number; empty for other links", func(l *runtime.Link) (starlark.Value, error) {
		list, err := l.VLANs()
		return listOf(vlanKind, list), err
	}),
	decl.F("stp", "bridge_state | None", "a bridge's spanning tree and timers", settled(func(st *runtime.LinkState) starlark.Value {
		if st.Bridge == nil {
			return starlark.None
		}
		return bridgeStateKind.Wrap(st.Bridge)
	})),
})

// linkOptions are the options of a link's kind.
func linkOptions(l *runtime.Link, st *runtime.LinkState) (starlark.Value, error) {
	fields := starlark.StringDict{}
	if st.Kind == "wireguard" {
		w, err := l.Wireguard()
		if err != nil {
			return nil, err
		}
		fields["private_key"], fields["public_key"] = orNone(w.Private), orNone(w.Public)
		fields["listen_port"], fields["fwmark"] = number(w.ListenPort), number(w.FWMark)
	}
	for _, s := range st.Settings() {
		fields[s.Name] = settingValue(l.Namespace(), s)
	}
	return newRecord(fields), nil
}

// state makes a field's getter of a function of the link's state.
func state(f func(*runtime.LinkState) starlark.Value) func(*runtime.Link) (starlark.Value, error) {
	return func(l *runtime.Link) (starlark.Value, error) {
		st, err := l.State()
		if err != nil {
			return nil, err
		}
		return f(st), nil
	}
}

// settled is state for what the kernel brings about in the background.
func settled(f func(*runtime.LinkState) starlark.Value) func(*runtime.Link) (starlark.Value, error) {
	return func(l *runtime.Link) (starlark.Value, error) {
		if err := l.Ready(); err != nil {
			return nil, err
		}
		return state(f)(l)
	}
}

func byIndex(ns *runtime.Namespace, index int) (starlark.Value, error) {
	list, err := ns.Links()
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		if l.Index() == index {
			return linkKind.Wrap(l), nil
		}
	}
	return starlark.None, nil
}

var countersKind = &decl.Kind[*runtime.Counters]{
	Name:    "counters",
	Summary: "What an interface counted up to one moment.",
	Label: func(c *runtime.Counters) string {
		return "rx " + number(c.RxPackets).String() + ", tx " + number(c.TxPackets).String()
	},
	Fields: []decl.Field[*runtime.Counters]{
		decl.F("rx_packets", "int", "packets received", value(func(c *runtime.Counters) starlark.Value { return number(c.RxPackets) })),
		decl.F("tx_packets", "int", "packets sent", value(func(c *runtime.Counters) starlark.Value { return number(c.TxPackets) })),
		decl.F("rx_bytes", "int", "bytes received", value(func(c *runtime.Counters) starlark.Value { return number(c.RxBytes) })),
		decl.F("tx_bytes", "int", "bytes sent", value(func(c *runtime.Counters) starlark.Value { return number(c.TxBytes) })),
		decl.F("rx_errors", "int", "packets received that were broken", value(func(c *runtime.Counters) starlark.Value { return number(c.RxErrors) })),
		decl.F("tx_errors", "int", "packets that could not be sent", value(func(c *runtime.Counters) starlark.Value { return number(c.TxErrors) })),
		decl.F("rx_dropped", "int", "packets received and dropped", value(func(c *runtime.Counters) starlark.Value { return number(c.RxDropped) })),
		decl.F("tx_dropped", "int", "packets dropped before they were sent", value(func(c *runtime.Counters) starlark.Value { return number(c.TxDropped) })),
		decl.F("multicast", "int", "multicast packets received", value(func(c *runtime.Counters) starlark.Value { return number(c.Multicast) })),
	},
}
