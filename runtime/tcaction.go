package runtime

import (
	"encoding/binary"
	"fmt"

	"github.com/vishvananda/netlink/nl"

	"wirelark/runtime/rtnl"
)

// The verdicts of linux/pkt_cls.h, and what mirred does.
const (
	tcActOK, tcActShot, tcActPipe, tcActStolen = 0, 2, 3, 4
	tcaEgressRedirect, tcaEgressMirror         = 1, 2
)

// The attributes of the actions: gact's and mirred's parameters have the same
// number, and begin with struct tc_gen; police keeps a structure of its own.
const (
	actParms                  = 2
	policeParms, policeTable  = 1, 2
	policeRate64              = 8
	sizeofTCGen               = 20
	sizeofTCPolice            = 56
	policeAction, policeBurst = 4, 12
	policeRate, genAct        = 20, 8
)

// putAction writes the filter's action as the only one of a list. to is the
// index of the link that packets are sent to.
func (f *FilterSpec) putAction(m *rtnl.Batch, attr uint16, to int32) {
	kind, p := "gact", &tcPayload{}
	switch f.Action {
	case "drop", "pass":
		verdict := uint64(tcActOK)
		if f.Action == "drop" {
			verdict = tcActShot
		}
		p.hold(actParms, sizeofTCGen)
		p.put(actParms, genAct, 4, verdict)
	case "mirror", "redirect":
		kind = "mirred"
		verdict, does := uint64(tcActPipe), uint64(tcaEgressMirror)
		if f.Action == "redirect" {
			verdict, does = tcActStolen, tcaEgressRedirect
		}
		p.put(actParms, genAct, 4, verdict)
		p.put(actParms, sizeofTCGen, 4, does)
		p.put(actParms, sizeofTCGen+4, 4, uint64(to))
	case "police":
		kind = "police"
		spec, table := rateTable(f.Rate)
		copy(p.hold(policeParms, sizeofTCPolice)[policeRate:], spec)
		putRate(p, policeParms, policeRate+8, policeRate64, f.Rate)
		p.put(policeParms, policeAction, 4, tcActShot)
		p.put(policeParms, policeBurst, 4, uint64(f.Rate.ticks(f.Burst)))
		copy(p.hold(policeTable, len(table)), table)
	}
	list := m.Nest(attr)
	first := m.Nest(1)
	m.Str(nl.TCA_ACT_KIND, kind)
	options := m.Nest(nl.TCA_ACT_OPTIONS)
	m.Raw(p.bytes())
	m.Unnest(options)
	m.Unnest(first)
	m.Unnest(list)
}

// actionWords is the action as tc reads it.
func (f *FilterSpec) actionWords() string {
	switch f.Action {
	case "mirror", "redirect":
		return fmt.Sprintf("mirred egress %s dev %s", f.Action, f.To.Device())
	case "police":
		return fmt.Sprintf("police rate %s burst %d drop", f.Rate, f.Burst)
	}
	return f.Action
}

// parseActions reads the first action of a list into the filter.
func (f *Filter) parseActions(p []byte) {
	for first := range rtnl.Attrs(p) {
		kind, options := "", []byte(nil)
		for a := range rtnl.Attrs(first.Data) {
			switch a.Type {
			case nl.TCA_ACT_KIND:
				kind = a.Str()
			case nl.TCA_ACT_OPTIONS:
				options = a.Data
			case nl.TCA_ACT_STATS:
				f.Stats = parseTCStats(a.Data)
			}
		}
		f.parseAction(kind, parsePayload(options, 0))
		return
	}
}

func (f *Filter) parseAction(kind string, p *tcPayload) {
	num := func(attr uint16, at int) uint64 { n, _ := p.get(attr, at, 4); return n }
	f.Action = kind // if it is one that scripts have no word for
	switch kind {
	case "gact":
		switch num(actParms, genAct) {
		case tcActOK:
			f.Action = "pass"
		case tcActShot:
			f.Action = "drop"
		}
	case "mirred":
		switch num(actParms, sizeofTCGen) {
		case tcaEgressRedirect:
			f.Action = "redirect"
		case tcaEgressMirror:
			f.Action = "mirror"
		}
		f.to = int32(num(actParms, sizeofTCGen+4))
	case "police":
		f.Rate = getRate(p, policeParms, policeRate+8, policeRate64)
		f.Burst = f.Rate.within(uint32(num(policeParms, policeBurst)))
	}
}

// be16 and be32 are numbers as packets hold them.
func be16(n uint16) []byte { return binary.BigEndian.AppendUint16(nil, n) }
func be32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
