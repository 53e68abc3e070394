package runtime

import (
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// trial are options that a kind does not do without.
var trial = map[string]tcOptions{
	"red":   {"limit": {Form: FormSize, N: 1 << 16}},
	"tbf":   {"rate": {Form: FormRate, N: 1 << 23}, "burst": {Form: FormSize, N: 1 << 14}, "limit": {Form: FormSize, N: 1 << 16}},
	"netem": {"delay": {Form: FormTime, N: 1000}},
}

// onBase tries something on a link, over a socket of its own.
func onBase(try func(c *rtnl.Conn, index int32) error) func(*netlink.Handle) error {
	return func(h *netlink.Handle) error {
		index, err := base(h)
		if err != nil {
			return err
		}
		c, err := rtnl.Open() // in the namespace of the thread that tries
		if err != nil {
			return err
		}
		defer c.Close()
		return try(c, int32(index))
	}
}

// qdisc tries to put a queueing discipline on a link.
func qdisc(kind string) func(*netlink.Handle) error {
	return onBase(func(c *rtnl.Conn, index int32) error { return putQdisc(c, index, kind, trial[kind]) })
}

func putQdisc(c *rtnl.Conn, index int32, kind string, o tcOptions) error {
	k := qdiscByName(kind)
	p, _, err := k.encode(o)
	if err != nil {
		return err
	}
	at, handle := TCRoot, TCHandle(1<<16)
	if k.place != 0 {
		at, handle = k.place, 0xffff0000
	}
	var m rtnl.Batch
	m.Begin(unix.RTM_NEWQDISC, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	m.Raw(tcmsg(index, handle, at, 0))
	m.Str(nl.TCA_KIND, kind)
	if p != nil {
		m.Attr(nl.TCA_OPTIONS, p.bytes())
	}
	return c.Do(&m)
}

// tryNetemSeed looks whether the kernel tells a seed: one that knows none
// ignores it.
func tryNetemSeed(h *netlink.Handle) error {
	return onBase(func(c *rtnl.Conn, index int32) error {
		if err := putQdisc(c, index, "netem", tcOptions{"seed": {N: 1}}); err != nil {
			return err
		}
		return told(c, unix.RTM_GETQDISC, index, 0, func(m tcMessage) bool {
			_, ok := parsePayload(m.options, 24).get(netemSeed, 0, 8)
			return m.kind == "netem" && ok
		})
	})(h)
}

// filter tries to put a filter that matches all on a link.
func filter(kind string) func(*netlink.Handle) error {
	return onBase(func(c *rtnl.Conn, index int32) error {
		if err := putQdisc(c, index, "clsact", nil); err != nil {
			return err
		}
		return putFilter(c, index, &FilterSpec{Kind: kind})
	})
}

func putFilter(c *rtnl.Conn, index int32, spec *FilterSpec) error {
	spec.Parent, spec.Prio, spec.Protocol = TCIngress, 1, "all"
	var m rtnl.Batch
	if _, err := spec.message(&m, index, index); err != nil {
		return err
	}
	return c.Do(&m)
}

// action tries to put a filter with an action on a link: made on its own, an
// action needs more privilege than a lab has.
func action(name string) func(*netlink.Handle) error {
	return onBase(func(c *rtnl.Conn, index int32) error {
		err := putQdisc(c, index, "clsact", nil)
		if err != nil {
			return err
		}
		for _, kind := range []string{"u32", "matchall"} {
			spec := FilterSpec{Kind: kind, Action: name}
			if name == "police" {
				spec.Rate, spec.Burst = 1<<23, 1<<14
			}
			spec.To = &Link{}
			if err = putFilter(c, index, &spec); err == nil {
				return nil
			}
		}
		return err
	})
}

// tryU32Mark looks whether the kernel tells a mark that a filter matches: one
// that was built without ignores it.
func tryU32Mark(h *netlink.Handle) error {
	return onBase(func(c *rtnl.Conn, index int32) error {
		if err := putQdisc(c, index, "clsact", nil); err != nil {
			return err
		}
		mark := uint32(1)
		if err := putFilter(c, index, &FilterSpec{Kind: "u32", Match: FilterMatch{Mark: &mark}}); err != nil {
			return err
		}
		return told(c, unix.RTM_GETTFILTER, index, TCIngress, func(m tcMessage) bool {
			f, ok := parseFilter(m)
			return ok && f.Match.Mark != nil
		})
	})(h)
}

// told reports whether one of the messages of a dump is as it should be.
func told(c *rtnl.Conn, typ uint16, index int32, parent TCHandle, is func(tcMessage) bool) error {
	found := false
	err := dumpTC(c, typ, index, parent, func() {}, func(m tcMessage) { found = found || m.index == index && is(m) })
	if err == nil && !found {
		return unix.EOPNOTSUPP
	}
	return err
}
