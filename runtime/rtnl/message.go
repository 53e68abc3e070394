// Package rtnl speaks rtnetlink as fast as the kernel allows: messages are
// written by hand, several go in one system call, and an error carries the
// kernel's own words. It knows formats and nothing of labs.
package rtnl

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

var native = binary.NativeEndian

// A Batch is one or more requests that are sent together. The kernel carries
// them out in order and goes on past one that fails.
type Batch struct {
	buf   []byte
	start int // of the current message
	n     int
}

// usualSize has room for most batches.
const usualSize = 192

// Begin opens a request of the given type; flags are added to NLM_F_REQUEST.
func (b *Batch) Begin(typ, flags uint16) {
	b.close()
	if b.buf == nil {
		b.buf = make([]byte, 0, usualSize)
	}
	b.start = len(b.buf)
	b.n++
	var h [unix.SizeofNlMsghdr]byte
	native.PutUint16(h[4:], typ)
	native.PutUint16(h[6:], flags|unix.NLM_F_REQUEST)
	native.PutUint32(h[8:], uint32(b.n)) // made unique when sent
	b.buf = append(b.buf, h[:]...)
}

// close writes the length of the current message.
func (b *Batch) close() {
	if b.n > 0 {
		native.PutUint32(b.buf[b.start:], uint32(len(b.buf)-b.start))
	}
}

// head is the first messages of buf, at most n, as a batch of their own.
func head(buf []byte, n int) Batch {
	var b Batch
	for b.n < n && len(b.buf) < len(buf) {
		b.start = len(b.buf)
		b.buf = buf[: b.start+int(native.Uint32(buf[b.start:])) : len(buf)]
		b.n++
	}
	return b
}

// Raw appends a fixed structure as it stands.
func (b *Batch) Raw(p []byte) {
	b.buf = append(b.buf, p...)
	b.pad()
}

func (b *Batch) pad() {
	for len(b.buf)&3 != 0 {
		b.buf = append(b.buf, 0)
	}
}

// Attr appends an attribute.
func (b *Batch) Attr(typ uint16, p []byte) {
	var h [4]byte
	native.PutUint16(h[0:], uint16(4+len(p)))
	native.PutUint16(h[2:], typ)
	b.buf = append(b.buf, h[:]...)
	b.buf = append(b.buf, p...)
	b.pad()
}

// U8 appends a one-byte attribute.
func (b *Batch) U8(typ uint16, v uint8) { b.Attr(typ, []byte{v}) }

// Bool appends a one-byte attribute that is 1 or 0.
func (b *Batch) Bool(typ uint16, v bool) {
	var n uint8
	if v {
		n = 1
	}
	b.U8(typ, n)
}

// U16 appends a two-byte attribute in the machine's byte order.
func (b *Batch) U16(typ uint16, v uint16) { b.Attr(typ, native.AppendUint16(nil, v)) }

// U32 appends a four-byte attribute in the machine's byte order.
func (b *Batch) U32(typ uint16, v uint32) { b.Attr(typ, native.AppendUint32(nil, v)) }

// Str appends a text attribute, ended by a zero byte as the kernel wants it.
func (b *Batch) Str(typ uint16, s string) { b.Attr(typ, append([]byte(s), 0)) }

// Nest opens an attribute that holds others and returns what Unnest needs.
func (b *Batch) Nest(typ uint16) int {
	at := len(b.buf)
	b.Attr(typ|unix.NLA_F_NESTED, nil)
	return at
}

// Unnest closes the attribute that Nest opened.
func (b *Batch) Unnest(at int) { native.PutUint16(b.buf[at:], uint16(len(b.buf)-at)) }

// Ifinfo appends the header of a link message: flags are the interface flags
// to set, change says which of them are meant.
func (b *Batch) Ifinfo(family uint8, index int32, flags, change uint32) {
	var m [unix.SizeofIfInfomsg]byte
	m[0] = family
	native.PutUint32(m[4:], uint32(index))
	native.PutUint32(m[8:], flags)
	native.PutUint32(m[12:], change)
	b.Raw(m[:])
}

// An Attr is one attribute of a message that the kernel sent.
type Attr struct {
	Type uint16 // without the flag bits
	Data []byte
}

// Attrs iterates over the attributes in p and ends at the first malformed one.
func Attrs(p []byte) func(yield func(Attr) bool) {
	return func(yield func(Attr) bool) {
		for len(p) >= 4 {
			n := int(native.Uint16(p))
			if n < 4 || n > len(p) {
				return
			}
			if !yield(Attr{native.Uint16(p[2:]) &^ (unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER), p[4:n]}) {
				return
			}
			p = p[min((n+3)&^3, len(p)):]
		}
	}
}

// U8 is the attribute as a byte, 0 if it is empty.
func (a Attr) U8() uint8 {
	if len(a.Data) < 1 {
		return 0
	}
	return a.Data[0]
}

// U16 is the attribute as a number, 0 if it is too short.
func (a Attr) U16() uint16 {
	if len(a.Data) < 2 {
		return 0
	}
	return native.Uint16(a.Data)
}

// U32 is the attribute as a number, 0 if it is too short.
func (a Attr) U32() uint32 {
	if len(a.Data) < 4 {
		return 0
	}
	return native.Uint32(a.Data)
}

// U64 is the attribute as a number, 0 if it is too short.
func (a Attr) U64() uint64 {
	if len(a.Data) < 8 {
		return 0
	}
	return native.Uint64(a.Data)
}

// Str is the attribute as text, without its closing zero byte.
func (a Attr) Str() string {
	return unix.ByteSliceToString(a.Data)
}

// Bytes is what was appended so far, for use inside another message.
func (b *Batch) Bytes() []byte { return b.buf }
