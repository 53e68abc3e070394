package runtime

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"wirelark/runtime/rtnl"
)

// XfrmStates reads the states, by destination, protocol and SPI.
func (ns *Namespace) XfrmStates() (list []XfrmState, err error) {
	err = ns.over(openXfrm, "xfrm states", func(c *rtnl.Conn) error {
		var b rtnl.Batch
		b.Begin(xfrmGetSA, 0)
		return c.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
			if typ == xfrmNewSA && len(p) >= sizeofXfrmState {
				list = append(list, parseXfrmState(p))
			}
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b XfrmState) int {
		return cmp.Or(a.Dest.Compare(b.Dest), strings.Compare(a.Proto, b.Proto), cmp.Compare(a.SPI, b.SPI), cmp.Compare(a.Mark.Value, b.Mark.Value))
	})
	return list, nil
}

// parseXfrmState reads a struct xfrm_usersa_info and its attributes.
func parseXfrmState(p []byte) (x XfrmState) {
	u32 := func(at int) uint32 { return binary.NativeEndian.Uint32(p[at:]) }
	u64 := func(at int) uint64 { return binary.NativeEndian.Uint64(p[at:]) }
	limit := func(at int) uint64 {
		if n := u64(at); n != math.MaxUint64 {
			return n
		}
		return 0
	}
	family := binary.NativeEndian.Uint16(p[212:])
	if sel := parseSelector(p); !sel.Any() {
		x.Sel = &sel
	}
	x.Dest, x.Source = addrIn(p[56:], family), addrIn(p[80:], family)
	x.SPI, x.Proto = binary.BigEndian.Uint32(p[72:]), nameOf(xfrmProtoNames, p[76])
	x.Limit = XfrmLimit{limit(96 + 24), limit(96 + 8), time.Duration(limit(96+40)) * time.Second}
	x.Bytes, x.Packets = u64(160), u64(168)
	x.ReplayErrors, x.Replays, x.IntegrityFailed = u32(192), u32(196), u32(200)
	x.ReqID = u32(208)
	x.Mode, x.ReplayWindow = modeName(p[214]), int(p[215])
	for i, f := range XfrmFlags {
		if p[216]&(1<<i) != 0 {
			x.Flags = append(x.Flags, f)
		}
	}
	for a := range rtnl.Attrs(p[sizeofXfrmState:]) {
		switch a.Type {
		case xfrmaAuthTrunc:
			x.Auth = parseAlg(a.Data, true)
		case xfrmaEnc:
			x.Enc = parseAlg(a.Data, false)
		case xfrmaAead:
			x.Aead = parseAlg(a.Data, true)
		case xfrmaComp:
			x.Comp = parseAlg(a.Data, false).Name
		case xfrmaMark:
			x.Mark = markIn(a)
		case xfrmaIfID:
			x.IfID = a.U32()
		case xfrmaReplayESN:
			if len(a.Data) >= sizeofXfrmESN {
				x.ReplayWindow = int(binary.NativeEndian.Uint32(a.Data[20:]))
			}
		case xfrmaEncap:
			if len(a.Data) >= 6 {
				x.Encap = &XfrmEncap{binary.BigEndian.Uint16(a.Data[2:]), binary.BigEndian.Uint16(a.Data[4:])}
			}
		}
	}
	return x
}

func modeName(n byte) string {
	if int(n) < len(xfrmModes) {
		return xfrmModes[n]
	}
	return strconv.Itoa(int(n))
}
