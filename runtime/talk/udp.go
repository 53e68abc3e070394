package talk

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"
)

// A UDP is a socket for datagrams.
type UDP struct {
	conn  *net.UDPConn // which net waits with; what is read and written, the kernel is asked itself
	raw   syscall.RawConn
	local netip.AddrPort
	peer  netip.AddrPort // that it is connected to, or zero
	both  bool           // of both families

	late atomic.Pointer[Error] // what came back before the newest datagram was sent

	broadcast bool // whoever hears what is sent may answer

	mu   sync.Mutex // of who receives
	kept []*Message // what came while Ask waited for another; mu guards it
}

// sendTime is how long a datagram may wait for room in a queue of the node.
const sendTime = 5 * time.Second

// mostKept is how many datagrams Ask puts aside, as a queue of the kernel's
// would: those that come then are lost.
const mostKept = 1000

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
	u := &UDP{peer: peer, broadcast: opt.Broadcast}
	// A connected one must know its peer: the two ways differ in that.
	if peer.IsValid() {
		conn, err := net.FileConn(f)
		if err != nil {
			return nil, err
		}
		u.conn = conn.(*net.UDPConn)
	} else {
		conn, err := net.FilePacketConn(f)
		if err != nil {
			return nil, err
		}
		u.conn = conn.(*net.UDPConn)
	}
	if u.raw, err = u.conn.SyscallConn(); err != nil {
		u.conn.Close()
		return nil, err
	}
	u.local, _ = ends(u.conn)
	u.both = u.conn.LocalAddr().(*net.UDPAddr).IP.To4() == nil
	return u, nil
}

// Local is the socket's own address.
func (u *UDP) Local() netip.AddrPort { return u.local }

// Peer is the address that it speaks with; zero if with whoever sends.
func (u *UDP) Peer() netip.AddrPort { return u.peer }

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
	if err := u.conn.SetWriteDeadline(time.Now().Add(sendTime)); err != nil {
		return explain(err)
	}
	var failed error
	err := u.raw.Write(func(fd uintptr) bool {
		failed = u.sendOnce(int(fd), data, oob, to)
		return failed != unix.EAGAIN
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &Error{"timed out", "the node's queue had no room in time", err}
	}
	return explain(errors.Join(err, failed))
}

// sendOnce gives the kernel a datagram. Instead of taking it, the kernel tells
// what came back for an earlier one; that is not this one's fault.
func (u *UDP) sendOnce(fd int, data, oob []byte, to netip.AddrPort) error {
	var sa unix.Sockaddr
	if to.IsValid() {
		family := unix.AF_INET
		if u.both {
			family = unix.AF_INET6
		}
		var err error
		if sa, err = sockaddr(fd, family, to); err != nil {
			return err
		}
	}
	for tries := 0; ; tries++ {
		early := u.note(fd)
		_, err := unix.SendmsgN(fd, data, oob, sa, 0)
		if err == nil || err == unix.EAGAIN || tries == 8 {
			return err
		}
		if late := u.note(fd); !early && !late && err != unix.EINTR {
			return err
		}
	}
}

// note keeps what ICMP told the socket for who receives next.
func (u *UDP) note(fd int) bool {
	s, ok := takeSaid(fd)
	if ok {
		u.late.Store(s.error(u.peer.Addr()))
	}
	return ok
}

// Receive waits for a datagram.
func (u *UDP) Receive(ctx context.Context, timeout time.Duration) (*Message, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.kept) > 0 {
		m := u.kept[0]
		u.kept = u.kept[1:]
		return m, nil
	}
	return u.receive(ctx, time.Now().Add(timeout))
}

// Ask sends a datagram and waits for one from where it went, which is an
// answer. What others sent is put aside for Receive, and so is what was there
// before: an answer that was late is not taken for one to this question.
func (u *UDP) Ask(ctx context.Context, data []byte, to netip.AddrPort, timeout time.Duration) (*Message, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.putAside(); err != nil {
		return nil, err
	}
	if err := u.send(data, to, netip.Addr{}); err != nil {
		return nil, err
	}
	until := time.Now().Add(timeout)
	for {
		m, err := u.receive(ctx, until)
		if err != nil || u.answers(m.Peer, to) {
			return m, err
		}
		u.keep(m)
	}
}

// putAside keeps the datagrams that are there, and forgets what came back for
// earlier ones.
func (u *UDP) putAside() error {
	err := u.raw.Control(func(fd uintptr) {
		for {
			m, err := u.take(int(fd))
			if err == unix.EAGAIN {
				return
			}
			if err == nil {
				u.keep(m)
			}
		}
	})
	u.late.Store(nil)
	return explain(err)
}

func (u *UDP) keep(m *Message) {
	if len(u.kept) < mostKept {
		u.kept = append(u.kept, m)
	}
}

// answers reports whether a datagram from somewhere answers one that went to
// an address: of a group or a whole network, anybody does.
func (u *UDP) answers(from, to netip.AddrPort) bool {
	a := to.Addr()
	if !to.IsValid() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) || u.broadcast {
		return true
	}
	return from.Port() == to.Port() && from.Addr().WithZone("") == a.WithZone("")
}

// receive waits for a datagram from the network; who calls it holds mu.
func (u *UDP) receive(ctx context.Context, until time.Time) (*Message, error) {
	var m *Message
	var failed error
	err := wait(ctx, u.conn.SetReadDeadline, until, func() error {
		return u.raw.Read(func(fd uintptr) bool {
			m, failed = u.take(int(fd))
			if failed == unix.EAGAIN && u.late.Load() != nil {
				failed = u.late.Swap(nil)
			}
			return failed != unix.EAGAIN
		})
	})
	switch {
	case m != nil:
		return m, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return nil, explain(cmp.Or(err, failed))
}

// take takes a datagram that is there.
func (u *UDP) take(fd int) (*Message, error) {
	data, oob := make([]byte, 65536), make([]byte, 256)
	for {
		n, k, _, from, err := unix.Recvmsg(fd, data, oob, 0)
		switch err {
		case nil:
			m := &Message{Data: bytes.Clone(data[:n]), Peer: fromKernel(fd, from), Local: u.local}
			m.read(fd, oob[:k])
			return m, nil
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return nil, err
		}
		return nil, explainSaid(fd, err, u.peer.Addr())
	}
}
