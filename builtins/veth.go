package builtins

import (
	"net"
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var veth = &builtin{
	Name:    "veth",
	Group:   "make",
	Summary: "Connect two namespaces, or bridges in them, with a virtual Ethernet cable.",
	Detail: "Both ends are up and have carrier. An end that is a bridge becomes a port of it. Each option takes one value for both ends or a pair, one for each, addresses and MACs a pair only; " +
		"in a pair, None leaves an end its default. Without `name`, ends are eth0, eth1 … by node, and a bridge's port has the name of the node at the other end, the second one with -2. " +
		"A name longer than the kernel's 15 bytes becomes an alternative name. MACs derive from the seed and the names. " +
		"It fails if an end has an interface of that name. As `ip link add … type veth peer …`.",
	Example: `h, sw = netns("h"), netns("sw")
br = bridge(sw)
e, port = veth(h, br, addr = ("10.0.0.2/24", None), mtu = 1400)
check(e.name == "eth0" and port.name == "h" and e.mtu == 1400)`,
	Returns: "(link, link)",
	Params: func(p *params) body {
		a := decl.Arg(p, "a", endType, "the namespace or bridge at one end")
		b := decl.Arg(p, "b", endType, "the namespace or bridge at the other end")
		p.KeywordsOnly()
		name := decl.Both(p, "name", decl.Str, "the links' names")
		addr := decl.Both(p, "addr", decl.List(decl.Prefix), "addresses to give them, a list where an end has several")
		mtu := decl.Both(p, "mtu", mtuType, "the largest packet they carry, in bytes, 68 to 65535")
		mac := decl.Both(p, "mac", decl.MAC, "their MAC addresses")
		up := decl.Both(p, "up", decl.Bool, "whether they are switched on; they are unless False")
		return func(c *call) (starlark.Value, error) {
			if err := endBridges(*a, *b); err != nil {
				return nil, err
			}
			for _, n := range []*string{name.A, name.B} {
				if n != nil && *n == "" {
					return nil, decl.Misusef("name: is empty: leave it out, or write None, for the default")
				}
			}
			if addr.A != nil && addr.A == addr.B {
				return nil, decl.Misusef("addr: an address belongs to one end: write addr = (\"…\", None)")
			}
			if mac.A != nil && mac.A == mac.B {
				return nil, decl.Misusef("mac: a MAC belongs to one end: write mac = (\"…\", None)")
			}
			for _, x := range []struct {
				e *runtime.End
				p *[]netip.Prefix
			}{{a, addr.A}, {b, addr.B}} {
				if x.e.Bridge != nil && x.p != nil && len(*x.p) > 0 {
					return nil, decl.Misusef("addr: an address on a bridge's port does not answer: give it to the bridge, addr(%s, …)", x.e.Bridge.Name())
				}
			}
			fill(a, name.A, addr.A, mtu.A, mac.A, up.A)
			fill(b, name.B, addr.B, mtu.B, mac.B, up.B)
			la, lb, err := c.Session.Veth(c.Context, *a, *b)
			if err != nil {
				return nil, err
			}
			return starlark.Tuple{linkKind.Wrap(la), linkKind.Wrap(lb)}, nil
		}
	},
}

// endBridges refuses an end that is a link but no bridge.
func endBridges(ends ...runtime.End) error {
	for _, e := range ends {
		if e.Bridge == nil {
			continue
		}
		st, err := e.Bridge.State()
		if err != nil {
			return err
		}
		if st.Bridge == nil {
			return decl.Misusef("%s in %s is no bridge: a cable is plugged into a namespace or a bridge", e.Bridge.Name(), e.Namespace.Name)
		}
	}
	return nil
}

func fill(e *runtime.End, name *string, addrs *[]netip.Prefix, mtu *int, mac *net.HardwareAddr, up *bool) {
	e.Name = orZero(name)
	e.Addrs = orZero(addrs)
	e.MTU = orZero(mtu)
	e.MAC = orZero(mac)
	e.Down = up != nil && !*up
}
