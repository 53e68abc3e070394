package builtins

import (
	"net/netip"
	"strconv"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var rule = &builtin{
	Name:    "rule",
	Group:   "set",
	Common:  true,
	Summary: "Add a rule to a namespace's routing policy: which table packets are looked up in.",
	Detail: "A packet must meet every condition that is given. The rule is of the family of `source` or `dest`, else of `family`, else of IPv4. Without `table`, packets are looked up in main. " +
		"Rules are tried by rising priority; a rule without one goes before all others but the first, as the kernel has it. " +
		"It fails if there is an equal rule of the same priority. As `ip rule add`.",
	Example: `n = netns("n")
rule(n, source = "10.2.0.0/24", table = 100, priority = 50)
check([(r.priority, r.source, r.table) for r in rules(n, family = 4)][1] == (50, "10.2.0.0/24", 100))`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		spec := ruleParams(p)
		return func(c *call) (starlark.Value, error) {
			r, err := spec(*ns)
			if err != nil {
				return nil, err
			}
			return none((*ns).AddRule(c.Context, r))
		}
	},
}

// The types are made once: scripts make many rules.
var (
	rulePriority, laterPriority = decl.Int(0, 1<<32-1), decl.Int(1, 1<<32-1)
	uidRange, portRange         = rangeType(1<<32 - 1), rangeType(65535)
	prefixLength, tosType       = decl.Int(0, 128), decl.Int(1, 255)
	ruleAction                  = decl.OneOf("lookup", "blackhole", "unreachable", "prohibit")
)

// ruleParams are the parameters of a rule, and what it reads of them.
func ruleParams(p *params) func(ns *runtime.Namespace) (runtime.Rule, error) {
	p.KeywordsOnly()
	source := decl.Maybe(p, "source", networkType, "the packet's source: a prefix or an address")
	dest := decl.Maybe(p, "dest", networkType, "its destination: a prefix or an address")
	iif := decl.Maybe(p, "iif", deviceType, `the link it came in by, "lo" for the namespace's own; it need not be there yet`)
	oif := decl.Maybe(p, "oif", deviceType, "the link its socket is bound to; it need not be there yet")
	fwmark := decl.Maybe(p, "fwmark", fwmarkType, `its mark, a number or "0x1/0xff" with the bits that count`)
	table := decl.Maybe(p, "table", tableType, tableDoc)
	priority := decl.Maybe(p, "priority", rulePriority, "where in the order of rules, the lowest first")
	fam := familyArg(p, "4 or 6, where neither source nor dest tells; left out, 4")
	uids := decl.Maybe(p, "uidrange", uidRange, `the users whose packet it is: a number or "1000-2000"`)
	l3mdev := decl.Or(p, "l3mdev", decl.Bool, false, "whether it is looked up in the table of the VRF of its link")
	suppress := decl.Maybe(p, "suppress_prefixlength", prefixLength, "the prefix length up to which routes found are not used; 0 passes the default route over")
	sport := decl.Maybe(p, "sport", portRange, `its source port: a number or "1000-2000"`)
	dport := decl.Maybe(p, "dport", portRange, `its destination port: a number or "1000-2000"`)
	proto := decl.Maybe(p, "proto", protoType, `its protocol: "tcp", "udp", "icmp" … or a number`)
	tos := decl.Maybe(p, "tos", tosType, "its type of service; IPv4 takes only the bits in 0x1c (0x1e by older kernels)")
	action := decl.Maybe(p, "action", ruleAction, "what becomes of it; left out, lookup")
	jump := decl.Maybe(p, "goto", laterPriority, "the priority of a later rule to go on at, instead of an action")
	invert := decl.Or(p, "invert", decl.Bool, false, "whether it is for packets that do not meet the conditions")
	return func(ns *runtime.Namespace) (runtime.Rule, error) {
		r := runtime.Rule{
			Priority: *priority, Source: orZero(*source), Dest: orZero(*dest), Mark: *fwmark, UIDs: *uids, SPort: *sport, DPort: *dport, Proto: orZero(*proto),
			TOS: orZero(*tos), L3mdev: *l3mdev, Invert: *invert, Action: orZero(*action), Suppress: *suppress,
		}
		var err error
		if r.Table, err = orZero(*table).in(ns); err != nil {
			return r, err
		}
		if r.Family, err = ruleFamily(r, *fam.n); err != nil {
			return r, err
		}
		if r.IIF, err = ruleLink(*iif, ns, "iif"); err != nil {
			return r, err
		}
		if r.OIF, err = ruleLink(*oif, ns, "oif"); err != nil {
			return r, err
		}
		switch {
		case *jump != nil && r.Action != "":
			return r, decl.Misusef("goto: contradicts action")
		case *jump != nil:
			r.Action, r.Goto = "goto", **jump
		case r.Action == "" && r.Table != 0:
			r.Action = "lookup"
		}
		if looks := r.Action == "" || r.Action == "lookup"; !looks && (r.Table != 0 || r.L3mdev || r.Suppress != nil) {
			return r, decl.Misusef("table, l3mdev and suppress_prefixlength are for lookup, not for %s", r.Action)
		}
		if r.L3mdev && r.Table != 0 {
			return r, decl.Misusef("l3mdev: contradicts table")
		}
		if (r.SPort != nil || r.DPort != nil) && r.Proto == "" {
			return r, decl.Misusef("proto: is missing: ports are those of \"tcp\" or \"udp\"")
		}
		return r, nil
	}
}

// ruleFamily is the family of a rule, which all that tells it must agree on.
func ruleFamily(r runtime.Rule, given *int) (int, error) {
	family := orZero(given)
	for _, p := range []struct {
		name string
		net  netip.Prefix
	}{{"source", r.Source}, {"dest", r.Dest}} {
		if !p.net.IsValid() {
			continue
		}
		is := 4
		if p.net.Addr().Is6() {
			is = 6
		}
		if family != 0 && family != is {
			return 0, decl.Misusef("%s: %s is of another family than the rule, which is of %d", p.name, p.net, family)
		}
		family = is
	}
	if family == 0 {
		family = 4
	}
	return family, nil
}

// ruleLink is the name of a link of a rule, which may come later than the rule.
func ruleLink(d *device, ns *runtime.Namespace, param string) (string, error) {
	if d != nil && d.link == nil {
		if d.name == "" {
			return "", decl.Misusef("%s: is empty", param)
		}
		return d.name, nil
	}
	l, err := d.in(nil, ns, param)
	if err != nil || l == nil {
		return "", err
	}
	return l.Name(), nil
}

var fwmarkType = decl.Type[runtime.Mark]{Name: "int | str", From: func(v starlark.Value) (runtime.Mark, error) {
	if s, ok := starlark.AsString(v); ok {
		m, ok := runtime.ParseMark(s)
		if !ok {
			return m, decl.Misusef("%q is no mark: write 1, \"0x1\" or, with the bits that count, \"0x1/0xff\"", s)
		}
		return m, nil
	}
	n, err := rulePriority.From(v)
	return runtime.Mark{Value: uint32(n), Mask: 1<<32 - 1}, err
}, Show: func(m runtime.Mark) string { return strconv.Quote(m.String()) }}

// rangeType is a number or a range of them, "1000-2000".
func rangeType(most int) decl.Type[runtime.Range] {
	return decl.Type[runtime.Range]{Name: "int | str", From: func(v starlark.Value) (runtime.Range, error) {
		if s, ok := starlark.AsString(v); ok {
			r, ok := runtime.ParseRange(s, uint32(most))
			if !ok {
				return r, decl.Misusef("%q is no range: write a number, or \"1000-2000\", within 0 to %d", s, most)
			}
			return r, nil
		}
		n, err := decl.Int(0, most).From(v)
		return runtime.Range{Low: uint32(n), High: uint32(n)}, err
	}, Show: func(r runtime.Range) string { return strconv.Quote(r.String()) }}
}
