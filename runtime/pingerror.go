package runtime

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"wirelark/runtime/talk"
)

// sendErrorName is what our own kernel's refusal is called.
func sendErrorName(err error) string {
	names := map[unix.Errno]string{
		unix.ENETUNREACH: "network unreachable", unix.EHOSTUNREACH: "host unreachable", unix.EMSGSIZE: "message too long",
		unix.EACCES: "prohibited", unix.EPERM: "blocked by a local filter", unix.EINVAL: "blackhole", unix.ENETDOWN: "network down",
		unix.EADDRNOTAVAIL: "no source address", unix.ENODEV: "no such device", unix.ENOBUFS: "queue full", unix.EPROTO: "protocol error",
		unix.ECONNREFUSED: "refused",
	}
	if no, ok := err.(unix.Errno); ok && names[no] != "" {
		return names[no]
	}
	return err.Error()
}

// readErrors takes what the socket's error queue holds.
func (e *echoer) readErrors() {
	e.stale = false
	buf, oob := make([]byte, 2048), make([]byte, 512)
	for {
		n, oobn, _, _, err := unix.Recvmsg(e.fd, buf, oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err != nil {
			return
		}
		msgs, err := unix.ParseSocketControlMessage(oob[:oobn])
		if err != nil {
			continue
		}
		for _, m := range msgs {
			v4 := m.Header.Level == unix.SOL_IP && m.Header.Type == unix.IP_RECVERR
			v6 := m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_RECVERR
			if (v4 || v6) && len(m.Data) >= 16 {
				e.oneError(m.Data, buf[:n], v6)
			}
		}
	}
}

// oneError reads struct sock_extended_err and the request that it is about.
func (e *echoer) oneError(d, request []byte, v6 bool) {
	errno, origin, typ, code := binary.NativeEndian.Uint32(d), d[4], d[5], d[6]
	pe := PingError{MTU: int(binary.NativeEndian.Uint32(d[8:]))}
	// The payload is the request as it was sent, without its IP header.
	if len(request) >= 8 && int(binary.BigEndian.Uint16(request[4:])) == e.id {
		pe.Seq = int(binary.BigEndian.Uint16(request[6:]))
	}
	const fromICMP, fromICMP6 = 2, 3
	switch origin {
	case fromICMP, fromICMP6:
		e.stale = true
		pe.Name = talk.ICMPName(v6, typ, code)
		if len(d) >= 24 && !v6 {
			pe.From = netip.AddrFrom4([4]byte(d[20:24]))
		} else if len(d) >= 40 {
			pe.From = netip.AddrFrom16([16]byte(d[24:40]))
		}
	default: // our own kernel, at once, and without the request
		pe.Seq = e.sending
		pe.Name = sendErrorName(unix.Errno(errno))
	}
	if pe.Seq == 0 { // about another socket's request, or one cut short
		return
	}
	if pe.Name == "redirect" { // advice, not an answer
		return
	}
	if pe.Name != "packet too big" && pe.Name != "message too long" {
		pe.MTU = 0
	}
	e.fail(pe)
}

// words are the ping that the program of that name would be asked for.
func (p PingSpec) words() string {
	w := fmt.Sprintf("ping -c%d -s%d -W%g", p.Count, p.Size, p.Timeout.Seconds())
	if p.Count > 1 {
		w += fmt.Sprintf(" -i%g", p.Interval.Seconds())
	}
	if p.TTL > 0 {
		w += fmt.Sprintf(" -t%d", p.TTL)
	}
	if p.DF != nil {
		w += " -M" + map[bool]string{true: "do", false: "dont"}[*p.DF]
	}
	if p.Source.IsValid() {
		w += " -I" + p.Source.String()
	}
	if p.Zone != nil {
		w += " -I" + p.Zone.Device()
	}
	return w + " " + p.Dst.String()
}
