package builtins

import (
	"net/netip"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var filterRule = &builtin{
	Name:    "filter_rule",
	Group:   "filter",
	Summary: "Append a rule that accepts, drops or rejects packets of a namespace.",
	Detail: "A rule counts what it matches, and decides on it: rules are met in the order in which they were made. All that is given must fit. They are in the table `inet wirelark` of nftables, a chain for each hook; " +
		"a packet that it accepts still meets other tables. What no rule decides on is accepted, or what `policy` says. A rejected packet is answered with ICMP's port unreachable. " +
		"It needs no program. As `nft add rule`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
rule = filter_rule(b, "drop", hook = "input", proto = "icmp", source = "10.0.0.1")
check(not ping(a, "10.0.0.2", timeout = "100ms") and rule.packets == 1)
filter_del(rule)
check(ping(a, "10.0.0.2"))`,
	Returns: "filter_rule",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		verdict := decl.Arg(p, "verdict", decl.OneOf("accept", "drop", "reject"), "what becomes of the packets")
		p.KeywordsOnly()
		hook := decl.Or(p, "hook", hookType, "forward", "what is looked at: packets that pass through, that are for the node itself, or that it sends")
		match := matchOf(p)
		iif := decl.Maybe(p, "iif", deviceType, "only what arrives on this link")
		oif := decl.Maybe(p, "oif", deviceType, "only what leaves by this link")
		state := decl.Or(p, "state", decl.List(decl.OneOf(runtime.FilterStates...)), nil, "only packets that are this to the tracked connections")
		comment := decl.Or(p, "comment", decl.Str, "", "a comment, at most 127 bytes, for lists of rules")
		return func(c *call) (starlark.Value, error) {
			m := match()
			m.State = *state
			for _, one := range []struct {
				dev   *device
				param string
				never string // the hook whose packets have none
				name  *string
			}{{*iif, "iif", "output", &m.In}, {*oif, "oif", "input", &m.Out}} {
				l, err := one.dev.in(c, *ns, one.param)
				if err != nil {
					return nil, err
				}
				if l != nil && *hook == one.never {
					return nil, decl.Misusef("%s: a packet of hook %q has none", one.param, *hook)
				}
				if l != nil {
					*one.name = l.Device()
				}
			}
			return one(filterRuleKind)((*ns).Filter(c.Context, *verdict, *hook, m, *comment))
		}
	},
}

var hookType = decl.OneOf("forward", "input", "output")

// matchOf declares what rules look at in a packet.
func matchOf(p *params) func() runtime.Match {
	proto := decl.Maybe(p, "proto", decl.OneOf("dccp", "gre", "icmp", "icmpv6", "sctp", "tcp", "udp", "udplite"), "only packets of this protocol")
	sport := decl.Maybe(p, "sport", portRangeType, `only packets from this port, or from one of these: "8000-8099"`)
	dport := decl.Maybe(p, "dport", portRangeType, "only packets to this port, or to one of these")
	source := decl.Maybe(p, "source", networkType, "only packets from this address or prefix")
	dest := decl.Maybe(p, "dest", networkType, "only packets to this address or prefix")
	return func() runtime.Match {
		return runtime.Match{Proto: orZero(*proto), SPorts: *sport, Ports: *dport, Source: orZero(*source), Dest: orZero(*dest)}
	}
}

// portRangeType is a port, or those from one to another.
var portRangeType = decl.Type[runtime.Range]{Name: "int | str", From: func(v starlark.Value) (runtime.Range, error) {
	if s, ok := starlark.AsString(v); ok {
		r, ok := runtime.ParseRange(s, 65535)
		if !ok || !strings.Contains(s, "-") {
			return r, decl.Misusef("%q is no range of ports: write \"8000-8099\", or one port as a number", s)
		}
		return r, nil
	}
	n, err := decl.Int(0, 65535).From(v)
	return runtime.Range{Low: uint32(n), High: uint32(n)}, err
}, Show: runtime.Range.String}

// toType is where a translation leads: an address, and a port or several.
type toType struct {
	addr  netip.Addr
	ports *runtime.Range
}

var translationTo = decl.Type[toType]{Name: "str", From: func(v starlark.Value) (toType, error) {
	s, _ := starlark.AsString(v)
	if in, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(in, "]") {
		a, err := decl.ParseAddr(strings.TrimSuffix(in, "]"))
		return toType{addr: a}, err
	}
	if at := strings.LastIndex(s, ":"); at >= 0 && (strings.Count(s, ":") == 1 || strings.Contains(s, "]")) {
		var port starlark.Value = starlark.String(s[at+1:])
		if n, err := strconv.Atoi(s[at+1:]); err == nil {
			port = starlark.MakeInt(n)
		}
		ports, err := portRangeType.From(port)
		if err != nil {
			return toType{}, err
		}
		host, open := strings.CutPrefix(s[:at], "[")
		host, closed := strings.CutSuffix(host, "]")
		if open != closed {
			return toType{}, decl.Misusef("%q has one bracket: write [ADDRESS]:PORT", s)
		}
		a, err := decl.ParseAddr(host)
		return toType{a, &ports}, err
	}
	a, err := decl.Addr.From(v)
	return toType{addr: a}, err
}, Show: func(toType) string { return "None" }}
