package runtime

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

const (
	sizeofXfrmPolicy   = 168 // struct xfrm_userpolicy_info
	sizeofXfrmPolicyID = 64  // struct xfrm_userpolicy_id
	sizeofXfrmTemplate = 64  // struct xfrm_user_tmpl
)

// xfrmDirs are the directions of policies by the kernel's number.
var xfrmDirs = []string{"in", "out", "fwd"}

// An XfrmPolicy says what happens to the packets that its selector means.
type XfrmPolicy struct {
	Sel       XfrmSelector
	Dir       string // "in", "out" or "fwd"
	Action    string // "allow" or "block"
	Priority  uint32
	Templates []XfrmTemplate
	Mark      Mark
	IfID      uint32
}

// An XfrmTemplate says which states a policy's packets need.
type XfrmTemplate struct {
	Source, Dest netip.Addr // invalid for any
	Proto, Mode  string
	ReqID        uint32 // must be the state's; 0 does for any where packets come in
	SPI          uint32 // 0 for any
	Optional     bool   // whether packets without such a state pass, too
}

func (x *XfrmTemplate) words() string {
	w := " tmpl"
	if x.Source.IsValid() {
		w += " src " + x.Source.String()
	}
	if x.Dest.IsValid() {
		w += " dst " + x.Dest.String()
	}
	w += " proto " + x.Proto
	if x.SPI != 0 {
		w += fmt.Sprintf(" spi %#x", x.SPI)
	}
	w += " mode " + x.Mode
	if x.ReqID != 0 {
		w += fmt.Sprintf(" reqid %d", x.ReqID)
	}
	if x.Optional {
		w += " level use"
	}
	return w
}

// bytes is the template as struct xfrm_user_tmpl; family is that of a template
// without addresses.
func (x *XfrmTemplate) bytes(family uint8) []byte {
	b := make([]byte, sizeofXfrmTemplate)
	for at, a := range map[int]netip.Addr{0: x.Dest, 28: x.Source} {
		if a.IsValid() {
			copy(b[at:], a.AsSlice())
			family = familyOf(a)
		}
	}
	binary.BigEndian.PutUint32(b[16:], x.SPI)
	b[20] = xfrmProtos[x.Proto]
	binary.NativeEndian.PutUint16(b[24:], uint16(family))
	binary.NativeEndian.PutUint32(b[44:], x.ReqID)
	b[48] = byte(slices.Index(xfrmModes, x.Mode))
	if x.Optional {
		b[50] = 1
	}
	for i := 52; i < sizeofXfrmTemplate; i++ {
		b[i] = 0xff // any algorithms
	}
	return b
}

func parseTemplate(b []byte) (x XfrmTemplate) {
	family := binary.NativeEndian.Uint16(b[24:])
	for at, a := range map[int]*netip.Addr{0: &x.Dest, 28: &x.Source} {
		if got := addrIn(b[at:], family); !got.IsUnspecified() {
			*a = got
		}
	}
	x.SPI, x.Proto = binary.BigEndian.Uint32(b[16:]), nameOf(xfrmProtoNames, b[20])
	x.ReqID, x.Mode, x.Optional = binary.NativeEndian.Uint32(b[44:]), modeName(b[48]), b[50] != 0
	return x
}

// id is what names a policy for ip and for messages.
func (x *XfrmPolicy) id() string {
	return x.Sel.words() + " dir " + x.Dir + x.Mark.words() + ifIDWords(x.IfID)
}

func (x *XfrmPolicy) thing(ns *Namespace) string {
	return fmt.Sprintf("xfrm policy %s of %s", x.id(), ns.Name)
}

// message is the request for a policy, or for a change of one.
func (x *XfrmPolicy) message(replace bool) *rtnl.Batch {
	b := make([]byte, sizeofXfrmPolicy)
	copy(b, x.Sel.bytes())
	copy(b[56:], noLimit())
	binary.NativeEndian.PutUint32(b[152:], x.Priority)
	b[160] = byte(slices.Index(xfrmDirs, x.Dir))
	if x.Action == "block" {
		b[161] = 1
	}
	var m rtnl.Batch
	if replace {
		m.Begin(xfrmUpdPolicy, unix.NLM_F_REPLACE)
	} else {
		m.Begin(xfrmNewPolicy, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	}
	m.Raw(b)
	var all []byte
	for _, t := range x.Templates {
		all = append(all, t.bytes(familyOf(x.Sel.Dest.Addr()))...)
	}
	if len(all) > 0 {
		m.Attr(xfrmaTmpl, all)
	}
	x.Mark.write(&m)
	if x.IfID != 0 {
		m.U32(xfrmaIfID, x.IfID)
	}
	return &m
}

// AddXfrmPolicy makes a policy. One of the same selector, direction, mark and
// interface is changed if replace is set, else it is an error.
func (ns *Namespace) AddXfrmPolicy(ctx context.Context, x XfrmPolicy, replace bool) error {
	words := "ip xfrm policy add "
	if replace {
		words = "ip xfrm policy update "
	}
	words += x.id() + " action " + x.Action
	if x.Priority != 0 {
		words += fmt.Sprintf(" priority %d", x.Priority)
	}
	for _, t := range x.Templates {
		words += t.words()
	}
	return ns.session.step(ctx, ns, words, func() error {
		return ns.over(openXfrm, "xfrm policies", func(c *rtnl.Conn) error {
			err := c.Do(x.message(replace))
			switch {
			case err == nil:
				return nil
			case isErrno(err, unix.EEXIST):
				return &Error{Thing: x.thing(ns), Err: err, Hint: "replace = True changes it"}
			}
			return &Error{Thing: x.thing(ns), Err: err}
		})
	})
}

// DelXfrmPolicy removes the policy of a selector, direction, mark and interface.
func (ns *Namespace) DelXfrmPolicy(ctx context.Context, x XfrmPolicy) error {
	b := make([]byte, sizeofXfrmPolicyID)
	copy(b, x.Sel.bytes())
	b[60] = byte(slices.Index(xfrmDirs, x.Dir))
	var m rtnl.Batch
	m.Begin(xfrmDelPolicy, 0)
	m.Raw(b)
	x.Mark.write(&m)
	if x.IfID != 0 {
		m.U32(xfrmaIfID, x.IfID)
	}
	return ns.session.step(ctx, ns, "ip xfrm policy delete "+x.id(), func() error {
		return ns.over(openXfrm, "xfrm policies", func(c *rtnl.Conn) error {
			if err := c.Do(&m); err != nil {
				return &Error{Thing: x.thing(ns), Err: err}
			}
			return nil
		})
	})
}

// XfrmPolicies reads the policies by direction, priority and selector, but for
// those that a program gave a socket of its own.
func (ns *Namespace) XfrmPolicies() (list []XfrmPolicy, err error) {
	err = ns.over(openXfrm, "xfrm policies", func(c *rtnl.Conn) error {
		var b rtnl.Batch
		b.Begin(xfrmGetPolicy, 0)
		return c.Get(&b, true, func() { list = nil }, func(typ uint16, p []byte) {
			if typ == xfrmNewPolicy && len(p) >= sizeofXfrmPolicy && int(p[160]) < len(xfrmDirs) {
				list = append(list, parseXfrmPolicy(p))
			}
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b XfrmPolicy) int {
		return cmp.Or(strings.Compare(a.Dir, b.Dir), cmp.Compare(a.Priority, b.Priority), a.Sel.Source.Compare(b.Sel.Source), a.Sel.Dest.Compare(b.Sel.Dest), strings.Compare(a.id(), b.id()))
	})
	return list, nil
}

// parseXfrmPolicy reads a struct xfrm_userpolicy_info and its attributes.
func parseXfrmPolicy(p []byte) XfrmPolicy {
	x := XfrmPolicy{Sel: parseSelector(p), Dir: xfrmDirs[p[160]], Action: "allow", Priority: binary.NativeEndian.Uint32(p[152:])}
	if p[161] != 0 {
		x.Action = "block"
	}
	for a := range rtnl.Attrs(p[sizeofXfrmPolicy:]) {
		switch a.Type {
		case xfrmaTmpl:
			for b := a.Data; len(b) >= sizeofXfrmTemplate; b = b[sizeofXfrmTemplate:] {
				x.Templates = append(x.Templates, parseTemplate(b))
			}
		case xfrmaMark:
			x.Mark = markIn(a)
		case xfrmaIfID:
			x.IfID = a.U32()
		}
	}
	return x
}
