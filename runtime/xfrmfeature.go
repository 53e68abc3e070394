package runtime

import (
	"net/netip"

	"github.com/vishvananda/netlink"

	"wirelark/runtime/rtnl"
)

// tryXfrmState tries to make a state of a protocol. The handle is not used:
// IPsec has a socket of its own.
func tryXfrmState(x XfrmState) func(*netlink.Handle) error {
	return func(*netlink.Handle) error {
		x.Source, x.Dest, x.SPI, x.Mode = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), 256, "transport"
		for _, a := range []*XfrmAlg{&x.Auth, &x.Enc} {
			if err := a.derive(0, x.SPI); err != nil {
				return err
			}
		}
		c, err := rtnl.OpenXfrm()
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Do(x.message())
	}
}

// tryXfrmPolicy tries to make a policy.
func tryXfrmPolicy(*netlink.Handle) error {
	c, err := rtnl.OpenXfrm()
	if err != nil {
		return err
	}
	defer c.Close()
	all := netip.MustParsePrefix("0.0.0.0/0")
	x := XfrmPolicy{Sel: XfrmSelector{Source: all, Dest: all}, Dir: "out", Action: "allow"}
	return c.Do(x.message(false))
}
