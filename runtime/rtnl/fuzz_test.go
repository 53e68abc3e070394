package rtnl

import (
	"testing"

	"golang.org/x/sys/unix"
)

// FuzzAttrs reads arbitrary bytes as the kernel's: whatever they are, reading
// ends, stays within them and does not panic.
func FuzzAttrs(f *testing.F) {
	var b Batch
	b.Str(1, "eth0")
	at := b.Nest(2)
	b.U32(3, 7)
	b.U16(4, 7)
	b.U8(5, 7)
	b.Unnest(at)
	f.Add(b.Bytes())
	f.Add([]byte{4, 0, 1, 0, 4, 0, 1, 0})
	f.Add([]byte{5, 0, 1, 0, 1})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, p []byte) {
		read := 0
		for a := range Attrs(p) {
			read += 4 + len(a.Data)
			if n := len(a.Str()); n > len(a.Data) {
				t.Errorf("got text of %d bytes from %d", n, len(a.Data))
			}
			_, _, _, _ = a.U8(), a.U16(), a.U32(), a.U64()
			for range Attrs(a.Data) {
			}
		}
		if read > len(p) {
			t.Errorf("got %d bytes of attributes from %d", read, len(p))
		}
		for _, flags := range []uint16{0, 0x200, 0x300} {
			if e := parseError(unix.NlMsghdr{Flags: flags}, p); e != nil {
				_ = e.Error()
			}
		}
	})
}

func TestErrorKeepsTheKernelsWords(t *testing.T) {
	var b Batch
	b.Raw([]byte{0xef, 0xff, 0xff, 0xff}) // -17
	b.Raw(make([]byte, unix.SizeofNlMsghdr))
	b.Str(1, "it is there already")
	const capped, tlvs = 0x100, 0x200
	e := parseError(unix.NlMsghdr{Flags: capped | tlvs}, b.Bytes())
	if e == nil || e.Errno != unix.EEXIST || e.Text != "it is there already" || e.Error() != "file exists: it is there already" {
		t.Errorf("got %v, want the errno and its text", e)
	}
	if e := parseError(unix.NlMsghdr{}, b.Bytes()); e == nil || e.Error() != "file exists" {
		t.Errorf("got %v, want the errno alone", e)
	}
	if e := parseError(unix.NlMsghdr{}, make([]byte, 20)); e != nil {
		t.Errorf("got %v for an acknowledgement, want none", e)
	}
}

func TestHeadCutsABatch(t *testing.T) {
	var b Batch
	for i := range 5 {
		b.Begin(uint16(100+i), 0)
		b.Str(1, "xxxxxxxxx"[:i])
	}
	b.close()
	var got []uint16
	n := 0
	for rest := b.buf; len(rest) > 0; {
		part := head(rest, 2)
		n++
		for p := part.buf; len(p) > 0; p = p[native.Uint32(p):] {
			got = append(got, native.Uint16(p[4:]))
		}
		rest = rest[len(part.buf):]
	}
	if n != 3 || len(got) != 5 || got[0] != 100 || got[4] != 104 {
		t.Errorf("got %d parts of messages %v, want 3 parts of 100 to 104", n, got)
	}
}
