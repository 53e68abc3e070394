package runtime

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An FDBSpec is an entry of a forwarding database as a script asks for it.
type FDBSpec struct {
	MAC                 net.HardwareAddr
	Master              *bool  // whether it is of the port's bridge or of the link itself; nil for what the link is
	State               string // "permanent", "static", "dynamic"; "" for the usual one
	VLAN                int
	Sticky, ExternLearn bool
	Dst                 netip.Addr // of a VXLAN's entry, as the following
	VNI, SrcVNI         *int
	Port, NHID          int
	Via                 *Link
	Replace, Append     bool
}

// Attributes and flags of linux/neighbour.h that x/sys/unix lacks.
const (
	ndaNHID   = 13
	ntfSticky = 0x40
)

// fdbStates are the states of an entry by iproute2's name.
var fdbStates = map[string]uint16{"permanent": unix.NUD_NOARP | unix.NUD_PERMANENT, "static": unix.NUD_NOARP | unix.NUD_REACHABLE, "dynamic": unix.NUD_REACHABLE}

// ofVXLAN reports whether f says where a VXLAN sends frames.
func (f *FDBSpec) ofVXLAN() bool {
	return f.Dst.IsValid() || f.VNI != nil || f.SrcVNI != nil || f.Port != 0 || f.NHID != 0 || f.Via != nil
}

// AddFDB adds an entry to the forwarding database of the bridge that the link
// is a port of, or of the link itself.
func (l *Link) AddFDB(ctx context.Context, f FDBSpec) error {
	verb, flags := "add", uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	switch {
	case f.Replace:
		verb, flags = "replace", unix.NLM_F_CREATE|unix.NLM_F_REPLACE
	case f.Append:
		verb, flags = "append", unix.NLM_F_CREATE|unix.NLM_F_APPEND
	}
	if _, ok := fdbStates[f.State]; !ok && f.State != "" {
		return refuse("state "+quote(f.State), "is unknown")
	}
	return l.changeFDB(ctx, verb, unix.RTM_NEWNEIGH, flags, f)
}

// DelFDB removes an entry of a forwarding database.
func (l *Link) DelFDB(ctx context.Context, f FDBSpec) error {
	return l.changeFDB(ctx, "del", unix.RTM_DELNEIGH, 0, f)
}

func (l *Link) changeFDB(ctx context.Context, verb string, typ, flags uint16, f FDBSpec) error {
	thing := fmt.Sprintf("forwarding entry %s of %s", f.MAC, l.thing())
	if err := l.checkFDB(&f, thing); err != nil {
		return err
	}
	if verb == "add" {
		if err := l.checkVLANs(&f, thing); err != nil {
			return err
		}
	}
	if f.State == "" && verb != "del" {
		f.State = "permanent"
		if *f.Master {
			f.State = "static" // permanent would make it the bridge's own address
		}
	}
	ns, index := l.where()
	var m rtnl.Batch
	m.Begin(typ, flags)
	f.message(&m, index)
	return ns.session.step(ctx, ns, fmt.Sprintf("bridge fdb %s %s", verb, f.words(l.Device())), func() error {
		// The kernel says nothing of a far end that was none.
		before, err := l.farEnds(verb == "del", f)
		if err != nil {
			return err
		}
		if err = ns.conn.Do(&m); err == nil && before >= 0 {
			after, e := l.farEnds(true, f)
			if e != nil {
				return e
			}
			if after == before {
				err = unix.ENOENT
			}
		}
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.EEXIST):
			return &Error{Thing: thing, Err: err, Hint: "replace = True changes it"}
		case isErrno(err, unix.EAFNOSUPPORT) && f.Dst.IsValid():
			return &Error{Thing: thing, Err: &reworded{Refusal("has a dst of another family than the VXLAN's own addresses: " + f.Dst.String()), err}}
		}
		return &Error{Thing: thing, Err: err}
	})
}

// checkFDB finds out whose entry it is, and refuses what the kernel would
// take and not heed.
func (l *Link) checkFDB(f *FDBSpec, thing string) error {
	st, err := l.State()
	if err != nil {
		return err
	}
	if f.Via != nil && f.Via.Namespace() != l.Namespace() {
		return refuse(f.Via.thing(), "is in another namespace than %s", l.thing())
	}
	if f.Master == nil {
		master := st.Port != nil && !f.ofVXLAN()
		f.Master = &master
	}
	switch bridges := *f.Master || st.Kind == "bridge"; {
	case *f.Master && st.Port == nil:
		return refuse(l.thing(), "is no port of a bridge")
	case f.ofVXLAN() && (*f.Master || st.Kind != "vxlan"):
		return refuse(thing, "has neither dst, vni, src_vni, port, nhid nor via: those are of a VXLAN's entries")
	case f.SrcVNI != nil && !st.is("external"):
		return refuse(thing, "has no src_vni: only a VXLAN with external = True is for many VNIs")
	case !bridges && f.Sticky:
		return refuse(thing, "cannot be sticky: only a bridge's are")
	case !bridges && f.VLAN != 0:
		return refuse(thing, "has no vlan: only a bridge's have")
	}
	return nil
}

// is reports whether the link's kind tells that it has an option.
func (st *LinkState) is(option string) bool {
	return slices.ContainsFunc(st.Settings(), func(s Setting) bool { return s.Name == option && s.N == 1 })
}

// checkVLANs refuses an entry for all VLANs that is there for one of them: the
// kernel would make those before it and then fail.
func (l *Link) checkVLANs(f *FDBSpec, thing string) error {
	st, err := l.State()
	if err != nil || f.VLAN != 0 || st.Kind != "bridge" && !*f.Master {
		return err
	}
	bridge := l
	if *f.Master {
		ns, _ := l.where()
		bridge = &Link{ns: ns, index: int32(st.Master)}
	}
	list, err := bridge.FDBs()
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(have FDB) bool { return have.Master == "" || !bytes.Equal(have.MAC, f.MAC) })
	if len(list) == 0 || slices.ContainsFunc(list, func(have FDB) bool { return have.VLAN == 0 }) {
		return nil // which the kernel refuses at once
	}
	vlans, err := l.VLANs()
	if err != nil {
		return err
	}
	for _, have := range list {
		if slices.ContainsFunc(vlans, func(v VLAN) bool { return v.VID == have.VLAN }) {
			return &Error{Thing: thing, Err: unix.EEXIST, Hint: fmt.Sprintf("it is there in VLAN %d; replace = True changes it", have.VLAN)}
		}
	}
	return nil
}

// farEnds is how many entries of a VXLAN have the address and the far end of f;
// -1 if that need not be known.
func (l *Link) farEnds(wanted bool, f FDBSpec) (int, error) {
	if !wanted || !f.Dst.IsValid() {
		return -1, nil
	}
	list, err := l.FDBs()
	n := 0
	for _, have := range list {
		if have.Dst == f.Dst && bytes.Equal(have.MAC, f.MAC) {
			n++
		}
	}
	return n, err
}

func (f *FDBSpec) message(m *rtnl.Batch, index int32) {
	flags := uint8(unix.NTF_SELF)
	if *f.Master {
		flags = unix.NTF_MASTER
	}
	if f.Sticky {
		flags |= ntfSticky
	}
	if f.ExternLearn {
		flags |= unix.NTF_EXT_LEARNED
	}
	head := binary.NativeEndian.AppendUint32([]byte{unix.AF_BRIDGE, 0, 0, 0}, uint32(index))
	// A removal needs a state, too: that which iproute2 sends.
	head = binary.NativeEndian.AppendUint16(head, fdbStates[cmp.Or(f.State, "permanent")])
	m.Raw(append(head, flags, 0))
	m.Attr(unix.NDA_LLADDR, f.MAC)
	if f.Dst.IsValid() {
		m.Attr(unix.NDA_DST, f.Dst.AsSlice())
	}
	if f.VLAN != 0 {
		m.U16(unix.NDA_VLAN, uint16(f.VLAN))
	}
	if f.VNI != nil {
		m.U32(unix.NDA_VNI, uint32(*f.VNI))
	}
	if f.SrcVNI != nil {
		m.U32(unix.NDA_SRC_VNI, uint32(*f.SrcVNI))
	}
	if f.Port != 0 {
		m.Attr(unix.NDA_PORT, binary.BigEndian.AppendUint16(nil, uint16(f.Port)))
	}
	if f.NHID != 0 {
		m.U32(ndaNHID, uint32(f.NHID))
	}
	if f.Via != nil {
		m.U32(unix.NDA_IFINDEX, uint32(f.Via.Index()))
	}
}

// words are the entry as iproute2 takes it.
func (f *FDBSpec) words(dev string) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s dev %s", f.MAC, dev)
	add := func(is bool, format string, args ...any) {
		if is {
			fmt.Fprintf(&w, " "+format, args...)
		}
	}
	add(*f.Master, "master")
	add(!*f.Master, "self")
	add(f.State != "", "%s", f.State)
	add(f.Sticky, "sticky")
	add(f.ExternLearn, "extern_learn")
	add(f.Dst.IsValid(), "dst %s", f.Dst)
	add(f.VLAN != 0, "vlan %d", f.VLAN)
	if f.SrcVNI != nil {
		add(true, "src_vni %d", *f.SrcVNI)
	}
	if f.VNI != nil {
		add(true, "vni %d", *f.VNI)
	}
	add(f.Port != 0, "port %d", f.Port)
	add(f.NHID != 0, "nhid %d", f.NHID)
	if f.Via != nil {
		add(true, "via %s", f.Via.Device())
	}
	return w.String()
}
