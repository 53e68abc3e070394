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
		e := pairParams(p)
		return func(c *call) (starlark.Value, error) {
			if err := e.fill(); err != nil {
				return nil, err
			}
			return wrapPair(c.Session.Veth(c.Context, *e.a, *e.b))
		}
	},
}

// A pair is the declaration of a link with two ends.
type pair struct {
	a, b *runtime.End
	name *decl.Pair[string]
	addr *decl.Pair[[]netip.Prefix]
	mtu  *decl.Pair[int]
	mac  *decl.Pair[net.HardwareAddr]
	up   *decl.Pair[bool]
}

func pairParams(p *params) *pair {
	e := &pair{
		a: decl.Arg(p, "a", endType, "the namespace or bridge at one end"),
		b: decl.Arg(p, "b", endType, "the namespace or bridge at the other end"),
	}
	p.KeywordsOnly()
	e.name = decl.Both(p, "name", linkNameType, "the links' names")
	e.addr = decl.Both(p, "addr", decl.List(decl.Prefix), "addresses to give them, a list where an end has several")
	e.mtu = decl.Both(p, "mtu", mtuType, "the largest packet they carry, in bytes, 68 to 65535")
	e.mac = decl.Both(p, "mac", decl.MAC, "their MAC addresses")
	e.up = decl.Both(p, "up", decl.Bool, "whether they are switched on; they are unless False")
	return e
}

// fill gives the ends what was said of them.
func (e *pair) fill() error {
	if err := endBridges(*e.a, *e.b); err != nil {
		return err
	}
	if e.addr.A != nil && e.addr.A == e.addr.B {
		return decl.Misusef("addr: an address belongs to one end: write addr = (\"…\", None)")
	}
	if e.mac.A != nil && e.mac.A == e.mac.B {
		return decl.Misusef("mac: a MAC belongs to one end: write mac = (\"…\", None)")
	}
	for _, x := range []struct {
		e *runtime.End
		p *[]netip.Prefix
	}{{e.a, e.addr.A}, {e.b, e.addr.B}} {
		if x.e.Bridge != nil && x.p != nil && len(*x.p) > 0 {
			return decl.Misusef("addr: an address on a bridge's port does not answer: give it to the bridge, addr(%s, …)", x.e.Bridge.Name())
		}
	}
	fill(e.a, e.name.A, e.addr.A, e.mtu.A, e.mac.A, e.up.A)
	fill(e.b, e.name.B, e.addr.B, e.mtu.B, e.mac.B, e.up.B)
	return nil
}

func wrapPair(a, b *runtime.Link, err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	return starlark.Tuple{linkKind.Wrap(a), linkKind.Wrap(b)}, nil
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
