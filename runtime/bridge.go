package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// BridgeOptions says what a bridge shall be like. Nil and zero leave the
// kernel's default.
type BridgeOptions struct {
	Name                        string // "" for br0, br1 …
	MAC                         net.HardwareAddr
	MTU                         int
	Addrs                       []netip.Prefix
	Down                        bool
	STP, Snooping, VLANs        *bool
	Querier                     *bool
	Priority                    *int
	DefaultPVID                 *int   // as the following, only where VLANs are told apart
	VLANProtocol                string // "802.1Q", "802.1ad", "" for the kernel's default
	ForwardDelay, Hello, MaxAge *time.Duration
	Ageing                      *time.Duration
}

// Bridge makes a bridge. Frames that it carries do not pass the namespace's
// ip and arp hooks, unlike a bare kernel's (bridge-nf-call-* are 0).
func (s *Session) Bridge(ctx context.Context, ns *Namespace, opt BridgeOptions) (*Link, error) {
	if err := s.own(ns); err != nil {
		return nil, err
	}
	if err := opt.check(); err != nil {
		return nil, err
	}
	defaulted := opt.Name == ""
	if defaulted {
		opt.Name = ns.defaultName("br", "")
	}
	if opt.MAC == nil {
		// The bridge's own: otherwise it takes the lowest of its ports', and
		// looking through them makes each port dearer than the one before.
		opt.MAC = s.mac(ns.Name, opt.Name)
	}
	late := ns.stayDown(opt.Name, &opt.Down)
	attrs, words := bridgeAttrs(opt)
	l := newLink(ns, ns.nextIndex(), opt.Name)
	equiv := fmt.Sprintf("ip link add name %s address %s%s type bridge%s", l.kernel, opt.MAC, mtuWords(opt.birthMTU()), words)
	equiv += altWords(ns.Name, l.kernel, l.name)
	if opt.MTU != 0 {
		equiv += fmt.Sprintf("; ip -n %s link set %s%s", ns.Name, l.kernel, mtuWords(opt.MTU))
	}
	if !opt.Down {
		equiv += fmt.Sprintf("; ip -n %s link set %s up", ns.Name, l.kernel)
	}
	st := s.journal.begin(ctx, ns.Name, equiv)
	err := s.journal.run(st, func() error {
		off, err := ns.quietBridges()
		if err != nil {
			return err
		}
		if len(off) > 0 {
			s.journal.also(st, "ip netns exec "+ns.Name+" sysctl -qw "+strings.Join(off, " "))
		}
		err = createLinks(func() error {
			if err := createBridge(ns, l, opt, attrs); err != nil {
				if opt.VLANs != nil && *opt.VLANs && isErrno(err, unix.EOPNOTSUPP) {
					return lacksFeature("vlan_filtering")
				}
				return &Error{Thing: linkThing(opt.Name, ns), Err: err}
			}
			return nil
		}, l)
		if err != nil {
			return err
		}
		if err := l.addAltName(); err != nil {
			l.remove()
			return err
		}
		return nil
	})
	if err != nil {
		if defaulted {
			ns.untake(opt.Name)
		}
		return nil, err
	}
	ns.take(opt.Name)
	l.asks(!opt.Down, opt.MTU)
	if !opt.Down {
		ns.await(l.index)
	}
	if err = l.wake(ctx, late); err == nil {
		err = l.AddAddrs(ctx, AddrOptions{}, opt.Addrs...)
	}
	if err != nil {
		_ = l.Delete(context.WithoutCancel(ctx)) // the first error is the one to tell
		return nil, err
	}
	return l, nil
}

func createBridge(ns *Namespace, l *Link, opt BridgeOptions, attrs func(*rtnl.Batch)) error {
	var m rtnl.Batch
	m.Begin(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	up := upFlag(!opt.Down)
	m.Ifinfo(unix.AF_UNSPEC, l.index, up, up)
	m.Str(unix.IFLA_IFNAME, l.kernel)
	m.Attr(unix.IFLA_ADDRESS, opt.MAC)
	if mtu := opt.birthMTU(); mtu != 0 {
		m.U32(unix.IFLA_MTU, uint32(mtu))
	}
	info := m.Nest(unix.IFLA_LINKINFO)
	m.Attr(unix.IFLA_INFO_KIND, []byte("bridge"))
	data := m.Nest(unix.IFLA_INFO_DATA)
	attrs(&m)
	m.Unnest(data)
	m.Unnest(info)
	if err := ns.conn.Do(&m); err != nil || opt.MTU == 0 {
		return err
	}
	return l.lateMTU(opt.MTU)
}

// birthMTU is the mtu to make a bridge with, 0 for the kernel's own. A bridge
// keeps its mtu, rather than follow its ports, only if it was changed after
// the bridge was made: so it must be another one at first.
func (opt *BridgeOptions) birthMTU() int {
	if opt.MTU == defaultMTU {
		return defaultMTU - 1
	}
	return 0
}

// defaultMTU is what the kernel gives a bridge.
const defaultMTU = 1500

// check refuses what no bridge can be like.
func (opt *BridgeOptions) check() error {
	if opt.Priority != nil && (*opt.Priority < 0 || *opt.Priority > 65535) {
		return refuse(fmt.Sprintf("priority %d", *opt.Priority), "is out of range: 0 to 65535")
	}
	for _, d := range []struct {
		word string
		v    *time.Duration
	}{{"forward delay", opt.ForwardDelay}, {"hello time", opt.Hello}, {"max age", opt.MaxAge}, {"ageing time", opt.Ageing}} {
		if d.v != nil && (*d.v < 0 || *d.v > 1e6*time.Second) {
			return refuse(d.word+" "+d.v.String(), "is out of range: 0 to 1,000,000 seconds")
		}
	}
	if err := checkMTU(opt.MTU); err != nil {
		return err
	}
	if err := checkMAC(opt.MAC); err != nil {
		return err
	}
	if opt.Name == "" {
		return nil
	}
	return checkLinkName(opt.Name)
}

// bridgeAttrs are the bridge's own attributes and the words for them.
func bridgeAttrs(opt BridgeOptions) (func(*rtnl.Batch), string) {
	var words strings.Builder
	var todo []func(*rtnl.Batch)
	add := func(f func(*rtnl.Batch), format string, args ...any) {
		todo = append(todo, f)
		fmt.Fprintf(&words, format, args...)
	}
	flag := func(typ uint16, wide bool, word string, v *bool) {
		if v == nil {
			return
		}
		n := map[bool]uint32{true: 1}[*v]
		add(func(m *rtnl.Batch) {
			if wide {
				m.U32(typ, n)
			} else {
				m.U8(typ, uint8(n))
			}
		}, " %s %d", word, n)
	}
	span := func(typ uint16, word string, v *time.Duration) {
		if v != nil {
			n := uint32(*v / (10 * time.Millisecond)) // the kernel counts hundredths of a second
			add(func(m *rtnl.Batch) { m.U32(typ, n) }, " %s %d", word, n)
		}
	}
	flag(unix.IFLA_BR_STP_STATE, true, "stp_state", opt.STP)
	flag(unix.IFLA_BR_MCAST_SNOOPING, false, "mcast_snooping", opt.Snooping)
	flag(unix.IFLA_BR_MCAST_QUERIER, false, "mcast_querier", opt.Querier)
	flag(unix.IFLA_BR_VLAN_FILTERING, false, "vlan_filtering", opt.VLANs)
	if opt.DefaultPVID != nil {
		n := uint16(*opt.DefaultPVID)
		add(func(m *rtnl.Batch) { m.U16(unix.IFLA_BR_VLAN_DEFAULT_PVID, n) }, " vlan_default_pvid %d", n)
	}
	if n, ok := vlanProtocols[opt.VLANProtocol]; ok {
		add(func(m *rtnl.Batch) { m.Attr(unix.IFLA_BR_VLAN_PROTOCOL, binary.BigEndian.AppendUint16(nil, n)) }, " vlan_protocol %s", opt.VLANProtocol)
	}
	if opt.Priority != nil {
		n := uint16(*opt.Priority)
		add(func(m *rtnl.Batch) { m.U16(unix.IFLA_BR_PRIORITY, n) }, " priority %d", n)
	}
	span(unix.IFLA_BR_FORWARD_DELAY, "forward_delay", opt.ForwardDelay)
	span(unix.IFLA_BR_HELLO_TIME, "hello_time", opt.Hello)
	span(unix.IFLA_BR_MAX_AGE, "max_age", opt.MaxAge)
	span(unix.IFLA_BR_AGEING_TIME, "ageing_time", opt.Ageing)
	return func(m *rtnl.Batch) {
		for _, f := range todo {
			f(m)
		}
	}, words.String()
}

// quietBridges switches off, once and before the first bridge, the hooks that
// send bridged frames through a namespace's ip rules. It returns what it
// wrote, as key=value.
func (ns *Namespace) quietBridges() ([]string, error) {
	ns.mu.Lock()
	done := ns.bridged || ns.bare
	ns.mu.Unlock()
	if done {
		return nil, nil
	}
	var wrote []string
	err := ns.thread.do(func() (err error) { wrote, err = hooksOff(); return err })
	if err != nil {
		return nil, &Error{Thing: "sysctl net.bridge in " + ns.Name, Err: err}
	}
	ns.mu.Lock()
	ns.bridged = true
	ns.mu.Unlock()
	return wrote, nil
}

// hooksOff switches the hooks off in the namespace of the thread it runs on.
func hooksOff() (wrote []string, err error) {
	for _, key := range []string{"iptables", "ip6tables", "arptables"} {
		path := "net/bridge/bridge-nf-call-" + key
		// Without br_netfilter in the kernel there is nothing to switch off.
		if err := writeSysctl(path, "0"); errors.Is(err, unix.ENOENT) {
			continue
		} else if err != nil {
			return nil, err
		}
		wrote = append(wrote, sysctlKey(path)+"=0")
	}
	return wrote, nil
}

func mtuWords(mtu int) string {
	if mtu == 0 {
		return ""
	}
	return fmt.Sprintf(" mtu %d", mtu)
}
