package runtime

import (
	"context"
	"fmt"
	"math/bits"
	"net"
	"net/netip"
	"strings"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A FilterMatch is what a packet must be like. Zero values and nil match all.
type FilterMatch struct {
	Source, Dest   netip.Prefix
	Proto          uint8
	Sport, Dport   uint16
	DSCP           *uint8
	SrcMAC, DstMAC net.HardwareAddr
	VLAN           *uint16
	Mark           *uint32
}

// A FilterSpec is a filter as a script asks for it.
type FilterSpec struct {
	Kind     string // "u32", "flower" or "matchall"
	Parent   TCHandle
	Prio     uint16 // 0 leaves it to the kernel
	Protocol string // "" for what the match says
	Match    FilterMatch
	FlowID   TCHandle // the class that packets go to, or 0
	Action   string   // "drop", "pass", "mirror", "redirect", "police" or ""
	To       *Link    // of mirror and redirect
	Rate     Rate     // of police
	Burst    uint64   // of police, in bytes
}

// etherTypes are the protocols that filters look at, by tc's names.
var etherTypes = map[string]uint16{"all": unix.ETH_P_ALL, "ip": unix.ETH_P_IP, "ipv6": unix.ETH_P_IPV6, "arp": unix.ETH_P_ARP, "802.1q": unix.ETH_P_8021Q}

var etherNames = inverse(etherTypes)

// AddFilter adds a filter to a place of the link.
func (l *Link) AddFilter(ctx context.Context, spec FilterSpec) error {
	ns, index := l.where()
	to := int32(0)
	if spec.To != nil {
		at, i := spec.To.where()
		if at != ns {
			return refuse("to", "is %s in %s: packets can be sent to links of %s only", spec.To.Name(), at.Name, ns.Name)
		}
		to = i
	}
	if err := spec.check(); err != nil {
		return err
	}
	if spec.Kind == "u32" {
		if err := l.settlePrio(&spec); err != nil {
			return err
		}
	}
	if spec.Match.Mark != nil {
		if err := ns.session.Require(ctx, "u32_mark"); err != nil {
			return err
		}
	}
	var m rtnl.Batch
	words, err := spec.message(&m, index, to)
	if err != nil {
		return err
	}
	command := "tc filter add dev " + l.Device() + " " + filterPlace(spec.Parent)
	return ns.session.step(ctx, ns, command+" "+words, func() error {
		err := ns.conn.Do(&m)
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.ENODEV):
			return &Error{Thing: l.thing(), Err: err}
		case isErrno(err, unix.EEXIST):
			return &Error{Thing: fmt.Sprintf("%s filter of prio %d of %s", spec.Kind, spec.Prio, l.thing()), Err: err}
		}
		if e := l.placeIsThere(spec.Parent); e != nil {
			return e
		}
		if lack := ns.session.lacks(ctx, err, spec.features()...); lack != nil {
			return lack
		}
		return &Error{Thing: spec.Kind + " filter of " + l.thing(), Err: err}
	})
}

// filterPlace is where a filter is, as tc reads it.
func filterPlace(parent TCHandle) string {
	if parent == TCIngress || parent == TCEgress {
		return parent.String()
	}
	return "parent " + parent.String()
}

// placeIsThere reports the qdisc that a filter's place is missing: the kernel
// says EINVAL to it, as to much else.
func (l *Link) placeIsThere(parent TCHandle) error {
	list, err := l.Qdiscs()
	if err != nil {
		return err
	}
	for _, q := range list {
		switch {
		case q.Handle == parent.Major():
			return nil
		case q.Parent == TCIngress && (parent == TCIngress || parent == TCEgress && q.Kind == "clsact"):
			return nil
		}
	}
	if parent == TCIngress || parent == TCEgress {
		return refuse(l.thing(), "has no place for filters at %s: make it with qdisc(…, \"clsact\")", parent)
	}
	return &Error{Thing: "qdisc " + parent.Major().String() + " of " + l.thing(), Err: unix.ENOENT}
}

// features are those that the filter needs.
func (f *FilterSpec) features() []string {
	need := []string{f.Kind}
	switch f.Action {
	case "drop", "pass":
		need = append(need, "gact")
	case "mirror", "redirect":
		need = append(need, "mirred")
	case "police":
		need = append(need, "police")
	}
	return need
}

// check refuses what is no filter, or one that the kind cannot be.
func (f *FilterSpec) check() error {
	m := &f.Match
	_, known := etherTypes[f.Protocol]
	sends := f.Action == "mirror" || f.Action == "redirect"
	switch {
	case f.Protocol != "" && !known:
		return refuse("protocol "+quote(f.Protocol), "is unknown")
	case f.FlowID == 0 && f.Action == "":
		return refuse("flowid", "is missing, or action: what becomes of the packets")
	case f.FlowID != 0 && f.FlowID.Minor() == 0:
		return refuse("flowid", "is %s, which is a qdisc: write %s", f.FlowID, quote(f.FlowID.String()+"10"))
	case sends && f.To == nil:
		return missing("to", "the link that action "+quote(f.Action)+" sends packets to")
	case !sends && f.To != nil:
		return refuse("to", "belongs to the actions \"mirror\" and \"redirect\"")
	case f.Action == "police" && (f.Rate == 0 || f.Burst == 0):
		return missing("rate", "action \"police\" drops what exceeds rate and burst, so it needs both")
	case f.Action != "police" && (f.Rate != 0 || f.Burst != 0):
		return refuse("rate", "and burst belong to action \"police\"")
	case m.Source.IsValid() && m.Dest.IsValid() && m.Source.Addr().Is4() != m.Dest.Addr().Is4():
		return refuse("source", "is %s, of another family than dest, %s", m.Source, m.Dest)
	case (m.Sport != 0 || m.Dport != 0) && m.Proto != IPProtocols["tcp"] && m.Proto != IPProtocols["udp"]:
		return refuse("proto", "must be \"tcp\" or \"udp\" where a port is matched")
	}
	for _, o := range []struct {
		name  string
		given bool
		kinds string
	}{
		{"source", m.Source.IsValid(), "u32 flower"}, {"dest", m.Dest.IsValid(), "u32 flower"}, {"proto", m.Proto != 0, "u32 flower"},
		{"dscp", m.DSCP != nil, "u32 flower"}, {"mark", m.Mark != nil, "u32"},
		{"src_mac", m.SrcMAC != nil, "flower"}, {"dst_mac", m.DstMAC != nil, "flower"}, {"vlan_id", m.VLAN != nil, "flower"},
	} {
		if o.given && !strings.Contains(o.kinds, f.Kind) {
			return refuse(o.name, "is nothing that kind %s looks at: %s does", quote(f.Kind), strings.Join(strings.Fields(o.kinds), " or "))
		}
	}
	return f.settle()
}

// settle decides the protocol by what is matched.
func (f *FilterSpec) settle() error {
	inner := f.family()
	above := f.Match.Proto != 0 || f.Match.DSCP != nil
	switch {
	case inner == "" && above && f.Protocol != "ip" && f.Protocol != "ipv6":
		return missing("protocol", "\"ip\" or \"ipv6\", since no address tells which one is meant")
	case f.Match.VLAN != nil && f.Protocol == "":
		f.Protocol = "802.1q"
	case f.Match.VLAN != nil && f.Protocol != "802.1q":
		return refuse("protocol", "is %s: that of frames with a VLAN is \"802.1q\"", quote(f.Protocol))
	case f.Match.VLAN != nil:
	case f.Protocol == "" && inner == "":
		f.Protocol = "all"
	case f.Protocol == "":
		f.Protocol = inner
	case inner != "" && f.Protocol != inner:
		return refuse("protocol", "is %s, but the addresses are %s", quote(f.Protocol), inner)
	}
	return nil
}

// family is the protocol that the addresses tell, "" if there are none.
func (f *FilterSpec) family() string {
	for _, p := range []netip.Prefix{f.Match.Source, f.Match.Dest} {
		switch {
		case !p.IsValid():
		case p.Addr().Is4():
			return "ip"
		default:
			return "ipv6"
		}
	}
	return ""
}

// message writes the request for the filter, and says it as tc reads it. to
// is the index of the link that packets are sent to.
func (f *FilterSpec) message(m *rtnl.Batch, index, to int32) (words string, err error) {
	protocol := etherTypes[f.Protocol]
	m.Begin(unix.RTM_NEWTFILTER, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	m.Raw(tcmsg(index, 0, f.Parent, uint32(f.Prio)<<16|uint32(bits.ReverseBytes16(protocol))))
	m.Str(nl.TCA_KIND, f.Kind)
	at := m.Nest(nl.TCA_OPTIONS)
	list := []string{"protocol " + f.Protocol}
	if f.Prio != 0 {
		list = append(list, fmt.Sprintf("prio %d", f.Prio))
	}
	list = append(list, f.Kind)
	classID, action := uint16(nl.TCA_U32_CLASSID), uint16(nl.TCA_U32_ACT)
	switch f.Kind {
	case "u32":
		list = append(list, f.putU32(m)...)
	case "flower":
		classID, action = nl.TCA_FLOWER_CLASSID, nl.TCA_FLOWER_ACT
		list = append(list, f.putFlower(m, protocol)...)
	case "matchall":
		classID, action = nl.TCA_MATCHALL_CLASSID, nl.TCA_MATCHALL_ACT
	default:
		return "", refuse("filter kind "+quote(f.Kind), "is unknown")
	}
	if f.FlowID != 0 {
		m.U32(classID, uint32(f.FlowID))
		list = append(list, "flowid "+f.FlowID.String())
	}
	if f.Action != "" {
		f.putAction(m, action, to)
		list = append(list, "action "+f.actionWords())
	}
	m.Unnest(at)
	return strings.Join(list, " "), nil
}
