package runtime

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A PortChange says what is to change on a link as a port of a bridge; nil
// leaves a thing as it is.
type PortChange struct {
	Isolated, Hairpin, Learning                      *bool
	Flood, Guard, Locked                             *bool
	Cost                                             *int
	NeighSuppress, McastFlood, BcastFlood, FastLeave *bool
	ProxyARP, VLANTunnel, MAB                        *bool
	State                                            *string // as PortState has it
	Priority                                         *int
}

// A portFlag is one thing that is on or off of a port.
type portFlag struct {
	attr  uint16
	word  string // in iproute2
	asked func(*PortChange) **bool
	is    func(*PortState) *bool
}

var portFlags = []portFlag{
	{unix.IFLA_BRPORT_ISOLATED, "isolated", func(c *PortChange) **bool { return &c.Isolated }, func(p *PortState) *bool { return &p.Isolated }},
	{unix.IFLA_BRPORT_MODE, "hairpin", func(c *PortChange) **bool { return &c.Hairpin }, func(p *PortState) *bool { return &p.Hairpin }},
	{unix.IFLA_BRPORT_LEARNING, "learning", func(c *PortChange) **bool { return &c.Learning }, func(p *PortState) *bool { return &p.Learning }},
	{unix.IFLA_BRPORT_UNICAST_FLOOD, "flood", func(c *PortChange) **bool { return &c.Flood }, func(p *PortState) *bool { return &p.Flood }},
	{unix.IFLA_BRPORT_GUARD, "guard", func(c *PortChange) **bool { return &c.Guard }, func(p *PortState) *bool { return &p.Guard }},
	{unix.IFLA_BRPORT_LOCKED, "locked", func(c *PortChange) **bool { return &c.Locked }, func(p *PortState) *bool { return &p.Locked }},
	{unix.IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress", func(c *PortChange) **bool { return &c.NeighSuppress }, func(p *PortState) *bool { return &p.NeighSuppress }},
	{unix.IFLA_BRPORT_MCAST_FLOOD, "mcast_flood", func(c *PortChange) **bool { return &c.McastFlood }, func(p *PortState) *bool { return &p.McastFlood }},
	{unix.IFLA_BRPORT_BCAST_FLOOD, "bcast_flood", func(c *PortChange) **bool { return &c.BcastFlood }, func(p *PortState) *bool { return &p.BcastFlood }},
	{unix.IFLA_BRPORT_FAST_LEAVE, "fastleave", func(c *PortChange) **bool { return &c.FastLeave }, func(p *PortState) *bool { return &p.FastLeave }},
	{unix.IFLA_BRPORT_PROXYARP, "proxy_arp", func(c *PortChange) **bool { return &c.ProxyARP }, func(p *PortState) *bool { return &p.ProxyARP }},
	{unix.IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel", func(c *PortChange) **bool { return &c.VLANTunnel }, func(p *PortState) *bool { return &p.VLANTunnel }},
	{unix.IFLA_BRPORT_MAB, "mab", func(c *PortChange) **bool { return &c.MAB }, func(p *PortState) *bool { return &p.MAB }},
}

// parts is how many things c changes.
func (c *PortChange) parts() (n int) {
	for _, f := range portFlags {
		if *f.asked(c) != nil {
			n++
		}
	}
	for _, set := range []bool{c.Cost != nil, c.State != nil, c.Priority != nil} {
		if set {
			n++
		}
	}
	return n
}

// back is the change from what a port is now to what it was, in what c is
// about; and in all settings, if it has been away from its bridge.
func (c *PortChange) back(was, now *PortState, away bool) (undo PortChange) {
	for _, f := range portFlags {
		if on := *f.is(was); away || *f.asked(c) != nil && on != *f.is(now) {
			*f.asked(&undo) = &on
		}
	}
	if away || c.Cost != nil && was.Cost != now.Cost {
		undo.Cost = &was.Cost
	}
	if away || c.Priority != nil && was.Priority != now.Priority {
		undo.Priority = &was.Priority
	}
	if !away && c.State != nil && was.State != now.State { // a port that joins begins with its own
		undo.State = &was.State
	}
	return undo
}

func (c *PortChange) check() error {
	if c.State != nil && !slices.Contains(portStates, *c.State) {
		return refuse("port state "+quote(*c.State), "is unknown")
	}
	if c.Priority != nil && (*c.Priority < 0 || *c.Priority > 63) {
		return refuse(fmt.Sprintf("port priority %d", *c.Priority), "is out of range: 0 to 63")
	}
	return nil
}

// write adds the attributes to m and the words to w. What the bridge tool has
// no word for is returned, as ip link set takes it.
func (c *PortChange) write(m *rtnl.Batch, w *strings.Builder) (more string) {
	for _, f := range portFlags {
		on := *f.asked(c)
		if on == nil {
			continue
		}
		m.Bool(f.attr, *on)
		words := " " + f.word + " " + onOff(*on)
		if f.attr == unix.IFLA_BRPORT_PROXYARP {
			more += words
		} else {
			w.WriteString(words)
		}
	}
	if c.Cost != nil {
		m.U32(unix.IFLA_BRPORT_COST, uint32(*c.Cost))
		fmt.Fprintf(w, " cost %d", *c.Cost)
	}
	if c.State != nil {
		n := slices.Index(portStates, *c.State)
		m.U8(unix.IFLA_BRPORT_STATE, uint8(n))
		fmt.Fprintf(w, " state %d", n)
	}
	if c.Priority != nil {
		m.U16(unix.IFLA_BRPORT_PRIORITY, uint16(*c.Priority))
		fmt.Fprintf(w, " priority %d", *c.Priority)
	}
	return more
}

// took finds out whether the kernel heeded what it takes without a word: mab
// where it is too old for it, and a state that is not the bridge's way. Without
// a spanning tree it makes a port that is blocking forward at once.
func (c *PortChange) took(ns *Namespace, index int32, thing string) error {
	mab := c.MAB != nil && *c.MAB
	if !mab && c.State == nil {
		return nil
	}
	st, err := ns.linkByIndex(index)
	switch {
	case err != nil || st.Port == nil:
		return err
	case mab && !st.Port.MAB:
		return kernelLacks("mab", "Linux has it since 6.2")
	case c.State != nil && st.Port.State != *c.State:
		return refuse(thing, "does not stay %s: the kernel made it %s; of a bridge without spanning tree, listening keeps frames from passing", *c.State, st.Port.State)
	}
	return nil
}

// hint says what a port's author can do about err.
func (c *PortChange) hint(err error) string {
	if c.State != nil && isErrno(err, unix.EBUSY) {
		return "the bridge's spanning tree decides on the state of its ports"
	}
	return ""
}
