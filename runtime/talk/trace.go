package talk

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A TraceHop is what one time to live brought.
type TraceHop struct {
	TTL   int
	Addr  netip.Addr // who answered, invalid if nobody did
	RTT   time.Duration
	Error string // "time exceeded", "port unreachable" …, or "" if nobody answered
}

// tracePort is where traceroute(8) begins to send to.
const tracePort = 33434

// Trace finds the routers on the way to dst by datagrams that live one hop
// longer each.
func Trace(ctx context.Context, ns Namespace, dst netip.Addr, source netip.Addr, most, tries int, timeout time.Duration, name func(origin, typ, code uint8) string) (hops []TraceHop, reached bool, err error) {
	for ttl := 1; ttl <= most; ttl++ {
		var hop TraceHop
		for try := 0; try < tries && !hop.Addr.IsValid(); try++ {
			if hop, err = traceOne(ctx, ns, dst, source, ttl, timeout, name); err != nil {
				return hops, false, err
			}
		}
		hops = append(hops, hop)
		if hop.Addr == dst || hop.Error != "" && hop.Error != "time exceeded" {
			return hops, hop.Addr == dst, nil
		}
	}
	return hops, false, nil
}

func traceOne(ctx context.Context, ns Namespace, dst, source netip.Addr, ttl int, timeout time.Duration, name func(origin, typ, code uint8) string) (TraceHop, error) {
	hop := TraceHop{TTL: ttl}
	from := netip.AddrPort{}
	if source.IsValid() {
		from = netip.AddrPortFrom(source, 0)
	}
	u, err := DialUDP(ns, from, netip.AddrPortFrom(dst, uint16(tracePort+ttl-1)), Options{TTL: ttl})
	if err != nil {
		return hop, err
	}
	defer u.Close()
	start := time.Now()
	if err := u.Send(make([]byte, 32), netip.AddrPort{}); err != nil {
		return hop, err
	}
	raw, err := u.conn.SyscallConn()
	if err != nil {
		return hop, err
	}
	stop, err := deadline(ctx, u.conn, timeout)
	if err != nil {
		return hop, err
	}
	defer stop()
	err = raw.Read(func(fd uintptr) bool {
		data, oob := make([]byte, 512), make([]byte, 512)
		_, n, _, _, err := unix.Recvmsg(int(fd), data, oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err != nil {
			return false
		}
		hop.read(oob[:n], name)
		return hop.Error != ""
	})
	hop.RTT = time.Since(start)
	switch {
	case ctx.Err() != nil:
		return hop, context.Cause(ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return TraceHop{TTL: ttl}, nil
	}
	return hop, explain(err)
}

// read takes who sent an ICMP error, and which: struct sock_extended_err, then
// the sender's address.
func (hop *TraceHop) read(oob []byte, name func(origin, typ, code uint8) string) {
	list, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for _, m := range list {
		isErr := m.Header.Level == unix.SOL_IP && m.Header.Type == unix.IP_RECVERR || m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_RECVERR
		if !isErr || len(m.Data) < 16+8 {
			continue
		}
		hop.Error = name(m.Data[4], m.Data[5], m.Data[6])
		switch sa := m.Data[16:]; binary.NativeEndian.Uint16(sa) {
		case unix.AF_INET:
			hop.Addr, _ = netip.AddrFromSlice(sa[4:8])
		case unix.AF_INET6:
			if len(sa) >= 24 {
				hop.Addr, _ = netip.AddrFromSlice(sa[8:24])
				hop.Addr = hop.Addr.Unmap()
			}
		}
	}
}
