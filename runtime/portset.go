package runtime

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A PortChange says what is to change on a link as a port of a bridge, besides
// what LinkChange itself names; nil leaves a thing as it is.
type PortChange struct {
	NeighSuppress, McastFlood, BcastFlood, FastLeave *bool
	ProxyARP, VLANTunnel, MAB                        *bool
	State                                            *string // as PortState has it
	Priority                                         *int
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
	for _, f := range []struct {
		v    *bool
		typ  uint16
		word string
	}{
		{c.NeighSuppress, unix.IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress"}, {c.McastFlood, unix.IFLA_BRPORT_MCAST_FLOOD, "mcast_flood"},
		{c.BcastFlood, unix.IFLA_BRPORT_BCAST_FLOOD, "bcast_flood"}, {c.FastLeave, unix.IFLA_BRPORT_FAST_LEAVE, "fastleave"},
		{c.ProxyARP, unix.IFLA_BRPORT_PROXYARP, "proxy_arp"}, {c.VLANTunnel, unix.IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel"}, {c.MAB, unix.IFLA_BRPORT_MAB, "mab"},
	} {
		if f.v == nil {
			continue
		}
		m.U8(f.typ, map[bool]uint8{true: 1}[*f.v])
		words := fmt.Sprintf(" %s %s", f.word, map[bool]string{true: "on", false: "off"}[*f.v])
		if f.v == c.ProxyARP {
			more += words
		} else {
			w.WriteString(words)
		}
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
		return &Unable{What: "mab", Why: "this kernel lacks it"}
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
