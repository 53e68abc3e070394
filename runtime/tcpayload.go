package runtime

import (
	"encoding/binary"

	"wirelark/runtime/rtnl"
)

// A tcPayload is what a queue's options are to the kernel: a structure at the
// head, of some kinds, and attributes.
type tcPayload struct {
	head  []byte
	attrs []rtnl.Attr // in order
}

// hold is the attribute of a type, the head for 0, at least n bytes long.
func (p *tcPayload) hold(attr uint16, n int) []byte {
	grow := func(b []byte) []byte {
		if len(b) < n {
			b = append(b, make([]byte, n-len(b))...)
		}
		return b
	}
	if attr == 0 {
		p.head = grow(p.head)
		return p.head
	}
	for i, a := range p.attrs {
		if a.Type == attr {
			p.attrs[i].Data = grow(a.Data)
			return p.attrs[i].Data
		}
	}
	p.attrs = append(p.attrs, rtnl.Attr{Type: attr, Data: make([]byte, n)})
	return p.attrs[len(p.attrs)-1].Data
}

// put writes a number of width bytes at an offset of an attribute.
func (p *tcPayload) put(attr uint16, at, width int, n uint64) {
	b := p.hold(attr, at+width)[at:]
	switch width {
	case 1:
		b[0] = uint8(n)
	case 2:
		binary.NativeEndian.PutUint16(b, uint16(n))
	case 4:
		binary.NativeEndian.PutUint32(b, uint32(n))
	default:
		binary.NativeEndian.PutUint64(b, n)
	}
}

// get reads such a number; ok is false if the kernel did not tell it, and for
// a width of 0.
func (p *tcPayload) get(attr uint16, at, width int) (n uint64, ok bool) {
	b := p.head
	if attr != 0 {
		b = nil
		for _, a := range p.attrs {
			if a.Type == attr {
				b = a.Data
			}
		}
	}
	if width == 0 || len(b) < at+width {
		return 0, false
	}
	b = b[at:]
	switch width {
	case 1:
		return uint64(b[0]), true
	case 2:
		return uint64(binary.NativeEndian.Uint16(b)), true
	case 4:
		return uint64(binary.NativeEndian.Uint32(b)), true
	}
	return binary.NativeEndian.Uint64(b), true
}

// bytes is the payload as an attribute holds it.
func (p *tcPayload) bytes() []byte {
	var m rtnl.Batch
	m.Raw(p.head)
	for _, a := range p.attrs {
		m.Attr(a.Type, a.Data)
	}
	return m.Bytes()
}

// parsePayload reads what the kernel sent, whose head has a given size.
func parsePayload(b []byte, head int) *tcPayload {
	p := &tcPayload{}
	if head > 0 {
		if len(b) < head {
			return p
		}
		p.head, b = append([]byte(nil), b[:head]...), b[(head+3)&^3:]
	}
	for a := range rtnl.Attrs(b) {
		p.attrs = append(p.attrs, rtnl.Attr{Type: a.Type, Data: append([]byte(nil), a.Data...)})
	}
	return p
}
