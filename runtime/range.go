package runtime

import (
	"fmt"
	"strconv"
	"strings"
)

// A Range is a number, or those from one to another, both ends included: of
// ports, users or VLANs.
type Range struct{ Low, High uint32 }

func (r Range) String() string {
	if r.Low == r.High {
		return strconv.FormatUint(uint64(r.Low), 10)
	}
	return fmt.Sprintf("%d-%d", r.Low, r.High)
}

// ParseRange reads a range of numbers up to most, "7" or "1000-2000".
func ParseRange(s string, most uint32) (r Range, ok bool) {
	low, high, is := strings.Cut(s, "-")
	if !is {
		high = low
	}
	a, err := strconv.ParseUint(low, 10, 32)
	b, err2 := strconv.ParseUint(high, 10, 32)
	if err != nil || err2 != nil || a > b || b > uint64(most) {
		return Range{}, false
	}
	return Range{uint32(a), uint32(b)}, true
}

// A Mark is the mark that packets must have in the bits of Mask.
type Mark struct{ Value, Mask uint32 }

func (m Mark) String() string {
	if m.Mask == 1<<32-1 {
		return fmt.Sprintf("%#x", m.Value)
	}
	return fmt.Sprintf("%#x/%#x", m.Value, m.Mask)
}

// ParseMark reads a mark, "1" or "0x1/0xff".
func ParseMark(s string) (m Mark, ok bool) {
	value, mask, masked := strings.Cut(s, "/")
	if !masked {
		mask = "0xffffffff"
	}
	v, err := strconv.ParseUint(value, 0, 32)
	bits, err2 := strconv.ParseUint(mask, 0, 32)
	return Mark{uint32(v), uint32(bits)}, err == nil && err2 == nil
}
