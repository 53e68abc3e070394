package runtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// A feature of the kernel is tried in a namespace of its own, never guessed:
// a name in a configuration file says nothing of modules that may be loaded.
type feature struct {
	name   string
	module string // that a kernel may lack, "" if it is no matter of one
	try    func(h *netlink.Handle) error
}

// features is every feature that a script can require, sorted by name.
var features = []feature{
	{"ah", "ah4", tryXfrmState(XfrmState{Proto: "ah", Auth: XfrmAlg{Name: "hmac(sha256)"}})},
	{"bond", "bonding", add(func(a netlink.LinkAttrs) netlink.Link { return netlink.NewLinkBond(a) })},
	{"bridge", "bridge", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Bridge{LinkAttrs: a} })},
	{"cake", "sch_cake", qdisc("cake")},
	{"codel", "sch_codel", qdisc("codel")},
	{"comp", "ipcomp", tryXfrmState(XfrmState{Proto: "comp", Comp: "deflate"})},
	{"dummy", "dummy", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Dummy{LinkAttrs: a} })},
	{"esp", "esp4", tryXfrmState(XfrmState{Proto: "esp", Auth: XfrmAlg{Name: "hmac(sha256)"}, Enc: XfrmAlg{Name: "cbc(aes)"}})},
	{"fq", "sch_fq", qdisc("fq")},
	{"fq_codel", "sch_fq_codel", qdisc("fq_codel")},
	{"geneve", "geneve", add(func(a netlink.LinkAttrs) netlink.Link {
		return &netlink.Geneve{LinkAttrs: a, ID: 1, Remote: net.IPv4(192, 0, 2, 1)}
	})},
	{"gre", "ip_gre", add(func(a netlink.LinkAttrs) netlink.Link {
		return &netlink.Gretun{LinkAttrs: a, Local: net.IPv4(192, 0, 2, 1), Remote: net.IPv4(192, 0, 2, 2)}
	})},
	{"htb", "sch_htb", qdisc("htb")},
	{"ifb", "ifb", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Ifb{LinkAttrs: a} })},
	{"ipip", "ipip", add(func(a netlink.LinkAttrs) netlink.Link {
		return &netlink.Iptun{LinkAttrs: a, Local: net.IPv4(192, 0, 2, 1), Remote: net.IPv4(192, 0, 2, 2)}
	})},
	{"ipvlan", "ipvlan", on(func(a netlink.LinkAttrs) netlink.Link {
		return &netlink.IPVlan{LinkAttrs: a, Mode: netlink.IPVLAN_MODE_L2}
	})},
	{"macvlan", "macvlan", on(func(a netlink.LinkAttrs) netlink.Link {
		return &netlink.Macvlan{LinkAttrs: a, Mode: netlink.MACVLAN_MODE_BRIDGE}
	})},
	{"netem", "sch_netem", qdisc("netem")},
	{"prio", "sch_prio", qdisc("prio")},
	{"sfq", "sch_sfq", qdisc("sfq")},
	{"sit", "sit", add(func(a netlink.LinkAttrs) netlink.Link {
		return &netlink.Sittun{LinkAttrs: a, Local: net.IPv4(192, 0, 2, 1), Remote: net.IPv4(192, 0, 2, 2)}
	})},
	{"tap", "tun", tun(netlink.TUNTAP_MODE_TAP)},
	{"tbf", "sch_tbf", tryTbf},
	{"tun", "tun", tun(netlink.TUNTAP_MODE_TUN)},
	{"veth", "veth", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Veth{LinkAttrs: a, PeerName: "try1"} })},
	{"vlan", "8021q", on(func(a netlink.LinkAttrs) netlink.Link {
		return &netlink.Vlan{LinkAttrs: a, VlanId: 10, VlanProtocol: netlink.VLAN_PROTOCOL_8021Q}
	})},
	{"vlan_filtering", "8021q", tryVLANFiltering},
	{"vrf", "vrf", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Vrf{LinkAttrs: a, Table: 10} })},
	{"vxlan", "vxlan", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Vxlan{LinkAttrs: a, VxlanId: 1, Port: 4789} })},
	{"wireguard", "wireguard", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Wireguard{LinkAttrs: a} })},
	{"xfrm_policy", "xfrm_user", tryXfrmPolicy},
}

// manyIDs is the one feature that is the lab's and not the kernel's.
const manyIDs = "many-ids"

// FeatureNames lists what Require can be asked for besides programs.
func FeatureNames() []string {
	names := []string{manyIDs}
	for _, f := range features {
		names = append(names, f.name)
	}
	slices.Sort(names)
	return names
}

// IsFeature reports whether Require knows a name.
func IsFeature(name string) bool { return slices.Contains(FeatureNames(), name) }

// Require returns an Unable if this machine lacks a feature, or a program
// that is named as "program:NAME".
func (s *Session) Require(ctx context.Context, name string) error {
	if program, ok := strings.CutPrefix(name, "program:"); ok {
		return requireProgram(program, s.opt.WorkDir)
	}
	if name == manyIDs {
		if s.opt.OneID {
			return &Unable{What: "user ids besides root's", Why: "this lab has a single one", Remedy: oneIDRemedy}
		}
		return nil
	}
	i := slices.IndexFunc(features, func(f feature) bool { return f.name == name })
	if i < 0 {
		return refuse("feature "+quote(name), "is not one that can be tried")
	}
	f := features[i]
	err := tryFeature(f)
	if err == nil {
		return nil
	}
	u := &Unable{What: f.name, Why: "this kernel lacks it"}
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		u.Why = "it is not permitted here"
		if f.module == "tun" {
			u.Why, u.Remedy = "/dev/net/tun may not be opened", "as root: chmod 0666 /dev/net/tun"
		}
	case isAbsent(err):
		u.Remedy = "as root: modprobe " + f.module + ", if the kernel was built with it"
	default:
		u.Why = "trying it gave: " + Reason(err)
	}
	return u
}

const oneIDRemedy = "give yourself subordinate ids in /etc/subuid and /etc/subgid, or run as root"

// isAbsent reports whether the kernel said that it has no such thing.
func isAbsent(err error) bool {
	for _, no := range []unix.Errno{unix.EOPNOTSUPP, unix.ENOENT, unix.ENODEV, unix.EPROTONOSUPPORT, unix.EAFNOSUPPORT, unix.ENXIO, unix.ENOSYS} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// tryFeature tries a feature in a new namespace, which is gone afterwards.
func tryFeature(f feature) error {
	var result error
	t, err := newThread(func() error {
		h, err := netlink.NewHandle(unix.NETLINK_ROUTE)
		if err != nil {
			return err
		}
		defer h.Close()
		result = f.try(h)
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(result, t.close())
}

func attrs() netlink.LinkAttrs {
	a := netlink.NewLinkAttrs()
	a.Name = "try0"
	return a
}

// add tries to make a link.
func add(make func(netlink.LinkAttrs) netlink.Link) func(*netlink.Handle) error {
	return func(h *netlink.Handle) error { return h.LinkAdd(make(attrs())) }
}

// on tries to make a link on top of another.
func on(make func(netlink.LinkAttrs) netlink.Link) func(*netlink.Handle) error {
	return func(h *netlink.Handle) error {
		index, err := base(h)
		if err != nil {
			return err
		}
		a := attrs()
		a.ParentIndex = index
		return h.LinkAdd(make(a))
	}
}

// base makes a link to try other things on.
func base(h *netlink.Handle) (int, error) {
	a := netlink.NewLinkAttrs()
	a.Name = "base0"
	if err := h.LinkAdd(&netlink.Veth{LinkAttrs: a, PeerName: "base1"}); err != nil {
		return 0, fmt.Errorf("veth: %w", err)
	}
	l, err := h.LinkByName("base0")
	if err != nil {
		return 0, err
	}
	return l.Attrs().Index, nil
}

// qdisc tries to put a queueing discipline on a link.
func qdisc(kind string) func(*netlink.Handle) error {
	return func(h *netlink.Handle) error {
		index, err := base(h)
		if err != nil {
			return err
		}
		a := netlink.QdiscAttrs{LinkIndex: index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT}
		var q netlink.Qdisc = &netlink.GenericQdisc{QdiscAttrs: a, QdiscType: kind}
		switch kind {
		case "netem":
			q = netlink.NewNetem(a, netlink.NetemQdiscAttrs{Latency: 1000})
		case "htb":
			q = netlink.NewHtb(a)
		case "prio":
			q = netlink.NewPrio(a)
		case "sfq":
			q = &netlink.Sfq{QdiscAttrs: a}
		}
		return h.QdiscAdd(q)
	}
}

func tryTbf(h *netlink.Handle) error {
	index, err := base(h)
	if err != nil {
		return err
	}
	return h.QdiscAdd(&netlink.Tbf{
		QdiscAttrs: netlink.QdiscAttrs{LinkIndex: index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT},
		Rate:       1 << 20, Limit: 1 << 16, Buffer: 1 << 14,
	})
}

func tryVLANFiltering(h *netlink.Handle) error {
	on := true
	return h.LinkAdd(&netlink.Bridge{LinkAttrs: attrs(), VlanFiltering: &on})
}

// tun tries to open a device of the program's own.
func tun(mode netlink.TuntapMode) func(*netlink.Handle) error {
	return func(h *netlink.Handle) error {
		f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		req, err := unix.NewIfreq("try0")
		if err != nil {
			return err
		}
		req.SetUint16(uint16(mode) | unix.IFF_NO_PI)
		return unix.IoctlIfreq(int(f.Fd()), unix.TUNSETIFF, req)
	}
}

func requireProgram(name, dir string) error {
	if name == "" {
		return refuse("program \"\"", "has no name")
	}
	_, err := lookPath(name, dir, []string{"PATH=" + DefaultPath})
	if err == nil {
		return nil
	}
	u := &Unable{What: "program " + name, Why: "is not installed"}
	if hint := packageHint(name); hint != "" {
		u.Remedy = strings.TrimPrefix(hint, "; ")
	}
	return u
}
