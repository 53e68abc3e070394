package runtime

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A ClassSpec is a class of an htb qdisc as a script asks for it. Zero values
// leave the choice to tc's own defaults.
type ClassSpec struct {
	ID, Parent    TCHandle // Parent 0 is the qdisc itself
	Rate, Ceil    Rate
	Burst, Cburst uint64 // bytes
	Prio          uint32
	Quantum       uint32 // bytes
	Replace       bool
}

// A Class is a class of an htb qdisc as the kernel has it.
type Class struct {
	ClassSpec          // Parent is TCRoot for a class right below the qdisc
	Leaf      TCHandle // of its qdisc, 0 if it has classes below it
	Stats     TCStats
}

// The attributes and the structure of htb, of linux/pkt_sched.h.
const (
	htbParms, htbRate64, htbCeil64 = 1, 6, 7
	sizeofHtbOpt                   = 44
)

// AddClass adds a class to an htb qdisc of the link.
func (l *Link) AddClass(ctx context.Context, spec ClassSpec) error {
	ns, index := l.where()
	switch {
	case spec.ID.Minor() == 0:
		return refuse("classid", "is %s, which is a qdisc: write %s", spec.ID, quote(spec.ID.String()+"10"))
	case spec.Parent != 0 && spec.Parent.Major() != spec.ID.Major():
		return refuse("parent", "is %s, of another qdisc than class %s", spec.Parent, spec.ID)
	case spec.Ceil != 0 && spec.Ceil < spec.Rate:
		return refuse("ceil", "is %s, below the rate, %s", spec.Ceil, spec.Rate)
	}
	verb, flags := "add", uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	if spec.Replace {
		verb, flags = "replace", unix.NLM_F_CREATE
	}
	if spec.Parent.Minor() != 0 {
		// The kernel would take the class to be right below the qdisc.
		classes, err := l.Classes()
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(classes, func(c Class) bool { return c.ID == spec.Parent }) {
			return &Error{Thing: "class " + spec.Parent.String() + " of " + l.thing(), Err: unix.ENOENT}
		}
	}
	parent := cmp.Or(spec.Parent, spec.ID.Major())
	var m rtnl.Batch
	m.Begin(unix.RTM_NEWTCLASS, flags)
	m.Raw(tcmsg(index, spec.ID, parent, 0))
	m.Str(nl.TCA_KIND, "htb")
	m.Attr(nl.TCA_OPTIONS, spec.payload().bytes())
	command := fmt.Sprintf("tc class %s dev %s parent %s classid %s htb %s", verb, l.Device(), parent, spec.ID, strings.Join(spec.words(), " "))
	return ns.session.step(ctx, ns, command, func() error {
		err := ns.conn.Do(&m)
		thing := "class " + spec.ID.String() + " of " + l.thing()
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.ENODEV):
			return &Error{Thing: l.thing(), Err: err}
		case isErrno(err, unix.EEXIST):
			return &Error{Thing: thing, Err: err, Hint: "replace = True changes it"}
		}
		if lack := ns.session.lacks(ctx, err, "htb"); lack != nil {
			return lack
		}
		return l.classError(spec, thing, err)
	})
}

// classError finds out what a class lacks: the kernel has one errno for all.
func (l *Link) classError(spec ClassSpec, thing string, err error) error {
	list, e := l.Qdiscs()
	i := slices.IndexFunc(list, func(q Qdisc) bool { return q.Handle == spec.ID.Major() })
	switch {
	case e != nil:
	case i < 0:
		return &Error{Thing: "qdisc " + spec.ID.Major().String() + " of " + l.thing(), Err: unix.ENOENT, Hint: "make it with qdisc(…, \"htb\", handle = \"" + spec.ID.Major().String() + "\")"}
	case list[i].Kind != "htb":
		return refuse("qdisc "+spec.ID.Major().String()+" of "+l.thing(), "is %s: only htb has classes that can be made", list[i].Kind)
	}
	return &Error{Thing: thing, Err: err}
}

// payload is the class for the kernel. Bursts that are not given hold a packet
// of 1,600 bytes, as tc has it where timers are exact.
func (c *ClassSpec) payload() *tcPayload {
	const packet = 1600
	ceil := cmp.Or(c.Ceil, c.Rate)
	usual := func(r Rate) uint64 { return r.bytes()/1e9 + packet }
	p := &tcPayload{}
	b := p.hold(htbParms, sizeofHtbOpt)
	copy(b, ratespec(c.Rate))
	copy(b[12:], ratespec(ceil))
	putRate(p, htbParms, 8, htbRate64, c.Rate)
	putRate(p, htbParms, 20, htbCeil64, ceil)
	p.put(htbParms, 24, 4, uint64(c.Rate.ticks(cmp.Or(c.Burst, usual(c.Rate)))))
	p.put(htbParms, 28, 4, uint64(ceil.ticks(cmp.Or(c.Cburst, usual(ceil)))))
	p.put(htbParms, 32, 4, uint64(c.Quantum))
	p.put(htbParms, 40, 4, uint64(c.Prio))
	return p
}

// words are the class's options as tc reads them.
func (c *ClassSpec) words() []string {
	words := []string{"rate " + c.Rate.String()}
	if c.Ceil != 0 {
		words = append(words, "ceil "+c.Ceil.String())
	}
	for _, o := range []struct {
		name string
		n    uint64
	}{{"burst", c.Burst}, {"cburst", c.Cburst}, {"prio", uint64(c.Prio)}, {"quantum", uint64(c.Quantum)}} {
		if o.n != 0 {
			words = append(words, fmt.Sprintf("%s %d", o.name, o.n))
		}
	}
	return words
}

// DelClass removes a class.
func (l *Link) DelClass(ctx context.Context, id TCHandle) error {
	ns, index := l.where()
	var m rtnl.Batch
	m.Begin(unix.RTM_DELTCLASS, 0)
	m.Raw(tcmsg(index, id, 0, 0))
	return ns.session.step(ctx, ns, fmt.Sprintf("tc class del dev %s classid %s", l.Device(), id), func() error {
		err := ns.conn.Do(&m)
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.ENODEV):
			return &Error{Thing: l.thing(), Err: err}
		case isErrno(err, unix.EBUSY):
			return &Error{Thing: "class " + id.String() + " of " + l.thing(), Err: err, Hint: "remove the classes below it and the filters that lead to it first"}
		}
		return &Error{Thing: "class " + id.String() + " of " + l.thing(), Err: err}
	})
}

// Classes reads the htb classes of the link, by number.
func (l *Link) Classes() ([]Class, error) {
	var list []Class
	err := l.dumpTC(unix.RTM_GETTCLASS, 0, func() { list = nil }, func(m tcMessage) {
		if m.kind != "htb" {
			return
		}
		list = append(list, parseClass(m))
	})
	slices.SortFunc(list, func(a, b Class) int { return cmp.Compare(a.ID, b.ID) })
	return list, err
}

func parseClass(m tcMessage) Class {
	p := parsePayload(m.options, 0)
	num := func(at int) uint32 { n, _ := p.get(htbParms, at, 4); return uint32(n) }
	c := Class{Leaf: TCHandle(m.info), Stats: m.stats}
	c.ID, c.Parent = m.handle, m.parent
	c.Rate, c.Ceil = getRate(p, htbParms, 8, htbRate64), getRate(p, htbParms, 20, htbCeil64)
	c.Burst, c.Cburst = c.Rate.within(num(24)), c.Ceil.within(num(28))
	c.Quantum, c.Prio = num(32), num(40)
	return c
}
