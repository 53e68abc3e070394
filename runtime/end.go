package runtime

import (
	"fmt"
	"net"
	"net/netip"
)

// An End is where one end of a veth goes and what it shall be like.
type End struct {
	Namespace *Namespace
	Bridge    *Link            // the bridge it becomes a port of, or nil
	Name      string           // "" for the next free default
	MAC       net.HardwareAddr // nil for one derived from the seed
	MTU       int              // in bytes; 0 for the kernel's default
	Addrs     []netip.Prefix
	Down      bool // leave it switched off
}

// end is an End whose defaults are filled in.
type end struct {
	End
	defaulted bool // its name
	late      bool // it is made switched off, and switched on later
}

// checkEnd refuses what no end can be like.
func (s *Session) checkEnd(e *End) error {
	if e.Namespace == nil && e.Bridge != nil {
		e.Namespace = e.Bridge.Namespace()
	}
	if err := s.own(e.Namespace); err != nil {
		return err
	}
	if e.Bridge != nil && e.Bridge.Namespace() != e.Namespace {
		return refuse(e.Bridge.thing(), "is in another namespace than %s", e.Namespace.Name)
	}
	if err := checkMTU(e.MTU); err != nil {
		return err
	}
	if err := checkMAC(e.MAC); err != nil {
		return err
	}
	if e.Name == "" {
		return nil
	}
	return checkLinkName(e.Name)
}

func checkMTU(mtu int) error {
	if mtu != 0 && (mtu < 68 || mtu > 65535) {
		return refuse(fmt.Sprintf("mtu %d", mtu), "is out of range: 68 to 65535 bytes")
	}
	return nil
}

// checkMAC refuses what is no address of one station; nil is no address.
func checkMAC(mac net.HardwareAddr) error {
	switch {
	case mac == nil:
		return nil
	case len(mac) != 6:
		return refuse("mac "+mac.String(), "has %d bytes: an Ethernet address has 6", len(mac))
	case mac[0]&1 != 0:
		return refuse("mac "+mac.String(), "is no address of one station: its first byte is odd")
	case mac.String() == "00:00:00:00:00:00":
		return refuse("mac "+mac.String(), "is no address of one station")
	}
	return nil
}

// complete fills in what the script left to us.
func (s *Session) complete(e, other End) end {
	full := end{End: e}
	if e.Name == "" {
		full.defaulted = true
		if e.Bridge != nil {
			full.Name = e.Namespace.portName(other.Namespace.Name)
		} else {
			taken := ""
			if other.Namespace == e.Namespace {
				taken = other.Name
			}
			full.Name = e.Namespace.defaultName("eth", taken)
		}
	}
	if e.MAC == nil {
		full.MAC = s.mac(e.Namespace.Name, full.Name)
	}
	return full
}

// portName is what a bridge's port is called: the node at its other end.
func (ns *Namespace) portName(node string) string {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	name := node
	for i := 2; ns.ports[name]; i++ {
		name = fmt.Sprintf("%s-%d", node, i)
	}
	ns.ports[name] = true
	return name
}
