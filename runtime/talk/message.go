package talk

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// A Message is a datagram that came in.
type Message struct {
	Data        []byte
	Peer, Local netip.AddrPort
	TTL         int // 0 if the kernel did not say
}

// read takes what the kernel says beside a datagram: where it was sent to, and
// how far it may have come.
func (m *Message) read(fd int, oob []byte) {
	var m4 ipv4.ControlMessage
	if m4.Parse(oob) == nil && m4.Dst != nil {
		m.TTL = m4.TTL
		m.sentTo(fd, m4.Dst, 0)
		return
	}
	var m6 ipv6.ControlMessage
	if m6.Parse(oob) == nil && m6.Dst != nil {
		m.TTL = m6.HopLimit
		m.sentTo(fd, m6.Dst, m6.IfIndex)
	}
}

func (m *Message) sentTo(fd int, dst net.IP, index int) {
	if a, ok := netip.AddrFromSlice(dst); ok {
		m.Local = netip.AddrPortFrom(zoned(fd, a.Unmap(), uint32(index)), m.Local.Port())
	}
}
