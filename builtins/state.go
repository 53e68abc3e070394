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
	Detail: "Links with their options, addresses, routes (but for the table local), rules, neighbours, next hops, forwarding and multicast entries, queues, classes, filters, IPsec, WireGuard's peers, MACsec's keys, and " +
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
	noun    string // of one of them, as lines begin
	field   string
	values  []starlark.Value
	passing []string // the attributes that change by themselves
}

// readState reads all parts; those that hang on a feature that the kernel
// lacks are empty.
func readState(c *call, ns *runtime.Namespace) (*netState, error) {
	s := &netState{ns: ns.Name}
	links, err := ns.LinkStates()
	if err != nil {
		return nil, err
	}
	addrs, err := ns.Addrs()
	if err != nil {
		return nil, err
	}
	entries, peers, keys, err := linkEntries(ns, links, addrs)
	if err != nil {
		return nil, err
	}
	// The first error is the one to tell.
	add := func(noun, field string, list []starlark.Value, err2 error, passing ...string) {
		if err == nil {
			err = err2
		}
		s.parts = append(s.parts, statePart{noun, field, list, passing})
	}
	add("link", "links", values(linkEntryKind, entries), nil)
	add("address", "addrs", values(addrKind, only(addrs, func(a runtime.Addr) bool { return a.Link != "lo" || a.Scope != "host" })), nil, "valid", "preferred", "flags")
	routes, e := ns.Routes(0)
	add("route", "routes", values(routeKind, only(routes, func(r runtime.Route) bool { return r.Table != runtime.Tables["local"] })), e)
	rules, e := ns.Rules()
	add("rule", "rules", values(ruleKind, rules), e)
	neighs, e := ns.StaticNeighs(links)
	add("neighbour", "neighs", values(neighKind, neighs), e)
	hops, e := nexthopsIn(ns)
	add("nexthop", "nexthops", values(nexthopKind, hops), e, "buckets")
	fdbs, e := ns.StaticFDBs(links)
	add("fdb", "fdbs", values(fdbKind, fdbs), e, "used", "updated")
	mdbs, e := ns.StaticMDBs(links)
	add("mdb", "mdbs", values(mdbKind, mdbs), e)
	queues, classes, filters, e := ns.Queues(links)
	add("qdisc", "qdiscs", values(qdiscKind, queues), e, "stats")
	add("class", "classes", values(classKind, classes), nil, "stats")
	add("filter", "filters", values(filterKind, filters), nil)
	states, e := ns.XfrmStates()
	add("xfrm state", "xfrm_states", values(xfrmStateKind, states), orLacking(e), "packets", "bytes", "replays", "replay_errors", "integrity_failed")
	policies, e := ns.XfrmPolicies()
	add("xfrm policy", "xfrm_policies", values(xfrmPolicyKind, policies), orLacking(e))
	add("wireguard peer", "wireguard_peers", values(wireguardPeerKind, peers), nil, "endpoint", "handshake", "rx_bytes", "tx_bytes")
	add("macsec sa", "macsec_sas", values(macsecSAKind, keys), nil, "pn", "packets", "refused")
	if err != nil {
		return nil, err
	}
	s.nft, err = ns.NftText(c.Context)
	if s.nft != "" {
		c.Script.ran([]string{"nft"})
	}
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

func (s *netState) part(field string) statePart {
	i := slices.IndexFunc(s.parts, func(p statePart) bool { return p.field == field })
	return s.parts[i]
}
