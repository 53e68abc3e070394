package talk

import (
	"context"
	"net/netip"
	"time"
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
func Trace(ctx context.Context, ns Namespace, dst netip.Addr, source netip.Addr, most, tries int, timeout time.Duration) (hops []TraceHop, reached bool, err error) {
	for ttl := 1; ttl <= most; ttl++ {
		var hop TraceHop
		for try := 0; try < tries && !hop.Addr.IsValid(); try++ {
			if hop, err = traceOne(ctx, ns, dst, source, ttl, timeout); err != nil {
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

func traceOne(ctx context.Context, ns Namespace, dst, source netip.Addr, ttl int, timeout time.Duration) (TraceHop, error) {
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
	err = wait(ctx, u.conn.SetReadDeadline, time.Now().Add(timeout), func() error {
		return raw.Read(func(fd uintptr) bool {
			said, ok := takeSaid(int(fd))
			hop.Error, hop.Addr = said.name, said.from
			return ok
		})
	})
	hop.RTT = time.Since(start)
	switch {
	case ctx.Err() != nil:
		return hop, context.Cause(ctx)
	case isLate(err):
		return TraceHop{TTL: ttl}, nil
	}
	return hop, explain(err)
}
