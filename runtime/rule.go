package runtime

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Rule is a rule of the routing policy: which table a packet is looked up in.
// A condition that is its type's zero value is none.
type Rule struct {
	Family       int  // 4 or 6
	Priority     *int // nil leaves it to the kernel, or means any
	Source, Dest netip.Prefix
	IIF, OIF     string // names as a script knows them
	Mark         *Mark
	UIDs         *Range
	SPort, DPort *Range
	Proto        string // "tcp", "udp", a number …
	TOS          int
	L3mdev       bool
	Invert       bool
	Action       string // "lookup", "blackhole", "unreachable", "prohibit", "goto", "nop"; "" means any
	Table        int    // of lookup, 0 for main, or any
	Goto         int    // the priority of the rule to go on at
	Suppress     *int   // routes of at most this prefix length are not used
}

var ruleActions = map[string]uint8{
	"lookup": unix.FR_ACT_TO_TBL, "goto": unix.FR_ACT_GOTO, "nop": unix.FR_ACT_NOP,
	"blackhole": unix.FR_ACT_BLACKHOLE, "unreachable": unix.FR_ACT_UNREACHABLE, "prohibit": unix.FR_ACT_PROHIBIT,
}

var ruleActionNames = inverse(ruleActions)

// AddRule adds a rule. Without a priority the kernel puts it before those that
// there are, but for the first.
func (ns *Namespace) AddRule(ctx context.Context, r Rule) error {
	r.Action = cmp.Or(r.Action, "lookup")
	if r.Action == "lookup" && !r.L3mdev {
		r.Table = cmp.Or(r.Table, unix.RT_TABLE_MAIN)
	}
	return ns.changeRule(ctx, "add", unix.RTM_NEWRULE, unix.NLM_F_CREATE|unix.NLM_F_EXCL, r)
}

// DelRule removes the first rule that meets what r says.
func (ns *Namespace) DelRule(ctx context.Context, r Rule) error {
	return ns.changeRule(ctx, "del", unix.RTM_DELRULE, 0, r)
}

func (ns *Namespace) changeRule(ctx context.Context, verb string, typ, flags uint16, r Rule) error {
	words := r.String()
	thing := func() string { return "rule " + words + " in " + ns.Name }
	if err := r.check(thing); err != nil {
		return err
	}
	var m rtnl.Batch
	m.Begin(typ, flags)
	r.message(&m)
	six := ""
	if r.Family == 6 {
		six = "-6 "
	}
	return ns.session.step(ctx, ns, "ip "+six+"rule "+verb+" "+words, func() error {
		if err := ns.conn.Do(&m); err != nil {
			return &Error{Thing: thing(), Err: err}
		}
		return nil
	})
}

// check refuses what makes no sense whatever the kernel thinks of it.
func (r *Rule) check(thing func() string) error {
	if r.Family != 4 && r.Family != 6 {
		return refuse(thing(), "is of no family: %d is neither 4 nor 6", r.Family)
	}
	for _, p := range []netip.Prefix{r.Source, r.Dest} {
		if p.IsValid() && p.Addr().Is4() != (r.Family == 4) {
			return refuse(thing(), "is of family %d, but %s is not", r.Family, p)
		}
	}
	if _, ok := ruleActions[r.Action]; !ok && r.Action != "" {
		return refuse("action "+quote(r.Action), "is unknown")
	}
	if r.Proto == "" {
		return nil
	}
	if _, ok := ParseProto(r.Proto); !ok {
		return refuse("protocol "+quote(r.Proto), "is unknown")
	}
	return nil
}

func (r *Rule) message(m *rtnl.Batch) {
	var h [sizeofRule]byte
	h[0] = map[int]uint8{4: unix.AF_INET, 6: unix.AF_INET6}[r.Family]
	h[3], h[7] = uint8(r.TOS), ruleActions[r.Action]
	if r.Dest.IsValid() {
		h[1] = uint8(r.Dest.Bits())
	}
	if r.Source.IsValid() {
		h[2] = uint8(r.Source.Bits())
	}
	if r.Table < 256 {
		h[4] = uint8(r.Table)
	}
	if r.Invert {
		binary.NativeEndian.PutUint32(h[8:], unix.FIB_RULE_INVERT)
	}
	m.Raw(h[:])
	network := func(typ uint16, p netip.Prefix) {
		if p.IsValid() {
			m.Attr(typ, p.Masked().Addr().AsSlice())
		}
	}
	network(unix.FRA_SRC, r.Source)
	network(unix.FRA_DST, r.Dest)
	number := func(typ uint16, n *int) {
		if n != nil {
			m.U32(typ, uint32(*n))
		}
	}
	number(unix.FRA_PRIORITY, r.Priority)
	number(unix.FRA_SUPPRESS_PREFIXLEN, r.Suppress)
	if r.Action == "goto" {
		m.U32(unix.FRA_GOTO, uint32(r.Goto))
	}
	if r.Table != 0 {
		m.U32(unix.FRA_TABLE, uint32(r.Table))
	}
	if r.IIF != "" {
		m.Str(unix.FRA_IIFNAME, kernelName(r.IIF))
	}
	if r.OIF != "" {
		m.Str(unix.FRA_OIFNAME, kernelName(r.OIF))
	}
	if r.Mark != nil {
		m.U32(unix.FRA_FWMARK, r.Mark.Value)
		m.U32(unix.FRA_FWMASK, r.Mark.Mask)
	}
	if r.UIDs != nil {
		m.Attr(unix.FRA_UID_RANGE, binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(nil, r.UIDs.Low), r.UIDs.High))
	}
	if r.Proto != "" {
		m.U8(unix.FRA_IP_PROTO, ProtoNumber(r.Proto))
	}
	ports := func(typ uint16, p *Range) {
		if p != nil {
			m.Attr(typ, binary.NativeEndian.AppendUint16(binary.NativeEndian.AppendUint16(nil, uint16(p.Low)), uint16(p.High)))
		}
	}
	ports(unix.FRA_SPORT_RANGE, r.SPort)
	ports(unix.FRA_DPORT_RANGE, r.DPort)
	if r.L3mdev {
		m.U8(unix.FRA_L3MDEV, 1)
	}
}

// String is the rule as iproute2 takes it.
func (r Rule) String() string {
	w := make(ruleWords, 0, 80)
	w.add(r.Invert, "not", nil)
	w.add(r.Source.IsValid(), "from", r.Source.String)
	w.add(r.Dest.IsValid(), "to", r.Dest.String)
	w.add(r.IIF != "", "iif", func() string { return kernelName(r.IIF) })
	w.add(r.OIF != "", "oif", func() string { return kernelName(r.OIF) })
	w.add(r.Mark != nil, "fwmark", func() string { return r.Mark.String() })
	w.add(r.UIDs != nil, "uidrange", func() string { return fmt.Sprintf("%d-%d", r.UIDs.Low, r.UIDs.High) }) // both ends, always
	w.add(r.Proto != "", "ipproto", func() string { return toolProto(r.Proto) })
	w.add(r.SPort != nil, "sport", func() string { return r.SPort.String() })
	w.add(r.DPort != nil, "dport", func() string { return r.DPort.String() })
	w.add(r.TOS != 0, "tos", func() string { return fmt.Sprintf("%#x", r.TOS) })
	w.add(r.Priority != nil, "priority", func() string { return strconv.Itoa(*r.Priority) })
	w.add(r.L3mdev, "l3mdev", nil)
	w.add(r.Table != 0, "table", func() string { return TableName(r.Table) })
	w.add(r.Action == "goto", "goto", func() string { return strconv.Itoa(r.Goto) })
	w.add(r.Action != "" && r.Action != "goto" && r.Action != "lookup", r.Action, nil)
	w.add(r.Suppress != nil, "suppress_prefixlength", func() string { return strconv.Itoa(*r.Suppress) })
	w.add(len(w) == 0 || string(w) == "not", "from all", nil) // iproute2 takes no empty rule
	return string(w)
}

// ruleWords is a rule in the making. It is written for every rule that is made,
// so what has no place in it must cost nothing.
type ruleWords []byte

func (w *ruleWords) add(is bool, word string, value func() string) {
	if !is {
		return
	}
	if len(*w) > 0 {
		*w = append(*w, ' ')
	}
	*w = append(*w, word...)
	if value != nil {
		*w = append(append(*w, ' '), value()...)
	}
}
