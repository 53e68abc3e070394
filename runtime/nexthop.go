package runtime

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Nexthop is a next hop that routes refer to by its number, or a group of
// such: nexthop(8) of iproute2, since Linux 5.3.
type Nexthop struct {
	ID        int
	Via       netip.Addr // invalid for none
	Dev       string     // the name of the link, as the kernel tells it
	Link      *Link      // of one that is to be made
	Blackhole bool
	OnLink    bool
	FDB       bool // of a VXLAN's forwarding table, not of routes
	Proto     string
	Group     []NexthopShare // of a group: what it consists of
	Resilient *Resilient     // of a group that keeps flows where they are
	index     int32
}

// A NexthopShare is a member of a group and its share of the flows.
type NexthopShare struct{ ID, Weight int }

// Resilient says how a group keeps flows where they are while its members
// change.
type Resilient struct {
	Buckets          int
	Idle, Unbalanced time.Duration // in whole seconds; 0 leaves the kernel's default of Idle
}

// A NexthopBucket is a bucket of a resilient group: the flows that fall into it
// go to one member.
type NexthopBucket struct {
	Group, Index, Nexthop int
	Idle                  time.Duration
}

// The numbers of linux/nexthop.h and linux/rtnetlink.h.
const (
	rtmNewNexthop       = 104
	rtmDelNexthop       = 105
	rtmGetNexthop       = 106
	rtmNewNexthopBucket = 116
	rtmGetNexthopBucket = 118

	nhaID         = 1
	nhaGroup      = 2
	nhaGroupType  = 3
	nhaBlackhole  = 4
	nhaOIF        = 5
	nhaGateway    = 6
	nhaFDB        = 11
	nhaResGroup   = 12
	nhaResBucket  = 13
	resBuckets    = 1
	resIdle       = 2
	resUnbalanced = 3
	bucketIndex   = 1
	bucketIdle    = 2
	bucketNexthop = 3

	rtaNHID = 30
)

// family is what the kernel sorts a next hop by.
func (h *Nexthop) family() uint8 {
	switch {
	case h.Via.IsValid():
		return familyOf(h.Via)
	case len(h.Group) > 0:
		return unix.AF_UNSPEC
	}
	return unix.AF_INET
}

// AddNexthop adds a next hop, or a group of them.
func (ns *Namespace) AddNexthop(ctx context.Context, h Nexthop, replace bool) error {
	if h.Link != nil && h.Link.Namespace() != ns {
		return refuse(h.Link.thing(), "is in another namespace than %s", ns.Name)
	}
	verb, flags := "add", uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	if replace {
		verb, flags = "replace", unix.NLM_F_CREATE|unix.NLM_F_REPLACE
	}
	var m rtnl.Batch
	m.Begin(rtmNewNexthop, flags)
	var nhFlags uint32
	if h.OnLink {
		nhFlags = unix.RTNH_F_ONLINK
	}
	m.Raw(binary.NativeEndian.AppendUint32([]byte{h.family(), 0, unix.RTPROT_STATIC, 0}, nhFlags))
	m.U32(nhaID, uint32(h.ID))
	if len(h.Group) > 0 {
		var p []byte
		for _, g := range h.Group {
			p = append(binary.NativeEndian.AppendUint32(p, uint32(g.ID)), uint8(g.Weight-1), 0, 0, 0)
		}
		m.Attr(nhaGroup, p)
		if r := h.Resilient; r != nil {
			m.U16(nhaGroupType, 1)
			at := m.Nest(nhaResGroup)
			m.U16(resBuckets, uint16(r.Buckets))
			if r.Idle != 0 {
				m.U32(resIdle, uint32(r.Idle/(10*time.Millisecond)))
			}
			m.U32(resUnbalanced, uint32(r.Unbalanced/(10*time.Millisecond)))
			m.Unnest(at)
		}
	}
	if h.Blackhole {
		m.Attr(nhaBlackhole, nil)
	}
	if h.Via.IsValid() {
		m.Attr(nhaGateway, h.Via.AsSlice())
	}
	if h.Link != nil {
		m.U32(nhaOIF, uint32(h.Link.Index()))
	}
	if h.FDB {
		m.Attr(nhaFDB, nil)
	}
	thing := fmt.Sprintf("nexthop %d in %s", h.ID, ns.Name)
	return ns.session.step(ctx, ns, "ip nexthop "+verb+" "+h.words(), func() error {
		err := ns.conn.Do(&m)
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.EEXIST):
			return &Error{Thing: thing, Err: err, Hint: "replace = True changes it"}
		case isErrno(err, unix.ENETDOWN) && h.Link != nil:
			return &Error{Thing: thing, Err: err, Hint: h.Link.Name() + " is down"}
		}
		return &Error{Thing: thing, Err: err}
	})
}

// words are the next hop as iproute2 takes it.
func (h *Nexthop) words() string {
	var w strings.Builder
	fmt.Fprintf(&w, "id %d", h.ID)
	if len(h.Group) > 0 {
		w.WriteString(" group ")
		for i, g := range h.Group {
			if i > 0 {
				w.WriteByte('/')
			}
			fmt.Fprintf(&w, "%d,%d", g.ID, g.Weight)
		}
		if r := h.Resilient; r != nil {
			fmt.Fprintf(&w, " type resilient buckets %d", r.Buckets)
			if r.Idle != 0 {
				fmt.Fprintf(&w, " idle_timer %d", r.Idle/time.Second)
			}
			fmt.Fprintf(&w, " unbalanced_timer %d", r.Unbalanced/time.Second)
		}
	}
	if h.Blackhole {
		w.WriteString(" blackhole")
	}
	if h.Via.IsValid() {
		w.WriteString(" via " + h.Via.String())
	}
	if h.Link != nil {
		w.WriteString(" dev " + h.Link.Device())
	}
	if h.OnLink {
		w.WriteString(" onlink")
	}
	w.WriteString(" proto static")
	if h.FDB {
		w.WriteString(" fdb")
	}
	return w.String()
}

// DelNexthop removes a next hop, and with it the routes that refer to it.
func (ns *Namespace) DelNexthop(ctx context.Context, id int) error {
	var m rtnl.Batch
	m.Begin(rtmDelNexthop, 0)
	m.Raw(make([]byte, 8))
	m.U32(nhaID, uint32(id))
	return ns.session.step(ctx, ns, fmt.Sprintf("ip nexthop del id %d", id), func() error {
		if err := ns.conn.Do(&m); err != nil {
			return &Error{Thing: fmt.Sprintf("nexthop %d in %s", id, ns.Name), Err: err}
		}
		return nil
	})
}

// Nexthops reads all next hops and groups, by number.
func (ns *Namespace) Nexthops() ([]Nexthop, error) {
	var b rtnl.Batch
	b.Begin(rtmGetNexthop, 0)
	b.Raw(make([]byte, 8))
	var list []Nexthop
	err := ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		if typ == rtmNewNexthop && len(p) >= 8 {
			list = append(list, parseNexthop(p))
		}
	})
	if err != nil {
		return nil, ns.tableError("next hops", err)
	}
	name := ns.linkNamer()
	for i := range list {
		list[i].Dev = name(list[i].index)
	}
	slices.SortFunc(list, func(a, b Nexthop) int { return a.ID - b.ID })
	return list, nil
}

func parseNexthop(p []byte) Nexthop {
	h := Nexthop{Proto: nameOf(protoNames, p[2]), OnLink: rtnl.Attr{Data: p[4:]}.U32()&unix.RTNH_F_ONLINK != 0}
	for a := range rtnl.Attrs(p[8:]) {
		switch a.Type {
		case nhaID:
			h.ID = int(a.U32())
		case nhaGroup:
			for d := a.Data; len(d) >= 8; d = d[8:] {
				h.Group = append(h.Group, NexthopShare{int(rtnl.Attr{Data: d}.U32()), int(d[4]) + 1})
			}
		case nhaBlackhole:
			h.Blackhole = true
		case nhaOIF:
			h.index = int32(a.U32())
		case nhaGateway:
			h.Via, _ = netip.AddrFromSlice(a.Data)
		case nhaFDB:
			h.FDB = true
		case nhaResGroup:
			h.Resilient = &Resilient{}
			for r := range rtnl.Attrs(a.Data) {
				switch r.Type {
				case resBuckets:
					h.Resilient.Buckets = int(r.U16())
				case resIdle:
					h.Resilient.Idle = time.Duration(r.U32()) * 10 * time.Millisecond
				case resUnbalanced:
					h.Resilient.Unbalanced = time.Duration(r.U32()) * 10 * time.Millisecond
				}
			}
		}
	}
	return h
}

// NexthopBuckets reads the buckets of the resilient groups, or of one of them
// if id is not 0.
func (ns *Namespace) NexthopBuckets(id int) ([]NexthopBucket, error) {
	var b rtnl.Batch
	b.Begin(rtmGetNexthopBucket, 0)
	b.Raw(make([]byte, 8))
	if id != 0 {
		b.U32(nhaID, uint32(id))
	}
	var list []NexthopBucket
	err := ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		if typ != rtmNewNexthopBucket || len(p) < 8 {
			return
		}
		var k NexthopBucket
		for a := range rtnl.Attrs(p[8:]) {
			switch a.Type {
			case nhaID:
				k.Group = int(a.U32())
			case nhaResBucket:
				for r := range rtnl.Attrs(a.Data) {
					switch r.Type {
					case bucketIndex:
						k.Index = int(r.U16())
					case bucketIdle:
						k.Idle = time.Duration(r.U64()) * 10 * time.Millisecond
					case bucketNexthop:
						k.Nexthop = int(r.U32())
					}
				}
			}
		}
		list = append(list, k)
	})
	if err != nil {
		return nil, &Error{Thing: fmt.Sprintf("buckets of nexthop %d in %s", id, ns.Name), Err: err}
	}
	slices.SortFunc(list, func(a, b NexthopBucket) int { return (a.Group-b.Group)<<20 + a.Index - b.Index })
	return list, nil
}
