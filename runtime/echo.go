package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"
)

// nextEcho is an identifier that no other ping of the namespace has, and no
// program that uses its process number.
func (ns *Namespace) nextEcho() int {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.lastEcho++
	return int(ns.lastEcho | 0x8000)
}

// An echoer is one ping under way.
type echoer struct {
	ns       *Namespace
	p        PingSpec
	res      *PingResult
	fd       int
	id       int
	to       unix.Sockaddr
	sent     map[int]time.Time
	answered map[int]bool // with a reply, an ICMP error or our kernel's refusal
	sending  int          // the request whose refusal may come without saying so
	stale    bool         // the latest readErrors found what an earlier request met
}

// open makes the raw socket; it runs on the namespace's thread.
func (e *echoer) open() (err error) {
	family, proto := unix.AF_INET, unix.IPPROTO_ICMP
	if e.p.Dst.Is6() {
		family, proto = unix.AF_INET6, unix.IPPROTO_ICMPV6
	}
	if e.fd, err = unix.Socket(family, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, proto); err != nil {
		return fmt.Errorf("raw socket: %w", err)
	}
	e.id = e.ns.nextEcho()
	defer func() {
		if err != nil {
			unix.Close(e.fd)
		}
	}()
	set := func(level, opt, v int) {
		if err == nil {
			err = unix.SetsockoptInt(e.fd, level, opt, v)
		}
	}
	set(unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	discover := unix.IP_PMTUDISC_WANT // the values are the same for IPv6
	if e.p.DF != nil {
		discover = map[bool]int{true: unix.IP_PMTUDISC_DO, false: unix.IP_PMTUDISC_DONT}[*e.p.DF]
	}
	if e.p.Dst.Is4() {
		set(unix.SOL_IP, unix.IP_RECVERR, 1)
		set(unix.SOL_IP, unix.IP_MTU_DISCOVER, discover)
		if e.p.TTL > 0 {
			set(unix.SOL_IP, unix.IP_TTL, e.p.TTL)
			set(unix.SOL_IP, unix.IP_MULTICAST_TTL, e.p.TTL)
		}
	} else {
		set(unix.SOL_IPV6, unix.IPV6_RECVERR, 1)
		set(unix.SOL_IPV6, unix.IPV6_RECVHOPLIMIT, 1)
		set(unix.SOL_IPV6, unix.IPV6_MTU_DISCOVER, discover)
		if e.p.TTL > 0 {
			set(unix.SOL_IPV6, unix.IPV6_UNICAST_HOPS, e.p.TTL)
			set(unix.SOL_IPV6, unix.IPV6_MULTICAST_HOPS, e.p.TTL)
		}
	}
	if err != nil {
		return err
	}
	return e.address()
}

// address sets where requests come from and go to.
func (e *echoer) address() error {
	zone := 0
	if e.p.Zone != nil {
		zone = e.p.Zone.Index()
		if err := unix.SetsockoptString(e.fd, unix.SOL_SOCKET, unix.SO_BINDTODEVICE, e.p.Zone.Device()); err != nil {
			return err
		}
	}
	e.to = socketAddr(e.p.Dst, zone)
	if !e.p.Source.IsValid() {
		return nil
	}
	if err := unix.Bind(e.fd, socketAddr(e.p.Source, zone)); err != nil {
		if errors.Is(err, unix.EADDRNOTAVAIL) {
			return &reworded{Refusal("cannot have the source " + e.p.Source.String() + ": no interface there has that address"), err}
		}
		return err
	}
	return nil
}

// send sends one request. What our own kernel refuses is a result, as it is
// for the program of that name: "network unreachable" must be testable.
func (e *echoer) send(seq int) {
	var typ icmp.Type = ipv4.ICMPTypeEcho
	if e.p.Dst.Is6() {
		typ = ipv6.ICMPTypeEchoRequest
	}
	data := make([]byte, e.p.Size)
	for i := range data {
		data[i] = byte(i)
	}
	m := icmp.Message{Type: typ, Body: &icmp.Echo{ID: e.id, Seq: seq, Data: data}}
	packet, err := m.Marshal(nil) // the kernel adds IPv6's checksum
	if err != nil {
		e.fail(PingError{Seq: seq, Name: err.Error()})
		return
	}
	e.res.Sent++
	e.sending = seq
	for range 8 {
		// What earlier requests met would be told instead of sending this one.
		e.readErrors()
		e.sent[seq] = time.Now()
		if err = unix.Sendto(e.fd, packet, 0, e.to); err == nil {
			return
		}
		if e.readErrors(); e.answered[seq] { // in more words than errno has
			return
		}
		if err != unix.EINTR && !e.stale {
			break
		}
	}
	name := sendErrorName(err)
	if err == unix.EINVAL {
		// The errno of a blackhole route, and in IPv6 of a neighbour table,
		// the whole machine's, that has no room.
		if _, e := e.ns.RouteGet(context.Background(), e.p.Dst, RouteQuery{Source: e.p.Source, Out: e.p.Zone}); e == nil {
			name = "neighbour table full"
		}
	}
	e.fail(PingError{Seq: seq, Name: name})
}

func (e *echoer) fail(p PingError) {
	e.res.Errors = append(e.res.Errors, p)
	e.answered[p.Seq] = true
}

// receive takes replies until the deadline, or, if it may end early, until
// every request is answered.
func (e *echoer) receive(ctx context.Context, until time.Time, early bool) error {
	for {
		if early && len(e.answered) >= e.res.Sent {
			return nil
		}
		left := time.Until(until)
		if err := context.Cause(ctx); err != nil {
			return err
		}
		// When the time is up it looks once more: what came in time is there,
		// though this process may not have come to run since.
		last := left <= 0
		ts := unix.NsecToTimespec(int64(max(0, min(left, 100*time.Millisecond)))) // so that an interrupt is heard
		pfd := []unix.PollFd{{Fd: int32(e.fd), Events: unix.POLLIN}}
		n, err := unix.Ppoll(pfd, &ts, nil)
		if err == unix.EINTR || n == 0 && !last {
			continue
		}
		if err != nil {
			return &Error{Thing: "ping " + e.p.Dst.String() + " from " + e.ns.Name, Err: err}
		}
		if pfd[0].Revents&unix.POLLERR != 0 {
			e.readErrors()
			// Without a queue entry the error stands alone, and would stay.
			_, _ = unix.GetsockoptInt(e.fd, unix.SOL_SOCKET, unix.SO_ERROR)
		}
		if pfd[0].Revents&unix.POLLIN != 0 {
			limit := time.Time{}
			if early {
				limit = until
			}
			e.readReplies(limit)
		}
		if last {
			return nil
		}
	}
}

// readReplies takes every reply that has arrived, but for those that did after
// the limit, if there is one.
func (e *echoer) readReplies(limit time.Time) {
	buf, oob := make([]byte, 65536), make([]byte, 512)
	for {
		n, oobn, _, from, err := unix.Recvmsg(e.fd, buf, oob, unix.MSG_DONTWAIT)
		if err != nil {
			return
		}
		at, hops := controlInfo(oob[:oobn])
		if !limit.IsZero() && at.After(limit) {
			continue
		}
		p := buf[:n]
		if e.p.Dst.Is4() {
			if len(p) < 20 {
				continue
			}
			hops = int(p[8])
			p = p[int(p[0]&0xf)*4:]
			if len(p) < 8 || p[0] != 0 { // echo reply
				continue
			}
		} else if len(p) < 8 || p[0] != 129 {
			continue
		}
		if int(binary.BigEndian.Uint16(p[4:])) != e.id {
			continue
		}
		seq := int(binary.BigEndian.Uint16(p[6:]))
		sent, ok := e.sent[seq]
		if !ok {
			continue
		}
		if e.answered[seq] {
			e.res.Duplicates++
			continue
		}
		e.answered[seq] = true
		if at.IsZero() {
			at = time.Now()
		}
		e.res.Replies = append(e.res.Replies, PingReply{Seq: seq, Time: max(at.Sub(sent), time.Microsecond), TTL: hops, From: sockAddr(from), Size: len(p) - 8})
	}
}

// controlInfo reads when a packet arrived and its hop limit.
func controlInfo(oob []byte) (at time.Time, hops int) {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for _, m := range msgs {
		switch {
		case m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SO_TIMESTAMPNS && len(m.Data) >= 16:
			at = time.Unix(int64(binary.NativeEndian.Uint64(m.Data)), int64(binary.NativeEndian.Uint64(m.Data[8:])))
		case m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_HOPLIMIT && len(m.Data) >= 4:
			hops = int(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return
}

func sockAddr(sa unix.Sockaddr) netip.Addr {
	switch a := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(a.Addr)
	case *unix.SockaddrInet6:
		return netip.AddrFrom16(a.Addr)
	}
	return netip.Addr{}
}

func socketAddr(a netip.Addr, zone int) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4()}
	}
	return &unix.SockaddrInet6{Addr: a.As16(), ZoneId: uint32(zone)}
}
