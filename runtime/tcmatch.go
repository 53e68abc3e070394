package runtime

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink/nl"

	"wirelark/runtime/rtnl"
)

// A u32Key is one comparison of the u32 classifier: four bytes at an offset
// from the network header.
type u32Key struct {
	at        int
	val, mask uint32
}

// A u32Field is where the header of a family has what a filter matches.
type u32Field struct {
	source, dest, ports int
	proto, dscp         u32Key // val is for shifting: what the lowest bit is worth
	tos                 string // tc's word for the byte that has the DSCP
}

// The ports are those behind a header without options.
var u32Fields = map[string]u32Field{
	"ip":   {source: 12, dest: 16, ports: 20, proto: u32Key{8, 1 << 16, 0xff << 16}, dscp: u32Key{0, 1 << 18, 0x3f << 18}, tos: "dsfield"},
	"ipv6": {source: 8, dest: 24, ports: 40, proto: u32Key{4, 1 << 8, 0xff << 8}, dscp: u32Key{0, 1 << 22, 0x3f << 22}, tos: "priority"},
}

// putU32 writes the match of a u32 filter, and says it as tc reads it.
func (f *FilterSpec) putU32(m *rtnl.Batch) (words []string) {
	const terminal = 1 // TC_U32_TERMINAL: a match decides
	var keys []u32Key
	// Comparisons of the same four bytes are one, as tc has it.
	add := func(at int, val, mask uint32) {
		for i, k := range keys {
			if k.at == at {
				keys[i].val, keys[i].mask = k.val|val, k.mask|mask
				return
			}
		}
		keys = append(keys, u32Key{at, val, mask})
	}
	say := func(format string, args ...any) { words = append(words, fmt.Sprintf("match "+format, args...)) }
	field, ip, match := u32Fields[f.Protocol], "ip", &f.Match
	if f.Protocol == "ipv6" {
		ip = "ip6"
	}
	for _, a := range []struct {
		name string
		p    netip.Prefix
		at   int
	}{{"src", match.Source, field.source}, {"dst", match.Dest, field.dest}} {
		if !a.p.IsValid() {
			continue
		}
		b := a.p.Masked().Addr().AsSlice()
		for left, i := a.p.Bits(), 0; left > 0; left, i = left-32, i+4 {
			add(a.at+i, binary.BigEndian.Uint32(b[i:]), ^uint32(0)<<(32-min(left, 32)))
		}
		say("%s %s %s", ip, a.name, a.p.Masked())
	}
	if match.Proto != 0 {
		add(field.proto.at, uint32(match.Proto)*field.proto.val, field.proto.mask)
		say("%s protocol %d 0xff", ip, match.Proto)
	}
	if match.Sport != 0 {
		add(field.ports, uint32(match.Sport)<<16, 0xffff0000)
		say("%s sport %d 0xffff", ip, match.Sport)
	}
	if match.Dport != 0 {
		add(field.ports, uint32(match.Dport), 0xffff)
		say("%s dport %d 0xffff", ip, match.Dport)
	}
	if match.DSCP != nil {
		add(field.dscp.at, uint32(*match.DSCP)*field.dscp.val, field.dscp.mask)
		say("%s %s %#x 0xfc", ip, field.tos, *match.DSCP<<2)
	}
	if match.Mark != nil {
		b := binary.NativeEndian.AppendUint32(nil, *match.Mark)
		m.Attr(nl.TCA_U32_MARK, append(append(b, 0xff, 0xff, 0xff, 0xff), 0, 0, 0, 0))
		say("mark %#x 0xffffffff", *match.Mark)
	}
	if len(keys) == 0 {
		keys = []u32Key{{}}
		if match.Mark == nil {
			say("u32 0 0")
		} else {
			keys = nil
		}
	}
	sel := make([]byte, 16) // struct tc_u32_sel
	sel[0], sel[2] = terminal, uint8(len(keys))
	for _, k := range keys {
		sel = append(append(sel, be32(k.mask)...), be32(k.val)...)
		sel = append(binary.NativeEndian.AppendUint32(sel, uint32(k.at)), 0, 0, 0, 0)
	}
	m.Attr(nl.TCA_U32_SEL, sel)
	return words
}

// parseU32 reads what a u32 filter matches; ok is false for the tables that
// the kernel lists among the filters.
func (f *Filter) parseU32(p []byte) (ok bool) {
	for a := range rtnl.Attrs(p) {
		switch a.Type {
		case nl.TCA_U32_CLASSID:
			f.FlowID = TCHandle(a.U32())
		case nl.TCA_U32_ACT:
			f.parseActions(a.Data)
		case nl.TCA_U32_MARK:
			mark := a.U32()
			f.Match.Mark = &mark
		case nl.TCA_U32_SEL:
			if ok = len(a.Data) >= 16; !ok {
				continue
			}
			for k := a.Data[16:]; len(k) >= 16; k = k[16:] {
				f.parseKey(u32Key{int(int32(binary.NativeEndian.Uint32(k[8:]))), binary.BigEndian.Uint32(k[4:]), binary.BigEndian.Uint32(k)})
			}
		}
	}
	return ok
}

// parseKey finds out what a comparison is of; one that scripts have no words
// for is kept as it is.
func (f *Filter) parseKey(k u32Key) {
	field, known := u32Fields[f.Protocol]
	size := field.dest - field.source // of an address
	whole := k
	take := func(mask uint32) (n uint32, ok bool) {
		if ok = k.mask&mask == mask && mask != 0; ok {
			n, k.mask = k.val&mask, k.mask&^mask
		}
		return n, ok
	}
	switch {
	case !known:
	case k.at == field.ports:
		if n, ok := take(0xffff0000); ok {
			f.Match.Sport = uint16(n >> 16)
		}
		if n, ok := take(0xffff); ok {
			f.Match.Dport = uint16(n)
		}
	case k.at >= field.source && k.at < field.source+size:
		f.Match.Source, k.mask = widen(f.Match.Source, size, k.at-field.source, k)
	case k.at >= field.dest && k.at < field.dest+size:
		f.Match.Dest, k.mask = widen(f.Match.Dest, size, k.at-field.dest, k)
	}
	if known && k.at == field.proto.at {
		if n, ok := take(field.proto.mask); ok {
			f.Match.Proto = uint8(n / field.proto.val)
		}
	}
	if known && k.at == field.dscp.at {
		if n, ok := take(field.dscp.mask); ok {
			dscp := uint8(n / field.dscp.val)
			f.Match.DSCP = &dscp
		}
	}
	if k.mask != 0 {
		f.Raw = append(f.Raw, fmt.Sprintf("%08x/%08x at %d", whole.val, whole.mask, whole.at))
	}
}

// widen adds a comparison to an address that is known so far. It returns the
// mask of what it could not add.
func widen(p netip.Prefix, size, at int, k u32Key) (netip.Prefix, uint32) {
	b, length := make([]byte, size), 0
	if p.IsValid() {
		b, length = p.Addr().AsSlice(), p.Bits()
	}
	n := 0
	for ; n < 32 && k.mask&(1<<(31-n)) != 0; n++ {
	}
	if k.mask<<n != 0 || length != 8*at || at%4 != 0 || n == 0 {
		return p, k.mask
	}
	binary.BigEndian.PutUint32(b[at:], k.val)
	addr, _ := netip.AddrFromSlice(b)
	return netip.PrefixFrom(addr, length+n), 0
}
