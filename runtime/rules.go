package runtime

import (
	"cmp"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// sizeofRule is the size of struct fib_rule_hdr of linux/fib_rules.h.
const sizeofRule = 12

// Rules reads the rules of both families, each by priority: those of IPv4
// first.
func (ns *Namespace) Rules() ([]Rule, error) {
	var b rtnl.Batch
	b.Begin(unix.RTM_GETRULE, 0)
	b.Raw(make([]byte, sizeofRule))
	var list []Rule
	err := ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		if r, ok := parseRule(p); ok && typ == unix.RTM_NEWRULE {
			list = append(list, r)
		}
	})
	if err != nil {
		return nil, ns.tableError("rules", err)
	}
	// A rule may name a link that is not there; one with a long name is named
	// by its short form.
	long := map[string]string{}
	if slices.ContainsFunc(list, func(r Rule) bool { return len(r.IIF) == maxName || len(r.OIF) == maxName }) {
		states, err := ns.linkStates()
		if err != nil {
			return nil, err
		}
		for _, st := range states {
			long[st.Name] = st.LongName()
		}
	}
	for i := range list {
		for _, name := range []*string{&list[i].IIF, &list[i].OIF} {
			*name = cmp.Or(long[*name], *name)
		}
	}
	slices.SortStableFunc(list, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(*a.Priority, *b.Priority))
	})
	return list, nil
}

// parseRule reads a rule message; ok is false if it is none of IPv4 or IPv6.
func parseRule(p []byte) (r Rule, ok bool) {
	if len(p) < sizeofRule || p[0] != unix.AF_INET && p[0] != unix.AF_INET6 {
		return r, false
	}
	family, zero := 4, 0
	if p[0] == unix.AF_INET6 {
		family = 6
	}
	r = Rule{
		Family: family, Priority: &zero, TOS: int(p[3]), Table: int(p[4]), Action: nameOf(ruleActionNames, p[7]),
		Invert: rtnl.Attr{Data: p[8:]}.U32()&unix.FIB_RULE_INVERT != 0,
	}
	network := func(a rtnl.Attr, bits uint8) netip.Prefix {
		ip, _ := netip.AddrFromSlice(a.Data)
		return netip.PrefixFrom(ip, int(bits))
	}
	var mark, mask uint32
	for a := range rtnl.Attrs(p[sizeofRule:]) {
		switch a.Type {
		case unix.FRA_DST:
			r.Dest = network(a, p[1])
		case unix.FRA_SRC:
			r.Source = network(a, p[2])
		case unix.FRA_IIFNAME:
			r.IIF = a.Str()
		case unix.FRA_OIFNAME:
			r.OIF = a.Str()
		case unix.FRA_GOTO:
			r.Goto = int(a.U32())
		case unix.FRA_PRIORITY:
			n := int(a.U32())
			r.Priority = &n
		case unix.FRA_FWMARK:
			mark = a.U32()
		case unix.FRA_FWMASK:
			mask = a.U32()
		case unix.FRA_TABLE:
			r.Table = int(a.U32())
		case unix.FRA_SUPPRESS_PREFIXLEN:
			if n := int(int32(a.U32())); n >= 0 {
				r.Suppress = &n
			}
		case unix.FRA_L3MDEV:
			r.L3mdev = a.U8() != 0
		case unix.FRA_UID_RANGE:
			if len(a.Data) >= 8 {
				r.UIDs = &Range{a.U32(), rtnl.Attr{Data: a.Data[4:]}.U32()}
			}
		case unix.FRA_IP_PROTO:
			if n := a.U8(); n != 0 {
				r.Proto = ProtoName(n)
			}
		case unix.FRA_SPORT_RANGE:
			r.SPort = portRange(a)
		case unix.FRA_DPORT_RANGE:
			r.DPort = portRange(a)
		}
	}
	if mark != 0 || mask != 0 {
		r.Mark = &Mark{mark, mask}
	}
	return r, true
}

func portRange(a rtnl.Attr) *Range {
	if len(a.Data) < 4 {
		return nil
	}
	return &Range{uint32(a.U16()), uint32(rtnl.Attr{Data: a.Data[2:]}.U16())}
}

// Any reports whether r says nothing of a rule but its family.
func (r Rule) Any() bool {
	r.Family = 0
	return r == Rule{}
}
