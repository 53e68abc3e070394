package runtime

import (
	"net/netip"
	"strings"

	"github.com/vishvananda/netlink"

	"wirelark/runtime/rtnl"
)

// featureOf is what a name stands for that Require can be asked for.
func featureOf(name string) (feature, bool) {
	if f, ok := ownFeature(name); ok {
		return f, true
	}
	k := kindOf(name)
	if k == nil {
		return feature{}, false
	}
	module := k.module
	if module == "" {
		module = k.name
	}
	return feature{name, module, func(h *netlink.Handle) error { return tryKind(h, k) }}, true
}

// ownFeature is a feature that has a row of its own.
func ownFeature(name string) (feature, bool) {
	for _, f := range features {
		if f.name == name {
			return f, true
		}
	}
	return feature{}, false
}

// config is what the kernel's configuration calls the feature.
func (f feature) config() string {
	if k := kindOf(f.name); k != nil {
		return k.config
	}
	if c, ok := configs[f.name]; ok {
		return c
	}
	return "CONFIG_NET_" + strings.ToUpper(f.module) // sch_netem, cls_flower, act_police
}

// configs are those that the name of the module does not tell.
var configs = map[string]string{
	"ah": "CONFIG_INET_AH", "bridge": "CONFIG_BRIDGE", "comp": "CONFIG_INET_IPCOMP", "esp": "CONFIG_INET_ESP", "xfrm_policy": "CONFIG_XFRM_USER", "mpls": "CONFIG_MPLS_IPTUNNEL", "tap": "CONFIG_TUN", "veth": "CONFIG_VETH", "vlan_filtering": "CONFIG_BRIDGE_VLAN_FILTERING",
}

// tryKind makes a link of a kind, with the options that it cannot be without.
// It runs on a thread of its own, in a namespace of its own.
func tryKind(h *netlink.Handle, k *kind) error {
	conn, err := rtnl.Open()
	if err != nil {
		return err
	}
	defer conn.Close()
	ns := &Namespace{conn: conn}
	spec := LinkSpec{Kind: k.name, Settings: k.sample, Down: true}
	if k.on || k.name == "hsr" {
		index, err := base(h)
		if err != nil {
			return err
		}
		one := &Link{ns: ns, index: int32(index)}
		if k.on {
			spec.On = one
		} else { // a ring has two neighbours
			other, err := h.LinkByName("base1")
			if err != nil {
				return err
			}
			two := &Link{ns: ns, index: int32(other.Attrs().Index)}
			spec.Settings = []Setting{{Name: "slave1", Form: Device, Link: one}, {Name: "slave2", Form: Device, Link: two}}
		}
	}
	plain := *k
	plain.unlocal = false
	return ns.createLink(&plain, &Link{ns: ns, kernel: "try0"}, spec)
}

// Samples for tryKind.
var (
	sampleWay4 = []Setting{{Name: "local", Form: Address, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}, {Name: "remote", Form: Address, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.2")}}}
	sampleWay6 = []Setting{{Name: "local", Form: Address, Addrs: []netip.Addr{netip.MustParseAddr("2001:db8::1")}}, {Name: "remote", Form: Address, Addrs: []netip.Addr{netip.MustParseAddr("2001:db8::2")}}}
	sampleID   = []Setting{{Name: "id", Form: Number, N: 10}}
)
