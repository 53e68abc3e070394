package runtime

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// neighState is the state of an entry by iproute2's name.
var neighState = map[string]uint16{
	"permanent": unix.NUD_PERMANENT, "reachable": unix.NUD_REACHABLE, "stale": unix.NUD_STALE, "noarp": unix.NUD_NOARP, "delay": unix.NUD_DELAY, "probe": unix.NUD_PROBE,
}

// A NeighSpec is an entry of a neighbour table as a script asks for it.
type NeighSpec struct {
	IP      netip.Addr
	MAC     net.HardwareAddr
	State   string // as iproute2 names it
	Router  bool   // IPv6: the neighbour is a router
	Proxy   bool   // an address that the link answers for; of an entry that has neither MAC nor state
	Replace bool   // an entry that is there is changed
}

// AddNeigh gives a link the link-layer address of a neighbour, or an address
// to answer for.
func (l *Link) AddNeigh(ctx context.Context, n NeighSpec) error {
	verb, flags := "add", uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	if n.Replace {
		verb, flags = "replace", unix.NLM_F_CREATE|unix.NLM_F_REPLACE
	}
	if n.Proxy {
		// The kernel does not tell whether it had one.
		if has, err := l.hasProxy(n.IP); err != nil || has && !n.Replace {
			if err == nil {
				err = l.neighError(n, unix.EEXIST)
			}
			return err
		}
		return l.changeNeigh(ctx, verb, n, unix.RTM_NEWNEIGH, flags, unix.NUD_PERMANENT)
	}
	nud, ok := neighState[n.State]
	if !ok {
		return refuse("neighbour state "+quote(n.State), "is unknown")
	}
	return l.changeNeigh(ctx, verb, n, unix.RTM_NEWNEIGH, flags, nud)
}

// DelNeigh removes an entry of the link's neighbour table, or an address that
// it answers for.
func (l *Link) DelNeigh(ctx context.Context, ip netip.Addr, proxy bool) error {
	return l.changeNeigh(ctx, "del", NeighSpec{IP: ip, Proxy: proxy}, unix.RTM_DELNEIGH, 0, 0)
}

func (l *Link) hasProxy(ip netip.Addr) (bool, error) {
	ns, index := l.where()
	list, err := ns.dumpNeighs(index, unix.NTF_PROXY)
	if err != nil {
		return false, ns.tableError("neighbours", err)
	}
	return slices.ContainsFunc(list, func(n Neigh) bool { return n.Proxy && n.IP == ip }), nil
}

// FlushNeighs removes what the link's neighbour table has learned.
func (l *Link) FlushNeighs(ctx context.Context) error {
	ns, index := l.where()
	return ns.session.step(ctx, ns, "ip neigh flush dev "+l.Device(), func() error {
		if _, err := l.State(); err != nil {
			return err
		}
		list, err := ns.Neighs(l)
		if err != nil {
			return err
		}
		for _, n := range list {
			if n.Proxy || n.State == "PERMANENT" {
				continue
			}
			var m rtnl.Batch
			NeighSpec{IP: n.IP}.message(&m, index, unix.RTM_DELNEIGH, 0, 0)
			if err := ns.conn.Do(&m); err != nil && !isErrno(err, unix.ENOENT) { // it went by itself
				return &Error{Thing: fmt.Sprintf("neighbour %s of %s", n.IP, l.thing()), Err: err}
			}
		}
		return nil
	})
}

func (n NeighSpec) message(m *rtnl.Batch, index int32, typ, flags, state uint16) {
	head := binary.NativeEndian.AppendUint32([]byte{familyOf(n.IP), 0, 0, 0}, uint32(index))
	head = binary.NativeEndian.AppendUint16(head, state)
	var bits uint8
	if n.Proxy {
		bits |= unix.NTF_PROXY
	}
	if n.Router {
		bits |= unix.NTF_ROUTER
	}
	m.Begin(typ, flags)
	m.Raw(append(head, bits, 0))
	m.Attr(unix.NDA_DST, n.IP.AsSlice())
	if n.MAC != nil {
		m.Attr(unix.NDA_LLADDR, n.MAC)
	}
}

// words are the entry as iproute2 takes it.
func (n NeighSpec) words(dev string) string {
	w := n.IP.String()
	if n.Proxy {
		w = "proxy " + w
	}
	if n.MAC != nil {
		w += " lladdr " + n.MAC.String()
	}
	w += " dev " + dev
	if n.State != "" && !n.Proxy {
		w += " nud " + n.State
	}
	if n.Router {
		w += " router"
	}
	return w
}

func (l *Link) changeNeigh(ctx context.Context, verb string, n NeighSpec, typ, flags, state uint16) error {
	ns, index := l.where()
	var m rtnl.Batch
	n.message(&m, index, typ, flags, state)
	return ns.session.step(ctx, ns, fmt.Sprintf("ip neigh %s %s", verb, n.words(l.Device())), func() error {
		if err := ns.conn.Do(&m); err != nil {
			return l.neighError(n, err)
		}
		if state == unix.NUD_PERMANENT && !n.Proxy {
			ns.session.counted(-1)
		}
		return nil
	})
}

// neighError says which neighbour was refused.
func (l *Link) neighError(n NeighSpec, err error) error {
	e := &Error{Thing: fmt.Sprintf("neighbour %s of %s", n.IP, l.thing()), Err: err}
	switch {
	case isErrno(err, unix.ENODEV):
		e.Thing = l.thing()
	case n.Proxy:
		e.Thing = "proxy " + e.Thing
	}
	if isErrno(err, unix.EEXIST) {
		e.Hint = "replace = True changes it"
	}
	return e
}
