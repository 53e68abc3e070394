package talk

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Names of ICMP errors by type and code, RFC 792, 1122 and 4443.
var (
	unreach4 = []string{
		"network unreachable", "host unreachable", "protocol unreachable", "port unreachable", "packet too big", "source route failed",
		"network unknown", "host unknown", "source host isolated", "network prohibited", "host prohibited", "network unreachable for this service",
		"host unreachable for this service", "administratively prohibited", "host precedence violation", "precedence cutoff",
	}
	unreach6 = []string{
		"no route", "administratively prohibited", "beyond scope of source", "address unreachable", "port unreachable",
		"source address failed policy", "rejected by route",
	}
)

// ICMPName is what an ICMP error is called, of either family.
func ICMPName(v6 bool, typ, code uint8) string {
	list := unreach4
	switch {
	case v6 && typ == 2:
		return "packet too big"
	case v6 && typ == 3, !v6 && typ == 11:
		return "time exceeded"
	case v6 && typ == 4, !v6 && typ == 12:
		return "parameter problem"
	case v6 && typ == 1:
		list = unreach6
	case !v6 && typ == 5:
		return "redirect"
	case v6 || typ != 3:
		return fmt.Sprintf("icmp type %d code %d", typ, code)
	}
	if int(code) < len(list) {
		return list[code]
	}
	return fmt.Sprintf("unreachable code %d", code)
}

// A said is an ICMP error that reached a socket, and who sent it.
type said struct {
	no   unix.Errno
	name string
	from netip.Addr
}

// error is the error in words: which it is, and who says so. That nothing
// listens on a port, nobody but the peer itself need say.
func (s said) error(peer netip.Addr) *Error {
	w, ok := words[s.no]
	switch {
	case !ok || w.kind == "":
		w.kind = "unreachable"
	case s.no == unix.ECONNREFUSED && s.from == peer.WithZone(""):
		return &Error{w.kind, w.text, s.no}
	}
	return &Error{w.kind, fmt.Sprintf("%s: %s, says %s", w.kind, s.name, s.from), s.no}
}

// takeSaid empties a socket's queue of errors and gives the newest that came
// by ICMP. Who leaves them there has that much less room for what is received.
func takeSaid(fd int) (last said, ok bool) {
	data, oob := make([]byte, 256), make([]byte, 512)
	for {
		_, n, _, _, err := unix.Recvmsg(fd, data, oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err != nil {
			return last, ok
		}
		if s, is := readSaid(oob[:n]); is {
			last, ok = s, true
		}
	}
}

// readSaid reads struct sock_extended_err and the sender's address behind it.
func readSaid(oob []byte) (s said, ok bool) {
	list, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return s, false
	}
	for _, m := range list {
		v6 := m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_RECVERR
		if !v6 && (m.Header.Level != unix.SOL_IP || m.Header.Type != unix.IP_RECVERR) || len(m.Data) < 16+8 {
			continue
		}
		// The origin tells the family: a socket of both hears of IPv4 too.
		const fromICMP, fromICMP6 = 2, 3
		if origin := m.Data[4]; origin != fromICMP && origin != fromICMP6 {
			continue // our own kernel, whose errno says it
		}
		s, ok = said{no: unix.Errno(binary.NativeEndian.Uint32(m.Data)), name: ICMPName(m.Data[4] == fromICMP6, m.Data[5], m.Data[6])}, true
		switch sa := m.Data[16:]; binary.NativeEndian.Uint16(sa) {
		case unix.AF_INET:
			s.from, _ = netip.AddrFromSlice(sa[4:8])
		case unix.AF_INET6:
			if len(sa) >= 24 {
				s.from, _ = netip.AddrFromSlice(sa[8:24])
				s.from = s.from.Unmap()
			}
		}
	}
	return s, ok
}
