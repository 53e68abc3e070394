package runtime

import (
	"cmp"
	"slices"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Qdisc is a queueing discipline as the kernel has it.
type Qdisc struct {
	Kind    string
	Handle  TCHandle
	Parent  TCHandle
	Options []TCOption // those that a script can set, in the kind's order
	Stats   TCStats
}

// TCStats are the counters of a queue, a class or an action.
type TCStats struct {
	Bytes, Packets                       uint64
	Drops, Overlimits, Requeues, Backlog uint64
	Qlen                                 uint64
}

// Qdiscs reads the queueing disciplines of the link: that of ingress first,
// then the root, then those of classes.
func (l *Link) Qdiscs() ([]Qdisc, error) {
	ns, index := l.where()
	all, err := ns.qdiscs()
	if err == nil && all[index] == nil { // of a link that is gone there are none
		err = l.Exists()
	}
	return all[index], err
}

// qdiscs reads those of every link, by its index: the kernel sends them all,
// whichever is asked for.
func (ns *Namespace) qdiscs() (map[int32][]Qdisc, error) {
	all := map[int32][]Qdisc{}
	err := dumpTC(ns.conn, unix.RTM_GETQDISC, 0, 0, func() { clear(all) }, func(m tcMessage) {
		q := Qdisc{Kind: m.kind, Handle: m.handle, Parent: m.parent, Stats: m.stats}
		if q.Parent == tcClsact {
			q.Parent = TCIngress
		}
		if k := qdiscByName(q.Kind); k != nil {
			q.Options = k.decode(m.options, m.handle)
		}
		all[m.index] = append(all[m.index], q)
	})
	if err != nil {
		return nil, ns.tableError("queues", err)
	}
	rank := func(q Qdisc) int {
		switch q.Parent {
		case TCIngress:
			return 0
		case TCRoot:
			return 1
		}
		return 2
	}
	for _, list := range all {
		slices.SortStableFunc(list, func(a, b Qdisc) int {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Parent, b.Parent), cmp.Compare(a.Handle, b.Handle))
		})
	}
	return all, nil
}

// decode is what the kernel tells of a qdisc's options.
func (k *qdiscKind) decode(b []byte, handle TCHandle) []TCOption {
	p := parsePayload(b, k.head)
	var derived tcOptions
	if k.derive != nil {
		derived = k.derive(p, handle)
	}
	list := make([]TCOption, 0, len(k.options))
	for _, row := range k.options {
		o := TCOption{Name: row.name}
		if v, ok := derived[row.name]; ok {
			o.Value = v
		} else if n, ok := p.get(row.attr, row.at, row.width); ok {
			o.Value = row.value(n)
			o.None = row.form == FormRate && (n == 0 || n == row.none)
		} else {
			o.None = true
		}
		list = append(list, o)
	}
	return list
}

// A tcMessage is what qdiscs, classes and filters have in common.
type tcMessage struct {
	index          int32
	handle, parent TCHandle
	info           uint32
	kind           string
	options        []byte
	stats          TCStats
}

// dumpTC reads the classes of the link, or the filters of one of its places.
func (l *Link) dumpTC(typ uint16, parent TCHandle, again func(), each func(tcMessage)) error {
	ns, index := l.where()
	seen := false
	err := dumpTC(ns.conn, typ, index, parent, again, func(m tcMessage) {
		if m.index == index {
			seen = true
			each(m)
		}
	})
	switch {
	case isErrno(err, unix.ENODEV):
		return &Error{Thing: l.thing(), Err: err}
	case err != nil:
		return ns.tableError("queues", err)
	case !seen && typ == unix.RTM_GETTCLASS: // of a link that is gone there are none
		return l.Exists()
	}
	return nil
}

func dumpTC(c *rtnl.Conn, typ uint16, index int32, parent TCHandle, again func(), each func(tcMessage)) error {
	var b rtnl.Batch
	b.Begin(typ, 0)
	b.Raw(tcmsg(index, 0, parent, 0))
	return c.Get(&b, true, again, func(got uint16, p []byte) {
		if m, ok := parseTC(p); ok && got == typ-2 {
			each(m)
		}
	})
}

// parseTC reads a message about a qdisc, a class or a filter.
func parseTC(p []byte) (m tcMessage, ok bool) {
	const sizeofTcMsg = 20
	if len(p) < sizeofTcMsg {
		return m, false
	}
	word := func(at int) uint32 { return rtnl.Attr{Data: p[at:]}.U32() }
	m.index, m.handle, m.parent, m.info = int32(word(4)), TCHandle(word(8)), TCHandle(word(12)), word(16)
	for a := range rtnl.Attrs(p[sizeofTcMsg:]) {
		switch a.Type {
		case nl.TCA_KIND:
			m.kind = a.Str()
		case nl.TCA_OPTIONS:
			m.options = append([]byte(nil), a.Data...)
		case nl.TCA_STATS2:
			m.stats = parseTCStats(a.Data)
		}
	}
	return m, true
}

// parseTCStats reads the attributes of linux/gen_stats.h.
func parseTCStats(p []byte) (st TCStats) {
	const basic, queue, packets64 = 1, 3, 8
	for a := range rtnl.Attrs(p) {
		switch {
		case a.Type == basic && len(a.Data) >= 12:
			st.Bytes = a.U64()
			st.Packets = max(st.Packets, uint64(rtnl.Attr{Data: a.Data[8:]}.U32()))
		case a.Type == packets64:
			st.Packets = a.U64()
		case a.Type == queue && len(a.Data) >= 20:
			for i, to := range []*uint64{&st.Qlen, &st.Backlog, &st.Drops, &st.Requeues, &st.Overlimits} {
				*to = uint64(rtnl.Attr{Data: a.Data[4*i:]}.U32())
			}
		}
	}
	return st
}
