package talk

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"
)

var errNetClosed = net.ErrClosed

// A Message is a datagram that came in.
type Message struct {
	Data        []byte
	Peer, Local netip.AddrPort
	TTL         int // 0 if the kernel did not say
}

// A UDP is a socket for datagrams.
type UDP struct {
	conn *net.UDPConn
	peer netip.AddrPort // that it is connected to, or zero

	mu sync.Mutex // of who receives
}

// ListenUDP makes a socket at an address, for whoever sends there.
func ListenUDP(ns Namespace, local netip.AddrPort, opt Options) (*UDP, error) {
	return openUDP(ns, local, netip.AddrPort{}, opt)
}

// DialUDP makes a socket that speaks with one peer. What it cannot reach, it is
// told of.
func DialUDP(ns Namespace, source, peer netip.AddrPort, opt Options) (*UDP, error) {
	return openUDP(ns, source, peer, opt)
}

func openUDP(ns Namespace, local, peer netip.AddrPort, opt Options) (*UDP, error) {
	fd := -1
	err := ns(func() (err error) {
		if fd, err = opt.open(unix.SOCK_DGRAM, local, peer); err != nil || !peer.IsValid() {
			return err
		}
		if err = connect(fd, peer); err != nil {
			unix.Close(fd)
		}
		return err
	})
	if err != nil {
		return nil, explain(err)
	}
	f := os.NewFile(uintptr(fd), "udp")
	defer f.Close()
	// A connected one must know its peer: the two ways differ in that.
	if peer.IsValid() {
		conn, err := net.FileConn(f)
		if err != nil {
			return nil, err
		}
		return &UDP{conn: conn.(*net.UDPConn), peer: peer}, nil
	}
	conn, err := net.FilePacketConn(f)
	if err != nil {
		return nil, err
	}
	return &UDP{conn: conn.(*net.UDPConn)}, nil
}

// Local is the socket's own address.
func (u *UDP) Local() netip.AddrPort { return local(u.conn.LocalAddr()) }

// Peer is the address that it speaks with; zero if with whoever sends.
func (u *UDP) Peer() netip.AddrPort { return u.peer }

func local(a net.Addr) netip.AddrPort {
	switch a := a.(type) {
	case *net.UDPAddr:
		return Plain(a.AddrPort())
	case *net.TCPAddr:
		return Plain(a.AddrPort())
	}
	return netip.AddrPort{}
}

// Close closes the socket; who waits for a datagram is told.
func (u *UDP) Close() error {
	if err := u.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Send sends a datagram, to the peer if to is zero.
func (u *UDP) Send(data []byte, to netip.AddrPort) error { return u.send(data, to, netip.Addr{}) }

// send sends one from an address of the node, if it is valid.
func (u *UDP) send(data []byte, to netip.AddrPort, from netip.Addr) error {
	var oob []byte
	if from.Is4() {
		oob = (&ipv4.ControlMessage{Src: from.AsSlice()}).Marshal()
	} else if from.IsValid() {
		oob = (&ipv6.ControlMessage{Src: from.AsSlice()}).Marshal()
	}
	if to.IsValid() && u.conn.LocalAddr().(*net.UDPAddr).IP.To4() == nil && to.Addr().Is4() {
		to = netip.AddrPortFrom(netip.AddrFrom16(to.Addr().As16()), to.Port()) // a socket of both families
	}
	var err error
	for range 2 { // the first may tell of an earlier datagram
		if u.peer.IsValid() {
			_, err = u.conn.Write(data)
		} else {
			_, _, err = u.conn.WriteMsgUDPAddrPort(data, oob, to)
		}
		if !errors.Is(err, unix.ECONNREFUSED) {
			break
		}
	}
	return explain(err)
}

// Receive waits for a datagram.
func (u *UDP) Receive(ctx context.Context, timeout time.Duration) (*Message, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	stop, err := deadline(ctx, u.conn, timeout)
	if err != nil {
		return nil, explain(err)
	}
	defer stop()
	data, oob := make([]byte, 65536), make([]byte, 256)
	n, k, _, peer, err := u.conn.ReadMsgUDPAddrPort(data, oob)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, explain(err)
	}
	m := &Message{Data: data[:n:n], Peer: Plain(peer), Local: u.Local()}
	m.read(oob[:k])
	return m, nil
}

// read takes what the kernel says beside a datagram: where it was sent to, and
// how far it may have come.
func (m *Message) read(oob []byte) {
	var m4 ipv4.ControlMessage
	if m4.Parse(oob) == nil && m4.Dst != nil {
		if a, ok := netip.AddrFromSlice(m4.Dst); ok {
			m.Local = netip.AddrPortFrom(a.Unmap(), m.Local.Port())
		}
		m.TTL = m4.TTL
		return
	}
	var m6 ipv6.ControlMessage
	if m6.Parse(oob) == nil && m6.Dst != nil {
		if a, ok := netip.AddrFromSlice(m6.Dst); ok {
			m.Local = netip.AddrPortFrom(a.Unmap(), m.Local.Port())
		}
		m.TTL = m6.HopLimit
	}
}

// deadline bounds what waits on a connection by time and ctx, until stop.
func deadline(ctx context.Context, c interface{ SetReadDeadline(time.Time) error }, timeout time.Duration) (stop func() bool, err error) {
	if err := c.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	return context.AfterFunc(ctx, func() { _ = c.SetReadDeadline(time.Unix(1, 0)) }), nil
}
