package builtins

import (
	"slices"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var state_ = &builtin{
	Name:    "state",
	Group:   "look",
	Common:  true,
	Summary: "Read all of a node's network that can be set, as one value.",
	Detail: "Links with their options, addresses, routes (but for the table local), rules, neighbours, next hops, forwarding and multicast entries, queues, classes, filters, IPsec, WireGuard's peers, and " +
		"the ruleset of nftables. What the kernel learns or counts is no part of it (learned neighbours, counters, lifetimes), nor are sysctls. Two of them are equal if the node is set up the same; " +
		"`diff` tells what changed; printed, it has a line for each thing.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b, addr = ("10.0.0.1/24", None))
before = state(a)
link_set(e, mtu = 1400)
route(a, "default", via = "10.0.0.2")
d = diff(before, state(a))
check(d.changed == ["link eth0: mtu 1500 -> 1400"] and d.added == ["route default via 10.0.0.2 dev eth0"])`,
	Returns: "state",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(c *call) (starlark.Value, error) {
			if err := c.Session.Ready(c.Context); err != nil {
				return nil, err
			}
			return one(stateKind)(readState(c, *ns))
		}
	},
}

// A netState is what a node's network was set up like at one moment: values of
// several kinds, each kind under the name of its field.
type netState struct {
	ns    string
	parts []statePart
	nft   string
}

// A statePart is the values of one kind.
type statePart struct {
	noun   string // of one of them, as lines begin
	field  string
	values []starlark.Value
	fleet  []string // the attributes that change by themselves
}

// readState reads all parts; those that hang on a feature that the kernel
// lacks are empty.
func readState(c *call, ns *runtime.Namespace) (*netState, error) {
	s := &netState{ns: ns.Name}
	links, err := ns.LinkStates()
	if err != nil {
		return nil, err
	}
	entries, peers, err := linkEntries(ns, links)
	if err != nil {
		return nil, err
	}
	s.parts = append(s.parts, statePart{"link", "links", values(linkEntryKind, entries), nil})
	add := func(noun, field string, list starlark.Value, err2 error, fleet ...string) {
		if err == nil {
			err = err2
		}
		p := statePart{noun: noun, field: field, fleet: fleet}
		if l, ok := list.(*starlark.List); ok {
			for i := range l.Len() {
				p.values = append(p.values, l.Index(i))
			}
		}
		s.parts = append(s.parts, p)
	}
	addrs, e := ns.Addrs()
	add("address", "addrs", listOf(addrKind, only(addrs, func(a runtime.Addr) bool { return a.Link != "lo" || a.Scope != "host" })), e, "valid", "preferred", "flags")
	routes, e := ns.Routes(0)
	add("route", "routes", listOf(routeKind, only(routes, func(r runtime.Route) bool { return r.Table != runtime.Tables["local"] })), e)
	rules, e := ns.Rules()
	add("rule", "rules", listOf(ruleKind, rules), e)
	neighs, e := ns.StaticNeighs(links)
	add("neighbour", "neighs", listOf(neighKind, neighs), e)
	hops, e := ns.Nexthops()
	var hopValues []starlark.Value
	for _, h := range hops {
		hopValues = append(hopValues, nexthopKind.Wrap(&nexthopIn{h, ns}))
	}
	add("nexthop", "nexthops", starlark.NewList(hopValues), e, "buckets")
	fdbs, e := ns.StaticFDBs(links)
	add("fdb", "fdbs", listOf(fdbKind, fdbs), e, "used", "updated")
	mdbs, e := ns.StaticMDBs(links)
	add("mdb", "mdbs", listOf(mdbKind, mdbs), e)
	queues, classes, filters, e := ns.Queues(links)
	add("qdisc", "qdiscs", listOf(qdiscKind, queues), e, "stats")
	add("class", "classes", listOf(classKind, classes), nil, "stats")
	add("filter", "filters", listOf(filterKind, filters), nil)
	states, e := ns.XfrmStates()
	add("xfrm state", "xfrm_states", listOf(xfrmStateKind, states), orLacking(e), "packets", "bytes", "replays", "replay_errors", "integrity_failed")
	policies, e := ns.XfrmPolicies()
	add("xfrm policy", "xfrm_policies", listOf(xfrmPolicyKind, policies), orLacking(e))
	add("wireguard peer", "wireguard_peers", listOf(wireguardPeerKind, peers), nil, "endpoint", "handshake", "rx_bytes", "tx_bytes")
	if err != nil {
		return nil, err
	}
	s.nft, err = ns.NftText(c.Context)
	return s, err
}

// orLacking is the error, but for that of a feature that the kernel lacks:
// there is none of it then.
func orLacking(err error) error {
	if runtime.IsLacking(err) {
		return nil
	}
	return err
}

func values[T any](k *decl.Kind[*T], list []T) (out []starlark.Value) {
	for i := range list {
		out = append(out, k.Wrap(&list[i]))
	}
	return out
}

func (s *netState) part(field string) statePart {
	i := slices.IndexFunc(s.parts, func(p statePart) bool { return p.field == field })
	return s.parts[i]
}
