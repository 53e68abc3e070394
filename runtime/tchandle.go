package runtime

import (
	"fmt"
	"strconv"
	"strings"
)

// A TCHandle names a qdisc ("1:"), a class ("1:10") or a place for one
// ("root"), as tc(8) writes them: both numbers are hexadecimal.
type TCHandle uint32

// The places that are no class. Those of a clsact qdisc are where filters go.
const (
	TCRoot    TCHandle = 0xffffffff
	TCIngress TCHandle = 0xfffffff2
	TCEgress  TCHandle = 0xfffffff3

	tcClsact TCHandle = 0xfffffff1 // the parent of ingress and clsact qdiscs
)

// Major is the number of the qdisc, in its upper half.
func (h TCHandle) Major() TCHandle { return h &^ 0xffff }

// Minor is the number of the class within its qdisc, 0 for the qdisc itself.
func (h TCHandle) Minor() TCHandle { return h & 0xffff }

func (h TCHandle) String() string {
	switch h {
	case TCRoot:
		return "root"
	case TCIngress, tcClsact:
		return "ingress"
	case TCEgress:
		return "egress"
	case 0:
		return "none"
	}
	if h.Minor() == 0 {
		return fmt.Sprintf("%x:", uint32(h)>>16)
	}
	return fmt.Sprintf("%x:%x", uint32(h)>>16, uint32(h.Minor()))
}

// ParseTCHandle reads "1:" or "1:10".
func ParseTCHandle(s string) (TCHandle, bool) {
	major, minor, ok := strings.Cut(s, ":")
	if !ok {
		return 0, false
	}
	a, err := strconv.ParseUint(major, 16, 16)
	if err != nil || a == 0 {
		return 0, false
	}
	if minor == "" {
		return TCHandle(a << 16), true
	}
	b, err := strconv.ParseUint(minor, 16, 16)
	if err != nil || a == 0xffff && b > 0 {
		return 0, false
	}
	return TCHandle(a<<16 | b), true
}
