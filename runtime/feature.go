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

// features are those that are no kinds of link: each kind is one, too.
var features = []feature{
	{"ah", "ah4", tryXfrmState(XfrmState{Proto: "ah", Auth: XfrmAlg{Name: "hmac(sha256)"}})},
	{"bfifo", "sch_fifo", qdisc("bfifo")},
	{"bridge", "bridge", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Bridge{LinkAttrs: a} })},
	{"cake", "sch_cake", qdisc("cake")},
	{"clsact", "sch_ingress", qdisc("clsact")},
	{"codel", "sch_codel", qdisc("codel")},
	{"comp", "ipcomp", tryXfrmState(XfrmState{Proto: "comp", Comp: "deflate"})},
	{"esp", "esp4", tryXfrmState(XfrmState{Proto: "esp", Auth: XfrmAlg{Name: "hmac(sha256)"}, Enc: XfrmAlg{Name: "cbc(aes)"}})},
	{"flower", "cls_flower", filter("flower")},
	{"fq", "sch_fq", qdisc("fq")},
	{"fq_codel", "sch_fq_codel", qdisc("fq_codel")},
	{"gact", "act_gact", action("drop")},
	{"htb", "sch_htb", qdisc("htb")},
	{"ingress", "sch_ingress", qdisc("ingress")},
	{"matchall", "cls_matchall", filter("matchall")},
	{"mirred", "act_mirred", action("mirror")},
	{"mpls", "mpls_iptunnel", tryMPLS},
	{"netem", "sch_netem", qdisc("netem")},
	{"netem_seed", "sch_netem", tryNetemSeed},
	{"pfifo", "sch_fifo", qdisc("pfifo")},
	{"police", "act_police", action("police")},
	{"prio", "sch_prio", qdisc("prio")},
	{"red", "sch_red", qdisc("red")},
	{"sfq", "sch_sfq", qdisc("sfq")},
	{"tap", "tun", tun(netlink.TUNTAP_MODE_TAP)},
	{"tbf", "sch_tbf", qdisc("tbf")},
	{"tun", "tun", tun(netlink.TUNTAP_MODE_TUN)},
	{"u32", "cls_u32", filter("u32")},
	{"u32_mark", "cls_u32", tryU32Mark},
	{"veth", "veth", add(func(a netlink.LinkAttrs) netlink.Link { return &netlink.Veth{LinkAttrs: a, PeerName: "try1"} })},
	{"vlan_filtering", "8021q", tryVLANFiltering},
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
	for _, k := range kinds {
		if _, ok := ownFeature(k.name); !ok {
			names = append(names, k.name)
		}
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
	f, ok := featureOf(name)
	if !ok {
		return refuse("feature "+quote(name), "is not one that can be tried")
	}
	s.mu.Lock()
	has := s.has[name]
	s.mu.Unlock()
	if has {
		return nil
	}
	if err := tryFeature(f); err != nil {
		return lacking(name, err)
	}
	if err := kindOf(name).admits(s); err != nil {
		return err
	}
	s.mu.Lock()
	s.has[name] = true
	s.mu.Unlock()
	return nil
}

const oneIDRemedy = "give yourself subordinate ids in /etc/subuid and /etc/subgid, or run as root"

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

// tryMPLS tries to put a label on packets: a route of that kind needs the
// module, whatever it leads to.
func tryMPLS(h *netlink.Handle) error {
	index, err := base(h)
	if err != nil {
		return err
	}
	if err := h.LinkSetUp(&netlink.Dummy{LinkAttrs: netlink.LinkAttrs{Index: index}}); err != nil {
		return err
	}
	_, dst, _ := net.ParseCIDR("192.0.2.0/24")
	return h.RouteAdd(&netlink.Route{Dst: dst, LinkIndex: index, Scope: netlink.SCOPE_LINK, Encap: &netlink.MPLSEncap{Labels: []int{100}}})
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
		return setTun(int(f.Fd()), "try0", int(mode)|unix.IFF_NO_PI)
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
