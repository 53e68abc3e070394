package runtime

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"

	"wirelark/runtime/rtnl"
)

// shared gathers the bits of options that are in one attribute.
type shared struct{ on, mask uint32 }

func (sh *shared) set(mask uint32, on bool) {
	sh.mask |= mask
	if on {
		sh.on |= mask
	}
}

// put writes the setting.
func (o *option) put(b *rtnl.Batch, s Setting, sh *shared) {
	switch o.enc {
	case num8, truth8:
		b.U8(o.attr, uint8(s.N))
	case num16, truth16:
		b.U16(o.attr, uint16(s.N))
	case text:
		b.Str(o.attr, s.Text)
	case num32, truth32:
		b.U32(o.attr, uint32(s.N))
	case net16:
		b.Attr(o.attr, binary.BigEndian.AppendUint16(nil, uint16(s.N)))
	case both32:
		p := binary.BigEndian.AppendUint32(nil, uint32(s.N))
		b.Attr(o.attr, p)
		b.Attr(o.attr6, p)
		sh.set(o.mask, true)
	case ports:
		r, _ := ParseRange(s.Text, 1<<16-1) // checked by who made the setting
		b.Attr(o.attr, binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, uint16(r.Low)), uint16(r.High)))
	case present:
		if s.N != 0 {
			b.Attr(o.attr, nil)
		}
	case bit:
		sh.set(o.mask, s.N != 0)
	case word8:
		b.U8(o.attr, uint8(o.code(s.Text)))
	case word16:
		b.U16(o.attr, uint16(o.code(s.Text)))
	case word32:
		b.U32(o.attr, uint32(o.code(s.Text)))
	case word64:
		b.Attr(o.attr, binary.NativeEndian.AppendUint64(nil, uint64(o.code(s.Text))))
	case hex64:
		p, _ := hex.DecodeString(s.Text) // checked by who made the setting
		b.Attr(o.attr, p)
	case sciPort:
		b.Attr(o.attr6, binary.BigEndian.AppendUint16(nil, uint16(s.N)))
	case netWord:
		b.Attr(o.attr, binary.BigEndian.AppendUint16(nil, uint16(o.code(s.Text))))
	case encapLimit:
		if s.N < 0 {
			b.U32(o.attr6, ignoreEncapLimit)
		} else {
			b.U8(o.attr, uint8(s.N))
		}
	case ipAddr:
		attr := o.attr
		if s.Addrs[0].Is6() && o.attr6 != 0 {
			attr = o.attr6
		}
		b.Attr(attr, s.Addrs[0].AsSlice())
	case ipList:
		at := b.Nest(o.attr)
		for i, a := range s.Addrs {
			b.Attr(uint16(i), a.AsSlice())
		}
		b.Unnest(at)
	case device:
		b.U32(o.attr, uint32(s.Link.Index()))
	case seconds:
		b.U32(o.attr, uint32(s.Span/time.Second))
	case millis:
		b.U32(o.attr, uint32(s.Span/time.Millisecond))
	}
}

// take reads the setting of an attribute that is o's.
func (o *option) take(a rtnl.Attr) Setting {
	s := Setting{Name: o.name, Form: Number}
	word := func(n int) { s.Form, s.Text = Word, o.named(n) }
	switch o.enc {
	case num8, encapLimit:
		s.N = int(a.U8())
	case num16:
		s.N = int(a.U16())
	case num32:
		s.N = int(a.U32())
	case net16:
		s.N = int(big16(a.Data))
	case both32:
		s.N = int(big32(a.Data))
	case ports:
		s.Form = Word
		if len(a.Data) >= 4 {
			s.Text = fmt.Sprintf("%d-%d", big16(a.Data), big16(a.Data[2:]))
		}
		if s.Text == "0-0" {
			s.Form = Unset
		}
	case truth8:
		s.Form, s.N = Truth, int(a.U8())
	case truth16:
		s.Form, s.N = Truth, int(a.U16()&1)
	case truth32:
		s.Form, s.N = Truth, int(a.U32()&1)
	case text:
		s.Form, s.Text = Word, a.Str()
	case present:
		s.Form, s.N = Truth, 1
	case word8:
		word(int(a.U8()))
	case word16:
		word(int(a.U16()))
	case word32:
		word(int(a.U32()))
	case word64:
		n := a.U64()
		if n == oldGCMAES128 {
			n = gcmAES128
		}
		word(int(n))
	case hex64:
		s.Form, s.Text = Word, hex.EncodeToString(a.Data)
	case sciPort:
		s.N = int(big16(a.Data[min(6, len(a.Data)):]))
	case netWord:
		word(int(big16(a.Data)))
	case ipAddr:
		s.Form = Unset
		if addr, ok := netip.AddrFromSlice(a.Data); ok && !addr.IsUnspecified() && o.cast.is(addr) {
			s.Form, s.Addrs = Address, []netip.Addr{addr}
		}
	case ipList:
		s.Form = Addresses
		for one := range rtnl.Attrs(a.Data) {
			if addr, ok := netip.AddrFromSlice(one.Data); ok {
				s.Addrs = append(s.Addrs, addr)
			}
		}
	case device:
		if s.N = int(a.U32()); s.N == 0 {
			s.Form = Unset
		} else {
			s.Form = Device
		}
	case seconds:
		s.Form, s.Span = Span, time.Duration(a.U32())*time.Second
	case millis:
		s.Form, s.Span = Span, time.Duration(a.U32())*time.Millisecond
	}
	return s
}

func big16(p []byte) uint16 {
	if len(p) < 2 {
		return 0
	}
	return binary.BigEndian.Uint16(p)
}

func big32(p []byte) uint32 {
	if len(p) < 4 {
		return 0
	}
	return binary.BigEndian.Uint32(p)
}

// ignoreEncapLimit is IP6_TNL_F_IGN_ENCAP_LIMIT of linux/ip6_tunnel.h.
const ignoreEncapLimit = 1
