package runtime

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// IPsec as the kernel does it (xfrm): its messages are those of linux/xfrm.h,
// written and read here by the offsets of their fields.

const (
	xfrmNewSA     = 0x10
	xfrmDelSA     = 0x11
	xfrmGetSA     = 0x12
	xfrmNewPolicy = 0x13
	xfrmDelPolicy = 0x14
	xfrmGetPolicy = 0x15
	xfrmUpdPolicy = 0x19

	xfrmaAuth      = 1
	xfrmaEnc       = 2
	xfrmaComp      = 3
	xfrmaEncap     = 4
	xfrmaTmpl      = 5
	xfrmaAead      = 18
	xfrmaAuthTrunc = 20
	xfrmaMark      = 21
	xfrmaReplayESN = 23
	xfrmaIfID      = 31

	sizeofXfrmSelector = 56
	sizeofXfrmLimit    = 64 // struct xfrm_lifetime_cfg
)

var (
	xfrmProtos     = map[string]byte{"esp": unix.IPPROTO_ESP, "ah": unix.IPPROTO_AH, "comp": unix.IPPROTO_COMP}
	xfrmProtoNames = inverse(xfrmProtos)
	xfrmModes      = []string{"transport", "tunnel", "ro", "in_trigger", "beet"} // by the kernel's number
)

// An XfrmSelector says which packets are meant.
type XfrmSelector struct {
	Source, Dest netip.Prefix
	Proto        string // "" for any; a number's digits if it has no name
	SPort, DPort int    // 0 for any
}

// Any reports whether the selector chooses nothing.
func (x XfrmSelector) Any() bool {
	return x.Source.Bits() <= 0 && x.Dest.Bits() <= 0 && x.Proto == "" && x.SPort == 0 && x.DPort == 0
}

func (x XfrmSelector) words() string {
	w := fmt.Sprintf("src %s dst %s", x.Source, x.Dest)
	if x.Proto != "" {
		w += " proto " + toolProto(x.Proto)
	}
	if x.SPort != 0 {
		w += " sport " + strconv.Itoa(x.SPort)
	}
	if x.DPort != 0 {
		w += " dport " + strconv.Itoa(x.DPort)
	}
	return w
}

// bytes is the selector as struct xfrm_selector.
func (x XfrmSelector) bytes() []byte {
	b := make([]byte, sizeofXfrmSelector)
	copy(b[0:], x.Dest.Addr().AsSlice())
	copy(b[16:], x.Source.Addr().AsSlice())
	for at, port := range map[int]int{32: x.DPort, 36: x.SPort} {
		if port != 0 {
			binary.BigEndian.PutUint16(b[at:], uint16(port))
			binary.BigEndian.PutUint16(b[at+2:], 0xffff)
		}
	}
	binary.NativeEndian.PutUint16(b[40:], uint16(familyOf(x.Dest.Addr())))
	b[42], b[43] = byte(x.Dest.Bits()), byte(x.Source.Bits())
	b[44] = ProtoNumber(x.Proto)
	return b
}

// parseSelector reads a struct xfrm_selector.
func parseSelector(b []byte) (x XfrmSelector) {
	family := binary.NativeEndian.Uint16(b[40:])
	x.Dest = netip.PrefixFrom(addrIn(b[0:], family), int(b[42]))
	x.Source = netip.PrefixFrom(addrIn(b[16:], family), int(b[43]))
	x.DPort, x.SPort = int(binary.BigEndian.Uint16(b[32:])), int(binary.BigEndian.Uint16(b[36:]))
	if b[44] != 0 {
		x.Proto = ProtoName(b[44])
	}
	return x
}

// addrIn reads an address in room for 16 bytes, whose family stands elsewhere.
func addrIn(b []byte, family uint16) netip.Addr {
	if family == unix.AF_INET6 {
		return netip.AddrFrom16([16]byte(b[:16]))
	}
	return netip.AddrFrom4([4]byte(b[:4]))
}

// words are the mark as iproute2 takes it of IPsec, where a Mask of 0 means none.
func (m Mark) words() string {
	if m.Mask == 0 {
		return ""
	}
	return fmt.Sprintf(" mark %#x mask %#x", m.Value, m.Mask)
}

func (m Mark) write(b *rtnl.Batch) {
	if m.Mask != 0 {
		p := binary.NativeEndian.AppendUint32(nil, m.Value)
		b.Attr(xfrmaMark, binary.NativeEndian.AppendUint32(p, m.Mask))
	}
}

func markIn(a rtnl.Attr) Mark {
	if len(a.Data) < 8 {
		return Mark{}
	}
	return Mark{a.U32(), binary.NativeEndian.Uint32(a.Data[4:])}
}

func ifIDWords(id uint32) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf(" if_id %#x", id)
}

// noLimit is struct xfrm_lifetime_cfg without any: XFRM_INF where the kernel
// counts, 0 where it waits.
func noLimit() []byte {
	b := make([]byte, sizeofXfrmLimit)
	for i := range 32 {
		b[i] = 0xff
	}
	return b
}

// openXfrm opens a socket for IPsec, if this kernel has it.
func openXfrm() (*rtnl.Conn, error) {
	conn, err := rtnl.OpenXfrm()
	if isErrno(err, unix.EPROTONOSUPPORT) {
		err = lacksFeature("xfrm_policy")
	}
	return conn, err
}
