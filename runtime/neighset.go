package runtime

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// neighState is the state of an entry by iproute2's name.
var neighState = map[string]uint16{"permanent": unix.NUD_PERMANENT, "reachable": unix.NUD_REACHABLE, "stale": unix.NUD_STALE, "noarp": unix.NUD_NOARP}

// AddNeigh gives a link the link-layer address of a neighbour. An entry that
// is there is changed if replace is set, else it is an error.
func (l *Link) AddNeigh(ctx context.Context, ip netip.Addr, mac net.HardwareAddr, state string, replace bool) error {
	verb, flags := "add", uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	if replace {
		verb, flags = "replace", unix.NLM_F_CREATE|unix.NLM_F_REPLACE
	}
	nud, ok := neighState[state]
	if !ok {
		return refuse("neighbour state "+quote(state), "is unknown")
	}
	words := fmt.Sprintf("lladdr %s dev %s nud %s", mac, l.Device(), state)
	return l.changeNeigh(ctx, verb, words, ip, unix.RTM_NEWNEIGH, flags, nud, func(m *rtnl.Batch) { m.Attr(unix.NDA_LLADDR, mac) })
}

// DelNeigh removes an entry of the link's neighbour table.
func (l *Link) DelNeigh(ctx context.Context, ip netip.Addr) error {
	return l.changeNeigh(ctx, "del", "dev "+l.Device(), ip, unix.RTM_DELNEIGH, 0, 0, func(*rtnl.Batch) {})
}

func (l *Link) changeNeigh(ctx context.Context, verb, words string, ip netip.Addr, typ, flags, state uint16, more func(*rtnl.Batch)) error {
	ns, index := l.where()
	head := binary.NativeEndian.AppendUint32([]byte{familyOf(ip), 0, 0, 0}, uint32(index))
	head = binary.NativeEndian.AppendUint16(head, state)
	var m rtnl.Batch
	m.Begin(typ, flags)
	m.Raw(append(head, 0, 0))
	m.Attr(unix.NDA_DST, ip.AsSlice())
	more(&m)
	return ns.session.step(ctx, ns, fmt.Sprintf("ip neigh %s %s %s", verb, ip, words), func() error {
		err := ns.conn.Do(&m)
		thing := fmt.Sprintf("neighbour %s of %s", ip, l.thing())
		switch {
		case err == nil:
			if state == unix.NUD_PERMANENT {
				ns.session.counted(-1)
			}
			return nil
		case isErrno(err, unix.ENODEV):
			return &Error{Thing: l.thing(), Err: err}
		case isErrno(err, unix.EEXIST):
			return &Error{Thing: thing, Err: err, Hint: "replace = True changes it"}
		}
		return &Error{Thing: thing, Err: err}
	})
}
