package runtime

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A FlowFilter says which flows are meant. Its zero value means all.
type FlowFilter struct {
	Proto        string // "" for any
	Source, Dest netip.Prefix
	SPort, DPort *int
	State        string
	Family       int // 4, 6, or 0 for both
	Mark         *uint32
}

// has reports whether a flow is meant. Addresses and ports are those of the
// flow's first packet, as conntrack's options are.
func (f *FlowFilter) has(w *Flow) bool {
	o := w.Original
	within := func(p netip.Prefix, a netip.Addr) bool { return !p.IsValid() || p.Contains(a) }
	is := func(want *int, port uint16) bool { return want == nil || *want == int(port) }
	return (f.Proto == "" || f.Proto == w.Proto) && within(f.Source, o.Source.Addr()) && within(f.Dest, o.Dest.Addr()) &&
		is(f.SPort, o.Source.Port()) && is(f.DPort, o.Dest.Port()) && (f.State == "" || f.State == w.State) &&
		(f.Family == 0 || (f.Family == 4) == o.Source.Addr().Is4()) && (f.Mark == nil || *f.Mark == w.Mark)
}

// Flows lists the connections that the namespace's kernel tracks.
func (ns *Namespace) Flows(f FlowFilter) (list []Flow, err error) {
	err = ns.over(openConntrack, "connections", func(conn *rtnl.Conn) error {
		list, err = flows(conn, f)
		return err
	})
	return list, err
}

// openConntrack opens a socket for tracked connections, if this kernel has any.
func openConntrack() (*rtnl.Conn, error) {
	conn, err := rtnl.OpenNetfilter()
	return conn, orNoConntrack(err)
}

// orNoConntrack is the error of a first request, in words if it means that the
// kernel tracks none: one without the subsystem says that the message is invalid.
func orNoConntrack(err error) error {
	if isErrno(err, unix.EINVAL) || isNoSuchFamily(err) {
		return lacksModule("connection tracking over netlink", "nf_conntrack_netlink")
	}
	return err
}

func flows(conn *rtnl.Conn, f FlowFilter) (list []Flow, err error) {
	var m rtnl.Batch
	m.Begin(ctGet, 0)
	m.Raw([]byte{unix.AF_UNSPEC, unix.NFNETLINK_V0, 0, 0})
	err = conn.Get(&m, true, func() { list = nil }, func(_ uint16, p []byte) {
		if w, ok := parseFlow(p); ok && f.has(&w) {
			list = append(list, w)
		}
	})
	slices.SortFunc(list, compareFlows)
	return list, orNoConntrack(err)
}

// DelFlows makes the kernel forget connections, and returns how many.
func (ns *Namespace) DelFlows(ctx context.Context, f FlowFilter) (n int, err error) {
	err = ns.session.step(ctx, ns, f.command(), func() error {
		return ns.over(openConntrack, "connections", func(conn *rtnl.Conn) error {
			list, err := flows(conn, f)
			if err != nil || len(list) == 0 {
				return err
			}
			if f == (FlowFilter{}) {
				n = len(list)
				var m rtnl.Batch
				m.Begin(ctDelete, 0)
				m.Raw([]byte{unix.AF_UNSPEC, unix.NFNETLINK_V0, 0, 0})
				return conn.Do(&m)
			}
			for _, w := range list {
				err := conn.Do(w.deletion())
				if err != nil && !isErrno(err, unix.ENOENT) { // it ended meanwhile
					return err
				}
				if err == nil {
					n++
				}
			}
			return nil
		})
	})
	return n, err
}

// deletion is the request that deletes this flow, and no later one that is
// like it.
func (w *Flow) deletion() *rtnl.Batch {
	var m rtnl.Batch
	m.Begin(ctDelete, 0)
	m.Raw([]byte{familyOf(w.Original.Source.Addr()), unix.NFNETLINK_V0, 0, 0})
	m.Attr(ctaTupleOrig|unix.NLA_F_NESTED, w.tuple)
	if w.Zone != 0 {
		m.Attr(ctaZone, []byte{byte(w.Zone >> 8), byte(w.Zone)})
	}
	m.Attr(ctaID, w.id)
	return &m
}

// command deletes the same with the program conntrack, which is asked for one
// family at a time, and for one protocol if ports are named.
func (f *FlowFilter) command() string {
	if *f == (FlowFilter{}) {
		return "conntrack -F"
	}
	families, protos := []int{4, 6}, []string{f.Proto}
	if one := cmp.Or(f.Family, familyNumber(f.Source), familyNumber(f.Dest)); one != 0 {
		families = []int{one}
	}
	if f.Proto == "" && (f.SPort != nil || f.DPort != nil) {
		protos = []string{"tcp", "udp"}
	}
	var list []string
	for _, family := range families {
		for _, proto := range protos {
			list = append(list, "conntrack -D -f "+map[int]string{4: "ipv4", 6: "ipv6"}[family]+f.words(proto))
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return "sh -c " + shellQuote(strings.Join(list, "; "))
}

func familyNumber(p netip.Prefix) int {
	switch {
	case !p.IsValid():
		return 0
	case p.Addr().Is4():
		return 4
	}
	return 6
}

// words are the options of conntrack for what the filter names.
func (f *FlowFilter) words(proto string) string {
	var w strings.Builder
	add := func(option, value string) { fmt.Fprintf(&w, " %s %s", option, value) }
	if proto != "" {
		add("-p", proto)
	}
	if f.Source.IsValid() {
		add("-s", hostOrPrefix(f.Source))
	}
	if f.Dest.IsValid() {
		add("-d", hostOrPrefix(f.Dest))
	}
	if f.SPort != nil {
		add("--sport", strconv.Itoa(*f.SPort))
	}
	if f.DPort != nil {
		add("--dport", strconv.Itoa(*f.DPort))
	}
	if f.State != "" {
		add("--state", f.State)
	}
	if f.Mark != nil {
		add("-m", strconv.FormatUint(uint64(*f.Mark), 10))
	}
	return w.String()
}

func hostOrPrefix(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}
