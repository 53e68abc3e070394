package runtime

import (
	"fmt"
	"net"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A BridgeState is what a bridge's spanning tree and learning are like.
type BridgeState struct {
	STP           bool
	ID, Root      string // "8000.02:00:00:00:00:01"
	Priority      int
	RootPort      int // number of the port that leads to the root, 0 at the root
	RootCost      int
	ForwardDelay  int // hundredths of a second, as the following
	Hello, MaxAge int
	Ageing        int
	Snooping      bool
	Querier       bool
	VLANFiltering bool
}

// A PortState is what a port of a bridge is like.
type PortState struct {
	State                                  string // disabled, listening, learning, forwarding, blocking
	Number, Cost, Priority                 int
	Isolated, Hairpin, Learning, Flood     bool
	McastFlood, Guard, Locked, NeighSuppr  bool
	BcastFlood, FastLeave, ProxyARP        bool
	VLANTunnel, MAB                        bool
	DesignatedRoot, DesignatedBridge, Role string
}

var portStates = []string{"disabled", "listening", "learning", "forwarding", "blocking"}

// bridgeID writes a bridge's identity as RFC 4188 tools do: the priority in
// hexadecimal, then the MAC.
func bridgeID(p []byte) string {
	if len(p) < 8 {
		return ""
	}
	return fmt.Sprintf("%02x%02x.%s", p[0], p[1], net.HardwareAddr(p[2:8]))
}

func parseBridge(p []byte) *BridgeState {
	br := &BridgeState{}
	for a := range rtnl.Attrs(p) {
		switch a.Type {
		case unix.IFLA_BR_FORWARD_DELAY:
			br.ForwardDelay = int(a.U32())
		case unix.IFLA_BR_HELLO_TIME:
			br.Hello = int(a.U32())
		case unix.IFLA_BR_MAX_AGE:
			br.MaxAge = int(a.U32())
		case unix.IFLA_BR_AGEING_TIME:
			br.Ageing = int(a.U32())
		case unix.IFLA_BR_STP_STATE:
			br.STP = a.U32() != 0
		case unix.IFLA_BR_PRIORITY:
			br.Priority = int(a.U16())
		case unix.IFLA_BR_VLAN_FILTERING:
			br.VLANFiltering = a.U8() != 0
		case unix.IFLA_BR_ROOT_ID:
			br.Root = bridgeID(a.Data)
		case unix.IFLA_BR_BRIDGE_ID:
			br.ID = bridgeID(a.Data)
		case unix.IFLA_BR_ROOT_PORT:
			br.RootPort = int(a.U16())
		case unix.IFLA_BR_ROOT_PATH_COST:
			br.RootCost = int(a.U32())
		case unix.IFLA_BR_MCAST_SNOOPING:
			br.Snooping = a.U8() != 0
		case unix.IFLA_BR_MCAST_QUERIER:
			br.Querier = a.U8() != 0
		}
	}
	return br
}

func parsePort(p []byte) *PortState {
	port := &PortState{}
	flags := map[uint16]*bool{
		unix.IFLA_BRPORT_ISOLATED: &port.Isolated, unix.IFLA_BRPORT_MODE: &port.Hairpin, unix.IFLA_BRPORT_LEARNING: &port.Learning,
		unix.IFLA_BRPORT_UNICAST_FLOOD: &port.Flood, unix.IFLA_BRPORT_MCAST_FLOOD: &port.McastFlood,
		unix.IFLA_BRPORT_GUARD: &port.Guard, unix.IFLA_BRPORT_LOCKED: &port.Locked, unix.IFLA_BRPORT_NEIGH_SUPPRESS: &port.NeighSuppr,
		unix.IFLA_BRPORT_BCAST_FLOOD: &port.BcastFlood, unix.IFLA_BRPORT_FAST_LEAVE: &port.FastLeave, unix.IFLA_BRPORT_PROXYARP: &port.ProxyARP,
		unix.IFLA_BRPORT_VLAN_TUNNEL: &port.VLANTunnel, unix.IFLA_BRPORT_MAB: &port.MAB,
	}
	for a := range rtnl.Attrs(p) {
		if f := flags[a.Type]; f != nil {
			*f = a.U8() != 0
			continue
		}
		switch a.Type {
		case unix.IFLA_BRPORT_STATE:
			port.State = pick(portStates, a.U8())
		case unix.IFLA_BRPORT_PRIORITY:
			port.Priority = int(a.U16())
		case unix.IFLA_BRPORT_COST:
			port.Cost = int(a.U32())
		case unix.IFLA_BRPORT_NO:
			port.Number = int(a.U16())
		case unix.IFLA_BRPORT_ROOT_ID:
			port.DesignatedRoot = bridgeID(a.Data)
		case unix.IFLA_BRPORT_BRIDGE_ID:
			port.DesignatedBridge = bridgeID(a.Data)
		}
	}
	return port
}
