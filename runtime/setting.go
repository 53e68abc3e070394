package runtime

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// A Setting is the value of one option of a link, under the name that a script
// and mostly iproute2 give it. Its Form says which of the others holds it.
type Setting struct {
	Name  string
	Form  Form
	N     int          // a number; 1 for true
	Text  string       // a word
	Addrs []netip.Addr // one, or several
	Span  time.Duration
	Link  *Link // of a setting that is to be made
}

// A Form is what kind of value a setting is.
type Form int

// The forms of settings. A setting that the kernel does not tell is Unset.
const (
	Unset Form = iota
	Number
	Truth
	Word
	Address
	Addresses
	Span
	Device // another link
)

// An encoding is how the kernel holds an option.
type encoding int

const (
	num8 encoding = iota
	num16
	num32
	net16  // in network byte order, as the following
	both32 // the same value in two attributes: what is sent and what is wanted
	ports  // a low port and a high one, which the setting has as "LOW-HIGH"
	truth8
	truth16
	truth32
	text
	present // an attribute without data, which is there or not
	bit     // of an attribute that several options share
	word8   // the number of one of words
	word16
	word32
	word64
	hex64   // 8 bytes, as hexadecimal digits
	sciPort // the last two of them, set by attr6
	netWord // 16 bits in network byte order
	ipAddr  // 4 bytes, or 16 in attr6
	ipList
	device // its index
	seconds
	millis
	encapLimit // RFC 2473's: none is a bit of attr6
)

// An option is a row of a kind's table: how one of its options is told to the
// kernel, read from it, and said to iproute2.
type option struct {
	name  string
	enc   encoding
	attr  uint16
	attr6 uint16   // the attribute for the other family; the second of both32
	words []string // of word8 and its like, by number
	codes []int    // the numbers of words, if they do not count from 0
	mask  uint32   // of a bit; of both32 the bit that goes with it
	cast  cast     // of an ipAddr: two options can share an attribute
	say   string   // iproute2's word, if it is not the name; bare if the value stands alone
	unit  string   // that iproute2 wants behind a time
	zero  bool     // iproute2 says 0 where it is left out, and the kernel would take another
	no    string   // iproute2's word for false, if it is not "off" behind the other
}

// bare is what an option says whose value is all that iproute2 takes.
const bare = "-"

// A cast tells options apart that share an attribute.
type cast int

const (
	anyCast cast = iota
	unicast
	multicast
)

// is reports whether an address belongs to the option.
func (c cast) is(a netip.Addr) bool {
	return c == anyCast || a.IsMulticast() == (c == multicast)
}

// code is the number of a word, -1 if it is none of the option's.
func (o *option) code(word string) int {
	i := slices.Index(o.words, word)
	if i >= 0 && o.codes != nil {
		return o.codes[i]
	}
	return i
}

// named is the word of a number.
func (o *option) named(n int) string {
	i := n
	if o.codes != nil {
		i = slices.Index(o.codes, n)
	}
	if i < 0 || i >= len(o.words) {
		return fmt.Sprint(n)
	}
	return o.words[i]
}

// word is what iproute2 takes for the setting.
func (o *option) word(s Setting) string {
	w := o.say
	if w == "" {
		w = o.name
	}
	switch s.Form {
	case Number:
		if o.enc == encapLimit && s.N < 0 {
			return w + " none"
		}
		return fmt.Sprintf("%s %d", w, s.N)
	case Truth:
		switch {
		case o.no != "" && s.N == 0:
			return o.no
		case o.no != "" || o.enc == present && s.N != 0:
			return w
		case o.enc == present:
			return ""
		}
		return w + " " + onOff(s.N != 0)
	case Word:
		switch {
		case o.enc == ports:
			r, _ := ParseRange(s.Text, 1<<16-1)
			return fmt.Sprintf("%s %d %d", w, r.Low, r.High)
		case o.say == bare:
			return s.Text
		}
		return w + " " + s.Text
	case Address, Addresses:
		list := make([]string, len(s.Addrs))
		for i, a := range s.Addrs {
			list[i] = a.String()
		}
		return w + " " + strings.Join(list, ",")
	case Span:
		unit := time.Second
		if o.enc == millis {
			unit = time.Millisecond
		}
		return fmt.Sprintf("%s %d%s", w, s.Span/unit, o.unit)
	case Device:
		return w + " " + s.Link.Device()
	}
	return ""
}
