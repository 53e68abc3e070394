package runtime

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A VLANRange is one VLAN of a bridge's port, or some in a row, with the same
// properties.
type VLANRange struct {
	Range
	PVID, Untagged bool
}

// A VLAN is one of those that a port of a bridge, or the bridge itself, is in.
type VLAN struct {
	VID            int
	PVID, Untagged bool
}

// Of linux/if_bridge.h, which x/sys/unix lacks.
const (
	iflaBridgeFlags, iflaBridgeVLANInfo        = 0, 2
	bridgeFlagsSelf                            = 2
	vlanPVID, vlanUntagged, vlanBegin, vlanEnd = 2, 4, 8, 16
	rtextFilterBRVLAN                          = 2
	lowestVLAN, highestVLAN                    = 1, 4094
)

// vlanProtocols are the tags that a bridge can heed.
var vlanProtocols = map[string]uint16{"802.1Q": unix.ETH_P_8021Q, "802.1ad": unix.ETH_P_8021AD}

// AddVLANs puts a port of a bridge, or the bridge itself, into VLANs.
func (l *Link) AddVLANs(ctx context.Context, v VLANRange) error {
	return l.changeVLANs(ctx, "add", unix.RTM_SETLINK, v)
}

// DelVLANs takes it out of them.
func (l *Link) DelVLANs(ctx context.Context, v VLANRange) error {
	return l.changeVLANs(ctx, "del", unix.RTM_DELLINK, VLANRange{Range: v.Range})
}

func (l *Link) changeVLANs(ctx context.Context, verb string, typ uint16, v VLANRange) error {
	thing := fmt.Sprintf("vlan %s of %s", v, l.thing())
	if v.Low < lowestVLAN || v.High > highestVLAN || v.Low > v.High {
		return refuse(thing, "is out of range: %d to %d", lowestVLAN, highestVLAN)
	}
	if v.PVID && v.Low != v.High {
		return refuse(thing, "cannot be the pvid, which is one")
	}
	st, err := l.State()
	if err != nil {
		return err
	}
	if st.Port == nil && st.Kind != "bridge" {
		return refuse(l.thing(), "is neither a bridge nor a port of one")
	}
	ns, index := l.where()
	words := fmt.Sprintf("bridge vlan %s dev %s vid %s", verb, l.Device(), v)
	var m rtnl.Batch
	m.Begin(typ, 0)
	m.Ifinfo(unix.AF_BRIDGE, index, 0, 0)
	at := m.Nest(unix.IFLA_AF_SPEC)
	flags := uint16(0)
	if v.PVID {
		flags, words = flags|vlanPVID, words+" pvid"
	}
	if v.Untagged {
		flags, words = flags|vlanUntagged, words+" untagged"
	}
	if st.Kind == "bridge" {
		m.U16(iflaBridgeFlags, bridgeFlagsSelf)
		words += " self"
	}
	info := func(flags uint16, vid uint32) {
		m.Attr(iflaBridgeVLANInfo, binary.NativeEndian.AppendUint16(binary.NativeEndian.AppendUint16(nil, flags), uint16(vid)))
	}
	if v.Low == v.High {
		info(flags, v.Low)
	} else {
		info(flags|vlanBegin, v.Low)
		info(flags|vlanEnd, v.High)
	}
	m.Unnest(at)
	return ns.session.step(ctx, ns, words, func() error {
		if verb == "del" { // the kernel says nothing of what is none
			has, err := l.VLANs()
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(has, func(x VLAN) bool { return x.VID >= int(v.Low) && x.VID <= int(v.High) }) {
				return &Error{Thing: thing, Err: unix.ENOENT}
			}
		}
		err := ns.conn.Do(&m)
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.EOPNOTSUPP):
			return lacksFeature("vlan_filtering")
		}
		return &Error{Thing: thing, Err: err}
	})
}

// VLANs are those that the link, a bridge or a port of one, is in; none for
// any other.
func (l *Link) VLANs() ([]VLAN, error) {
	if _, err := l.State(); err != nil {
		return nil, err
	}
	ns, index := l.where()
	var b rtnl.Batch
	b.Begin(unix.RTM_GETLINK, 0)
	b.Ifinfo(unix.AF_BRIDGE, 0, 0, 0)
	b.U32(unix.IFLA_EXT_MASK, rtextFilterBRVLAN)
	var list []VLAN
	err := ns.conn.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
		if typ == unix.RTM_NEWLINK && len(p) >= unix.SizeofIfInfomsg && int32(rtnl.Attr{Data: p[4:]}.U32()) == index {
			list = append(list, parseVLANs(p[unix.SizeofIfInfomsg:])...)
		}
	})
	if err != nil {
		return nil, ns.tableError("VLANs", err)
	}
	slices.SortFunc(list, func(a, b VLAN) int { return cmp.Compare(a.VID, b.VID) })
	return list, nil
}

// parseVLANs reads the VLANs among the attributes of a link.
func parseVLANs(p []byte) (list []VLAN) {
	for a := range rtnl.Attrs(p) {
		if a.Type != unix.IFLA_AF_SPEC {
			continue
		}
		for info := range rtnl.Attrs(a.Data) {
			if info.Type == iflaBridgeVLANInfo && len(info.Data) >= 4 {
				flags := info.U16()
				list = append(list, VLAN{VID: int(rtnl.Attr{Data: info.Data[2:]}.U16()), PVID: flags&vlanPVID != 0, Untagged: flags&vlanUntagged != 0})
			}
		}
	}
	return list
}
