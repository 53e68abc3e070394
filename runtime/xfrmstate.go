package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

const (
	sizeofXfrmState   = 224 // struct xfrm_usersa_info
	sizeofXfrmStateID = 24  // struct xfrm_usersa_id
	sizeofXfrmESN     = 24  // struct xfrm_replay_state_esn without its bitmap

)

// xfrmModules bring the protocols, for IPv4 and IPv6.
var xfrmModules = map[string]map[bool]string{
	"esp": {false: "esp4", true: "esp6"}, "ah": {false: "ah4", true: "ah6"}, "comp": {false: "ipcomp", true: "ipcomp6"},
}

// XfrmFlags are the flags of a state by ip's names, in the order of their bits.
var XfrmFlags = []string{"noecn", "decap-dscp", "nopmtudisc", "wildrecv", "icmp", "af-unspec", "align4", "esn"}

// An XfrmState is one direction of a security association.
type XfrmState struct {
	Source, Dest    netip.Addr
	SPI             uint32
	Proto, Mode     string
	Auth, Enc, Aead XfrmAlg
	Comp            string
	ReqID, IfID     uint32
	ReplayWindow    int
	Flags           []string
	Mark            Mark
	Sel             *XfrmSelector // nil for all of the addresses' family
	Encap           *XfrmEncap    // nil without
	Limit           XfrmLimit

	// What the kernel counted.
	Packets, Bytes                         uint64
	Replays, ReplayErrors, IntegrityFailed uint32
}

// An XfrmEncap says that a state's packets travel in UDP.
type XfrmEncap struct{ SPort, DPort uint16 }

// An XfrmLimit is after what a state dies; 0 means never.
type XfrmLimit struct {
	Packets, Bytes uint64
	Time           time.Duration // since it was made, in whole seconds
}

func (l XfrmLimit) words() (w string) {
	if l.Bytes != 0 {
		w += fmt.Sprintf(" limit byte-hard %d", l.Bytes)
	}
	if l.Packets != 0 {
		w += fmt.Sprintf(" limit packet-hard %d", l.Packets)
	}
	if l.Time != 0 {
		w += fmt.Sprintf(" limit time-hard %d", l.Time/time.Second)
	}
	return w
}

// id is what names a state for ip and for messages.
func (x *XfrmState) id() string {
	w := ""
	if x.Source.IsValid() {
		w = "src " + x.Source.String() + " "
	}
	return w + fmt.Sprintf("dst %s proto %s spi %#x", x.Dest, x.Proto, x.SPI)
}

func (x *XfrmState) words() string {
	w := x.id() + " mode " + x.Mode
	w += x.Mark.words()
	if x.ReqID != 0 {
		w += fmt.Sprintf(" reqid %d", x.ReqID)
	}
	if x.ReplayWindow != 0 {
		w += fmt.Sprintf(" replay-window %d", x.ReplayWindow)
	}
	if len(x.Flags) > 0 {
		w += " flag " + strings.Join(x.Flags, " flag ")
	}
	w += x.Auth.words("auth") + x.Enc.words("enc") + x.Aead.words("aead")
	if x.Comp != "" {
		w += " comp " + x.Comp
	}
	if x.Sel != nil {
		w += " sel " + x.Sel.words()
	}
	w += x.Limit.words()
	if x.Encap != nil {
		w += fmt.Sprintf(" encap espinudp %d %d %s", x.Encap.SPort, x.Encap.DPort, netip.IPv4Unspecified())
	}
	return w + ifIDWords(x.IfID)
}

// AddXfrmState makes a state. Keys that it lacks are derived from the
// session's seed and the SPI.
func (ns *Namespace) AddXfrmState(ctx context.Context, x XfrmState) error {
	for _, a := range []*XfrmAlg{&x.Auth, &x.Enc, &x.Aead} {
		if err := a.derive(ns.session.Seed(), x.SPI); err != nil {
			return &Error{Thing: "key of " + a.Name, Err: err}
		}
	}
	return ns.session.step(ctx, ns, "ip xfrm state add "+x.words(), func() error {
		return ns.over(openXfrm, "xfrm states", func(c *rtnl.Conn) error { return ns.stateError(&x, c.Do(x.message())) })
	})
}

// message is the request for a state.
func (x *XfrmState) message() *rtnl.Batch {
	var m rtnl.Batch
	m.Begin(xfrmNewSA, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	m.Raw(x.info())
	if x.Auth.Bits != 0 {
		x.Auth.write(&m, xfrmaAuthTrunc, true)
	} else {
		x.Auth.write(&m, xfrmaAuth, false)
	}
	x.Enc.write(&m, xfrmaEnc, false)
	x.Aead.write(&m, xfrmaAead, true)
	XfrmAlg{Name: x.Comp}.write(&m, xfrmaComp, false)
	x.Mark.write(&m)
	if x.IfID != 0 {
		m.U32(xfrmaIfID, x.IfID)
	}
	if x.byESN() {
		words := (x.ReplayWindow + 31) / 32
		esn := make([]byte, sizeofXfrmESN+4*words)
		binary.NativeEndian.PutUint32(esn, uint32(words))
		binary.NativeEndian.PutUint32(esn[20:], uint32(x.ReplayWindow))
		m.Attr(xfrmaReplayESN, esn)
	}
	if x.Encap != nil {
		encap := make([]byte, 24)
		binary.NativeEndian.PutUint16(encap, unix.UDP_ENCAP_ESPINUDP)
		binary.BigEndian.PutUint16(encap[2:], x.Encap.SPort)
		binary.BigEndian.PutUint16(encap[4:], x.Encap.DPort)
		m.Attr(xfrmaEncap, encap)
	}
	return &m
}

// byESN reports whether the replay window stands in an attribute of its own: a
// byte of the message holds no more than 32.
func (x *XfrmState) byESN() bool {
	return x.ReplayWindow > 32 || slices.Contains(x.Flags, "esn")
}

// info is the state as struct xfrm_usersa_info.
func (x *XfrmState) info() []byte {
	b := make([]byte, sizeofXfrmState)
	if x.Sel != nil {
		copy(b, x.Sel.bytes())
	}
	copy(b[56:], x.Dest.AsSlice())
	binary.BigEndian.PutUint32(b[72:], x.SPI)
	b[76] = xfrmProtos[x.Proto]
	copy(b[80:], x.Source.AsSlice())
	limit := noLimit()
	for at, n := range map[int]uint64{8: x.Limit.Bytes, 24: x.Limit.Packets, 40: uint64(x.Limit.Time / time.Second)} {
		if n != 0 {
			binary.NativeEndian.PutUint64(limit[at:], n)
		}
	}
	copy(b[96:], limit)
	binary.NativeEndian.PutUint32(b[208:], x.ReqID)
	binary.NativeEndian.PutUint16(b[212:], uint16(familyOf(x.Dest)))
	b[214] = byte(slices.Index(xfrmModes, x.Mode))
	if !x.byESN() {
		b[215] = byte(x.ReplayWindow)
	}
	for _, f := range x.Flags {
		b[216] |= 1 << slices.Index(XfrmFlags, f)
	}
	return b
}

// stateError says why a state could not be made.
func (ns *Namespace) stateError(x *XfrmState, err error) error {
	thing := fmt.Sprintf("xfrm state %s of %s", x.id(), ns.Name)
	var ne *rtnl.Error
	switch {
	case err == nil:
		return nil
	case isErrno(err, unix.EPROTONOSUPPORT), isErrno(err, unix.EAFNOSUPPORT):
		return lacksModule(x.Proto, xfrmModules[x.Proto][x.Dest.Is6()])
	case isErrno(err, unix.EEXIST):
		return &Error{Thing: thing, Err: err, Hint: "one of that destination, protocol and SPI is there; xfrm_state_del removes it"}
	case isErrno(err, unix.ENOSYS), isErrno(err, unix.ENOENT):
		// The kernel says that one is missing, but not always which one.
		var names, symbols []string
		for _, name := range []string{x.Auth.Name, x.Enc.Name, x.Aead.Name, x.Comp} {
			if name != "" {
				names, symbols = append(names, quote(name)), append(symbols, "CONFIG_"+XfrmCipherByName(name).Config)
			}
		}
		u := kernelLacks("algorithm "+strings.Join(names, " or "), "it must be built with "+strings.Join(symbols, " and "))
		if errors.As(err, &ne) && ne.Text != "" {
			u.Why += fmt.Sprintf(" (the kernel says: %s)", ne.Text)
		}
		return u
	}
	return &Error{Thing: thing, Err: err}
}

// DelXfrmState removes the state of a destination, protocol and SPI.
func (ns *Namespace) DelXfrmState(ctx context.Context, dest netip.Addr, spi uint32, proto string, mark Mark) error {
	b := make([]byte, sizeofXfrmStateID)
	copy(b, dest.AsSlice())
	binary.BigEndian.PutUint32(b[16:], spi)
	binary.NativeEndian.PutUint16(b[20:], uint16(familyOf(dest)))
	b[22] = xfrmProtos[proto]
	var m rtnl.Batch
	m.Begin(xfrmDelSA, 0)
	m.Raw(b)
	mark.write(&m)
	x := XfrmState{Dest: dest, SPI: spi, Proto: proto}
	return ns.session.step(ctx, ns, "ip xfrm state delete "+x.id()+mark.words(), func() error {
		return ns.over(openXfrm, "xfrm states", func(c *rtnl.Conn) error {
			if err := c.Do(&m); err != nil {
				return &Error{Thing: fmt.Sprintf("xfrm state %s of %s", x.id(), ns.Name), Err: err}
			}
			return nil
		})
	})
}
