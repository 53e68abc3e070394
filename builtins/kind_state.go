package builtins

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var stateKind = &decl.Kind[*netState]{
	Name:    "state",
	Summary: "What a node's network was set up like at one moment.",
	Label: func(s *netState) string {
		return "of " + s.ns + ":\n  " + strings.Join(s.lines(), "\n  ") + "\n"
	},
	Same: func(a, b *netState) bool { d := compare(a, b); return !d.any() },
	Fields: []decl.Field[*netState]{
		decl.F("netns", "str", "the name of the namespace", value(func(s *netState) starlark.Value { return starlark.String(s.ns) })),
		partField("links", "list[link_entry]", "its links, as they were"),
		partField("addrs", "list[address]", "its addresses"),
		partField("routes", "list[route_entry]", "its routes, but for those of the table local"),
		partField("rules", "list[rule_entry]", "its routing rules"),
		partField("neighs", "list[neighbour]", "permanent neighbours, those that need no resolution because somebody said so, and those that it answers for"),
		partField("nexthops", "list[nexthop_entry]", "next hops that have a number"),
		partField("fdbs", "list[fdb_entry]", "forwarding entries that were set"),
		partField("mdbs", "list[mdb_entry]", "multicast entries that were set"),
		partField("qdiscs", "list[qdisc_entry]", "queues that were set"),
		partField("classes", "list[class_entry]", "their classes"),
		partField("filters", "list[filter_entry]", "their filters"),
		partField("xfrm_states", "list[xfrm_state_entry]", "states of IPsec"),
		partField("xfrm_policies", "list[xfrm_policy_entry]", "policies of IPsec"),
		partField("wireguard_peers", "list[wireguard_peer_entry]", "the peers of all WireGuard links"),
		partField("macsec_sas", "list[macsec_sa_entry]", "the keys of all MACsec links"),
		decl.F("nft", "str", "the ruleset of nftables without its counts, \"\" if there is none, or no program nft", value(func(s *netState) starlark.Value { return starlark.String(s.nft) })),
		decl.F("text", "str", "a line for each thing, as it is printed", value(func(s *netState) starlark.Value { return starlark.String(strings.Join(s.lines(), "\n")) })),
	},
}

func partField(field, typ, doc string) decl.Field[*netState] {
	return decl.F(field, typ, doc, value(func(s *netState) starlark.Value { return starlark.NewList(slices.Clone(s.part(field).values)) }))
}

func (s *netState) lines() (lines []string) {
	for _, p := range s.parts {
		for _, v := range p.values {
			lines = append(lines, p.noun+" "+label(v))
		}
	}
	return append(lines, nftLines(s.nft)...)
}

// nftLines are the lines of a ruleset.
func nftLines(ruleset string) (lines []string) {
	for line := range strings.Lines(ruleset) {
		lines = append(lines, "nft "+strings.TrimSuffix(strings.ReplaceAll(line, "\t", "  "), "\n"))
	}
	return lines
}

// label is what tells a value from another of its kind: its text without the
// kind around it.
func label(v starlark.Value) string {
	return strings.TrimSuffix(strings.TrimPrefix(v.String(), v.Type()+"("), ")")
}

// A linkEntry is a link as it was at one moment.
type linkEntry struct {
	st            *runtime.LinkState
	master, lower string
	options       starlark.Value
	vlans         []string
	anycast       []string
	offloads      []runtime.Offload
}

var linkEntryKind = &decl.Kind[*linkEntry]{
	Name:    "link_entry",
	Summary: "A link as the kernel had it at one moment: what can be set of it.",
	Label: func(l *linkEntry) string {
		words := []string{l.st.LongName()}
		if l.st.Kind != "" {
			words = append(words, l.st.Kind)
		}
		words = append(words, map[bool]string{true: "up", false: "down"}[l.st.Up()], fmt.Sprintf("mtu %d", l.st.MTU))
		if len(l.st.MAC) > 0 {
			words = append(words, l.st.MAC.String())
		}
		if l.master != "" {
			words = append(words, "master "+l.master)
		}
		if l.lower != "" {
			words = append(words, "on "+l.lower)
		}
		return strings.Join(words, " ")
	},
	Fields: []decl.Field[*linkEntry]{
		decl.F("name", "str", "its name", value(func(l *linkEntry) starlark.Value { return starlark.String(l.st.LongName()) })),
		decl.F("kind", "str", `"veth", "bridge" …; "" for lo`, value(func(l *linkEntry) starlark.Value { return starlark.String(l.st.Kind) })),
		decl.F("up", "bool", "whether it is switched on", value(func(l *linkEntry) starlark.Value { return starlark.Bool(l.st.Up()) })),
		decl.F("mtu", "int", "the largest packet it carries, in bytes", value(func(l *linkEntry) starlark.Value { return number(l.st.MTU) })),
		decl.F("mac", "str | None", "its link-layer address", value(func(l *linkEntry) starlark.Value { return macOrNone(l.st.MAC) })),
		decl.F("master", "str | None", "the name of the link that it is a port of", value(func(l *linkEntry) starlark.Value { return orNone(l.master) })),
		decl.F("lower", "str | None", "the name of the link that it stands on", value(func(l *linkEntry) starlark.Value { return orNone(l.lower) })),
		decl.F("alias", "str", "its description", value(func(l *linkEntry) starlark.Value { return starlark.String(l.st.Alias) })),
		decl.F("altnames", "list[str]", "its alternative names", value(func(l *linkEntry) starlark.Value { return strings_(l.st.AltNames) })),
		decl.F("group", "int", "the number of its group", value(func(l *linkEntry) starlark.Value { return number(l.st.Group) })),
		decl.F("txqlen", "int", "the length of its transmit queue, in packets", value(func(l *linkEntry) starlark.Value { return number(l.st.TxQLen) })),
		decl.F("arp", "bool", "whether it resolves addresses", value(func(l *linkEntry) starlark.Value { return starlark.Bool(l.st.ARP()) })),
		decl.F("multicast", "bool", "whether it carries multicast", value(func(l *linkEntry) starlark.Value { return starlark.Bool(l.st.CarriesMulticast()) })),
		decl.F("promisc", "bool", "whether it was told to take frames that are not for it", value(func(l *linkEntry) starlark.Value { return starlark.Bool(l.st.Promiscuous()) })),
		decl.F("gso_max_size", "int", "the largest packet that is cut only on the way out, in bytes", value(func(l *linkEntry) starlark.Value { return number(l.st.GSOMaxSize) })),
		decl.F("gso_max_segs", "int", "into how many it is cut at most", value(func(l *linkEntry) starlark.Value { return number(l.st.GSOMaxSegs) })),
		decl.F("gro_max_size", "int", "the largest packet that is joined on the way in, in bytes", value(func(l *linkEntry) starlark.Value { return number(l.st.GROMaxSize) })),
		decl.F("options", "struct", "the options of its kind; a bridge's are in stp", value(func(l *linkEntry) starlark.Value { return l.options })),
		decl.F("stp", "struct | None", "a bridge's own options", value(func(l *linkEntry) starlark.Value { return bridgeOptions(l.st.Bridge) })),
		decl.F("port", "struct | None", "what it is like as a port of a bridge", value(func(l *linkEntry) starlark.Value { return portOptions(l.st.Port) })),
		decl.F("vlans", "list[str]", "the VLANs that a bridge or its port is in", value(func(l *linkEntry) starlark.Value { return strings_(l.vlans) })),
		decl.F("anycast", "list[str]", "the anycast addresses that it was given: not those that a router has of each of its networks", value(func(l *linkEntry) starlark.Value { return strings_(l.anycast) })),
		decl.F("offloads", "list[str]", "what is left to the device, by ethtool's names", value(func(l *linkEntry) starlark.Value {
			var on []string
			for _, o := range l.offloads {
				if o.On {
					on = append(on, o.Name)
				}
			}
			return strings_(on)
		})),
	},
}

// linkEntries are the links of a node, the peers of those of WireGuard, and the
// keys of those of MACsec.
func linkEntries(ns *runtime.Namespace, states []*runtime.LinkState, addrs []runtime.Addr) (list []linkEntry, peers []runtime.WireguardPeer, keys []runtime.MacsecSA, err error) {
	links, err := ns.Links()
	if err != nil {
		return nil, nil, nil, err
	}
	anycast, err := ns.JoinedAnycast(addrs)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, st := range states {
		i := slices.IndexFunc(links, func(l *runtime.Link) bool { return l.Index() == st.Index })
		if i < 0 {
			continue // it is gone meanwhile
		}
		e := linkEntry{st: st, master: ns.LinkName(st.Master), lower: ns.LinkName(st.Lower()), anycast: anycast[st.Index]}
		if e.options, err = linkOptions(links[i], st); err != nil {
			return nil, nil, nil, err
		}
		if st.Bridge != nil || st.Port != nil {
			vlans, err := links[i].VLANs()
			if err != nil && !runtime.IsLacking(err) {
				return nil, nil, nil, err
			}
			for j := range vlans {
				e.vlans = append(e.vlans, label(vlanKind.Wrap(&vlans[j])))
			}
		}
		if e.offloads, err = links[i].Offloads(); err != nil {
			return nil, nil, nil, err
		}
		switch st.Kind {
		case "wireguard":
			more, err := links[i].WireguardPeers()
			if err != nil {
				return nil, nil, nil, err
			}
			peers = append(peers, more...)
		case "macsec":
			more, err := links[i].MacsecSAs()
			if err != nil {
				return nil, nil, nil, err
			}
			keys = append(keys, more...)
		}
		list = append(list, e)
	}
	return list, peers, keys, nil
}

// bridgeOptions are what can be set of a bridge.
func bridgeOptions(b *runtime.BridgeState) starlark.Value {
	if b == nil {
		return starlark.None
	}
	return fieldsOf(bridgeStateKind, b, "id", "root", "is_root", "root_port", "root_cost")
}

// portOptions are what can be set of a bridge's port.
func portOptions(p *runtime.PortState) starlark.Value {
	if p == nil {
		return starlark.None
	}
	return fieldsOf(portKind, &port{nil, p}, "name", "link", "number", "stp").with(fieldsOf(portStateKind, p, "state", "root", "bridge"))
}

// fieldsOf is a struct of a value's fields but for some.
func fieldsOf[T comparable](k *decl.Kind[T], v T, but ...string) *record {
	fields := starlark.StringDict{}
	for _, f := range k.Fields {
		if slices.Contains(but, f.Name) {
			continue
		}
		if x, err := f.Get(v); err == nil { // none of these asks the kernel
			fields[f.Name] = x
		}
	}
	return newRecord(fields)
}

// with is r and the fields of another, too.
func (r *record) with(other *record) *record {
	fields := starlark.StringDict{}
	r.ToStringDict(fields)
	other.ToStringDict(fields)
	return newRecord(fields)
}
