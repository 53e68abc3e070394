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
	State                                    string // disabled, listening, learning, forwarding, blocking
	Number, Cost, Priority                   int
	Isolated, Hairpin, Learning, Flood       bool
	McastFlood, Guard, Locked, NeighSuppress bool
	BcastFlood, FastLeave, ProxyARP          bool
	VLANTunnel, MAB                          bool
	DesignatedRoot, DesignatedBridge, Role   string
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
	for a := range rtnl.Attrs(p) {
		for _, f := range portFlags {
			if f.attr == a.Type {
				*f.is(port) = a.U8() != 0
			}
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
