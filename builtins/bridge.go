package builtins

import (
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var bridge = &builtin{
	Name:    "bridge",
	Group:   "make",
	Summary: "Make a bridge, a virtual switch, in a namespace.",
	Detail: "It is up, and has a MAC of its own. Plug cables into it with `veth(h, br)`. Options that are left out keep the kernel's defaults: no spanning tree, " +
		"priority 32768, forward delay 15 s, hello 2 s, max age 20 s, ageing 300 s, snooping on. Frames that it carries do not pass the namespace's ip and arp hooks " +
		"(`net.bridge.bridge-nf-call-*` are 0 unless the namespace is bare). As `ip link add … type bridge`.",
	Example: `sw = netns("sw")
br = bridge(sw, stp = True, priority = 4096, forward_delay = "2s")
check(br.stp.on and br.stp.is_root)`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		name := decl.Maybe(p, "name", linkNameType, "its name; without one br0, br1 …")
		p.KeywordsOnly()
		addr := decl.Or(p, "addr", decl.List(decl.Prefix), nil, "addresses that it has itself")
		mac := decl.Maybe(p, "mac", decl.MAC, "its MAC address; without one, one that derives from the seed")
		mtu := decl.Maybe(p, "mtu", mtuType, "the largest packet it carries, in bytes, 68 to 65535")
		up := decl.Or(p, "up", decl.Bool, true, "whether it is switched on")
		stp := decl.Maybe(p, "stp", decl.Bool, "whether it takes part in the spanning tree, IEEE 802.1D")
		priority := decl.Maybe(p, "priority", decl.Int(0, 65535), "its priority in the spanning tree: the lowest becomes the root")
		delay := decl.Maybe(p, "forward_delay", decl.Duration, "how long a port listens, and then learns, before it forwards; 2 s to 30 s with stp")
		hello := decl.Maybe(p, "hello", decl.Duration, "between two messages of the root; 1 s to 10 s")
		maxAge := decl.Maybe(p, "max_age", decl.Duration, "after which a root that is not heard of is given up; 6 s to 40 s")
		ageing := decl.Maybe(p, "ageing", decl.Duration, "after which a learned address is forgotten")
		snooping := decl.Maybe(p, "snooping", decl.Bool, "whether it listens to IGMP and MLD and sends multicast only where it is wanted")
		querier := decl.Maybe(p, "querier", decl.Bool, "whether it asks for group members, as a multicast router does")
		vlans := decl.Maybe(p, "vlan_filtering", decl.Bool, "whether it tells VLANs apart, IEEE 802.1Q")
		pvid := decl.Maybe(p, "vlan_default_pvid", decl.Int(0, 4094), "the VLAN that ports are in at first, untagged; 0 for none, left out 1")
		tag := decl.Maybe(p, "vlan_protocol", decl.OneOf("802.1Q", "802.1ad"), "what tags it heeds: 802.1Q, or the outer ones of 802.1ad")
		return func(c *call) (starlark.Value, error) {
			if (*pvid != nil || *tag != nil) && (*vlans == nil || !**vlans) {
				return nil, decl.Misusef("vlan_filtering: vlan_default_pvid and vlan_protocol need it to be True")
			}
			opt := runtime.BridgeOptions{Name: orZero(*name), Addrs: *addr, MAC: orZero(*mac), MTU: orZero(*mtu), Down: !*up, STP: *stp, Priority: *priority, Snooping: *snooping, Querier: *querier,
				ForwardDelay: *delay, Hello: *hello, MaxAge: *maxAge, Ageing: *ageing,
				VLANs: *vlans, DefaultPVID: *pvid, VLANProtocol: orZero(*tag)}
			if err := bridgeTimes(*stp != nil && **stp, *delay, *hello, *maxAge, *ageing); err != nil {
				return nil, err
			}
			return one(linkKind)(c.Session.Bridge(c.Context, *ns, opt))
		}
	},
}

// bridgeTimes refuses times that the kernel does not take: it counts in
// hundredths of a second. The bounds of hello and max_age are the standard's,
// and so are those of forward_delay where the spanning tree waits for it.
func bridgeTimes(stp bool, delay, hello, maxAge, ageing *time.Duration) error {
	const unbounded = 1_000_000 * time.Second
	low, high := time.Duration(0), unbounded
	if stp {
		low, high = 2*time.Second, 30*time.Second
	}
	for _, x := range []struct {
		name      string
		d         *time.Duration
		low, high time.Duration
	}{
		{"forward_delay", delay, low, high}, {"hello", hello, time.Second, 10 * time.Second},
		{"max_age", maxAge, 6 * time.Second, 40 * time.Second}, {"ageing", ageing, 0, unbounded},
	} {
		switch {
		case x.d == nil:
		case *x.d < x.low || *x.d > x.high:
			return decl.Misusef("%s: %s is out of range: %s to %s", x.name, decl.ShortDuration(*x.d), decl.ShortDuration(x.low), decl.ShortDuration(x.high))
		case *x.d%(10*time.Millisecond) != 0:
			return decl.Misusef("%s: %s is no multiple of 10ms, in which bridges count", x.name, *x.d)
		}
	}
	return nil
}
