package runtime

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Filter is a filter as the kernel has it.
type Filter struct {
	FilterSpec
	Handle uint32
	Link   string   // that packets are sent to, "" if none
	Raw    []string // comparisons of u32 that no field of the match stands for
	Stats  TCStats  // of the action
	to     int32    // the index of Link
}

// Filters reads the filters of the link: of its qdiscs, of clsact's two
// places, and of its classes; by place, then in the order in which packets
// meet them.
func (l *Link) Filters() ([]Filter, error) {
	qdiscs, err := l.Qdiscs()
	if err != nil {
		return nil, err
	}
	classes, err := l.Classes()
	if err != nil {
		return nil, err
	}
	return l.filters(qdiscs, classes)
}

// filters are those of the link, of which these are the qdiscs and classes.
func (l *Link) filters(qdiscs []Qdisc, classes []Class) ([]Filter, error) {
	var places []TCHandle
	for _, q := range qdiscs {
		switch {
		case q.Kind == "clsact":
			places = append(places, TCIngress, TCEgress)
		case q.Parent == TCIngress:
			places = append(places, TCIngress)
		case q.Handle != 0:
			places = append(places, q.Handle)
		}
	}
	for _, c := range classes {
		places = append(places, c.ID)
	}
	var all []Filter
	name := l.Namespace().linkNamer()
	for _, place := range places {
		var list []Filter
		err := l.dumpTC(unix.RTM_GETTFILTER, place, func() { list = nil }, func(m tcMessage) {
			if f, ok := parseFilter(m); ok {
				f.Parent = place
				list = append(list, f)
			}
		})
		if err != nil {
			return nil, err
		}
		for i := range list {
			list[i].Link = name(list[i].to)
		}
		slices.SortStableFunc(list, func(a, b Filter) int { return cmp.Compare(a.Prio, b.Prio) })
		all = append(all, list...)
	}
	return all, nil
}

// settlePrio keeps u32 filters of different places of one qdisc apart, clsact's
// two among them: the kernel has one table for those of the same prio
// (tc_u_common of net/sched/cls_u32.c), and tells each of them at every place.
func (l *Link) settlePrio(spec *FilterSpec) error {
	list, err := l.Filters()
	if err != nil {
		return err
	}
	lowest := 49153 // as the kernel begins
	for _, f := range list {
		if f.Parent.Major() != spec.Parent.Major() {
			continue
		}
		lowest = min(lowest, int(f.Prio))
		if f.Kind == "u32" && f.Prio == spec.Prio && f.Parent != spec.Parent {
			return refuse("prio", "is %d, as of u32 filters at %s: the kernel cannot tell them apart, so choose another", spec.Prio, f.Parent)
		}
	}
	if spec.Prio == 0 && lowest == 1 {
		return missing("prio", "there are filters of prio 1, so that the kernel cannot put one before them")
	}
	if spec.Prio == 0 {
		spec.Prio = uint16(lowest - 1)
	}
	return nil
}

// parseFilter reads a filter, but for its place and the name of the link that
// it sends packets to; ok is false for what is none.
func parseFilter(m tcMessage) (f Filter, ok bool) {
	f.Kind, f.Handle, f.Prio = m.kind, uint32(m.handle), uint16(m.info>>16)
	protocol := bits.ReverseBytes16(uint16(m.info))
	if f.Protocol, ok = etherNames[protocol]; !ok {
		f.Protocol = fmt.Sprintf("%#04x", protocol)
	}
	if f.Handle == 0 || len(m.options) == 0 { // heads the filters of its prio
		return f, false
	}
	switch f.Kind {
	case "u32":
		ok = f.parseU32(m.options)
		return f, ok
	case "flower":
		f.parseFlower(m.options)
	case "matchall":
		for a := range rtnl.Attrs(m.options) {
			switch a.Type {
			case nl.TCA_MATCHALL_CLASSID:
				f.FlowID = TCHandle(a.U32())
			case nl.TCA_MATCHALL_ACT:
				f.parseActions(a.Data)
			}
		}
	}
	return f, true
}
