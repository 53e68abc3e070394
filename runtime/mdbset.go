package runtime

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An MDBSpec is an entry of a bridge's multicast database as a script asks for
// it.
type MDBSpec struct {
	Port   *Link // of the bridge, or the bridge itself
	Group  netip.Addr
	MAC    net.HardwareAddr // in place of Group
	Source netip.Addr       // invalid for any
	VLAN   int
	State  string // "permanent", "temp"; "" for the usual one, and to remove whichever it is
}

// Of linux/if_bridge.h, which x/sys/unix lacks.
const (
	mdbaSetEntry, mdbaSetEntryAttrs, mdbeAttrSource = 1, 2, 1
	sizeofMDBEntry                                  = 28
	sizeofBrPortMsg                                 = 8
)

var mdbStates = map[string]uint8{"temp": 0, "permanent": 1}

// group is what the entry is for, in words.
func (e *MDBSpec) group() string {
	if e.MAC != nil {
		return e.MAC.String()
	}
	return e.Group.String()
}

// AddMDB adds an entry to the multicast database of the link, a bridge.
func (l *Link) AddMDB(ctx context.Context, e MDBSpec) error {
	host := e.Port.is(l)
	switch {
	case host && e.State == "permanent":
		return refuse(fmt.Sprintf("multicast entry %s of %s", e.group(), l.thing()), "cannot be permanent: the kernel keeps groups of the bridge itself as %s only", quote("temp"))
	case host:
		e.State = "temp"
	case e.State == "":
		e.State = "permanent"
	}
	return l.changeMDB(ctx, "add", unix.RTM_NEWMDB, unix.NLM_F_CREATE|unix.NLM_F_EXCL, e)
}

// DelMDB removes one.
func (l *Link) DelMDB(ctx context.Context, e MDBSpec) error {
	return l.changeMDB(ctx, "del", unix.RTM_DELMDB, 0, e)
}

func (l *Link) changeMDB(ctx context.Context, verb string, typ, flags uint16, e MDBSpec) error {
	thing := fmt.Sprintf("multicast entry %s of %s", e.group(), l.thing())
	if e.Port.Namespace() != l.Namespace() {
		return refuse(e.Port.thing(), "is in another namespace than %s", l.thing())
	}
	if e.MAC == nil && !e.Group.IsMulticast() {
		return refuse(thing, "is no multicast group")
	}
	if e.Source.IsValid() && (e.MAC != nil || e.Source.Is4() != e.Group.Is4()) {
		return refuse(thing, "cannot have source %s, which is of another family", e.Source)
	}
	if _, ok := mdbStates[e.State]; !ok && e.State != "" {
		return refuse("state "+quote(e.State), "is unknown")
	}
	if st, err := l.State(); err != nil {
		return err
	} else if st.Kind != "bridge" {
		return refuse(l.thing(), "is no bridge")
	}
	ns, index := l.where()
	words := fmt.Sprintf("bridge mdb %s dev %s port %s grp %s", verb, l.Device(), e.Port.Device(), e.group())
	if e.Source.IsValid() {
		words += " src " + e.Source.String()
	}
	if e.State != "" {
		words += " " + e.State
	}
	if e.VLAN != 0 {
		words += fmt.Sprintf(" vid %d", e.VLAN)
	}
	var m rtnl.Batch
	m.Begin(typ, flags)
	m.Raw(binary.NativeEndian.AppendUint32([]byte{unix.AF_BRIDGE, 0, 0, 0}, uint32(index)))
	e.message(&m)
	return ns.session.step(ctx, ns, words, func() error {
		// The kernel switches a new port on in the background.
		if err := ns.session.Ready(ctx); err != nil {
			return err
		}
		err := ns.conn.Do(&m)
		if err != nil && verb == "del" && !l.hasMDB(e) {
			err = unix.ENOENT // the kernel's own word is that it is invalid
		}
		if err != nil {
			return &Error{Thing: thing, Err: err}
		}
		return nil
	})
}

// hasMDB reports whether the bridge has the entry, or whether that is not known.
func (l *Link) hasMDB(e MDBSpec) bool {
	list, err := l.MDBs()
	return err != nil || slices.ContainsFunc(list, func(have MDB) bool {
		return !have.Router && have.index == int32(e.Port.Index()) && have.Group == e.Group && bytes.Equal(have.MAC, e.MAC) && have.Source == e.Source && have.VLAN == e.VLAN
	})
}

func (e *MDBSpec) message(m *rtnl.Batch) {
	b := make([]byte, sizeofMDBEntry)
	binary.NativeEndian.PutUint32(b, uint32(e.Port.Index()))
	b[4] = mdbStates[e.State]
	binary.NativeEndian.PutUint16(b[6:], uint16(e.VLAN))
	switch {
	case e.MAC != nil: // the protocol is none
		copy(b[8:], e.MAC)
	case e.Group.Is4():
		copy(b[8:], e.Group.AsSlice())
		binary.BigEndian.PutUint16(b[24:], unix.ETH_P_IP)
	default:
		copy(b[8:], e.Group.AsSlice())
		binary.BigEndian.PutUint16(b[24:], unix.ETH_P_IPV6)
	}
	m.Attr(mdbaSetEntry, b)
	if e.Source.IsValid() {
		at := m.Nest(mdbaSetEntryAttrs)
		m.Attr(mdbeAttrSource, e.Source.AsSlice())
		m.Unnest(at)
	}
}
