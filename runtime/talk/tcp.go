package talk

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A Listener takes TCP connections.
type Listener struct {
	l     *net.TCPListener
	local netip.AddrPort
	mu    sync.Mutex // of who accepts
}

// ListenTCP makes a socket that listens.
func ListenTCP(ns Namespace, local netip.AddrPort, backlog int, opt Options) (*Listener, error) {
	fd := -1
	err := ns(func() (err error) {
		if fd, err = opt.open(unix.SOCK_STREAM, local, netip.AddrPort{}); err != nil {
			return err
		}
		if err = unix.Listen(fd, backlog); err != nil {
			unix.Close(fd)
		}
		return err
	})
	if err != nil {
		return nil, explain(err)
	}
	f := os.NewFile(uintptr(fd), "tcp")
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return nil, err
	}
	t := &Listener{l: l.(*net.TCPListener)}
	t.local, _ = ends(t.l)
	return t, nil
}

// Local is the address that it listens at.
func (l *Listener) Local() netip.AddrPort { return l.local }

// Close ends listening.
func (l *Listener) Close() error {
	if err := l.l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Accept waits for a connection.
func (l *Listener) Accept(ctx context.Context, timeout time.Duration) (*TCP, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var c *net.TCPConn
	err := wait(ctx, l.l.SetDeadline, time.Now().Add(timeout), func() (err error) {
		c, err = l.l.AcceptTCP()
		return err
	})
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	default:
		return nil, explain(err)
	}
	return newTCP(c), nil
}

// A TCP is a connection.
type TCP struct {
	conn        *net.TCPConn
	local, peer netip.AddrPort
	mu          sync.Mutex // of who reads
	stream      stream     // that r reads
	r           *bufio.Reader
}

func newTCP(c *net.TCPConn) *TCP {
	t := &TCP{conn: c, stream: stream{TCPConn: c}}
	t.r = bufio.NewReader(&t.stream)
	t.local, t.peer = ends(c)
	return t
}

// DialTCP connects to a peer, from an address unless source is zero.
func DialTCP(ctx context.Context, ns Namespace, source, peer netip.AddrPort, timeout time.Duration, opt Options) (*TCP, error) {
	fd := -1
	var pending bool
	err := ns(func() (err error) {
		if fd, err = opt.open(unix.SOCK_STREAM, source, peer); err != nil {
			return err
		}
		err = connect(fd, peer)
		if pending = err == unix.EINPROGRESS; pending {
			return nil
		}
		if err != nil {
			unix.Close(fd)
		}
		return err
	})
	if err != nil {
		return nil, explain(err)
	}
	f := os.NewFile(uintptr(fd), "tcp")
	defer f.Close()
	if pending {
		if err := connected(ctx, f, peer.Addr(), timeout); err != nil {
			return nil, err
		}
	}
	if err := deafen(f); err != nil {
		return nil, explain(err)
	}
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	return newTCP(c.(*net.TCPConn)), nil
}

// connected waits until a connection stands.
func connected(ctx context.Context, f *os.File, peer netip.Addr, timeout time.Duration) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = wait(ctx, f.SetWriteDeadline, time.Now().Add(timeout), func() error {
		return raw.Write(func(fd uintptr) bool {
			no, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
			switch {
			case err != nil:
				failed = err
			case no != 0:
				failed = explainSaid(int(fd), unix.Errno(no), peer)
			default:
				_, err = unix.Getpeername(int(fd))
				return err == nil
			}
			return true
		})
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if isLate(err) {
		return &Error{"timed out", "timed out: the other end does not answer", err}
	}
	return explain(cmp.Or(failed, err))
}

// deafen lets routers' errors end a connection no longer that stands.
func deafen(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		domain, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN)
		if err == nil && domain == unix.AF_INET6 {
			err = unix.SetsockoptInt(int(fd), unix.SOL_IPV6, unix.IPV6_RECVERR, 0)
		}
		failed = cmp.Or(err, unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_RECVERR, 0))
	})
	return cmp.Or(err, failed)
}

// Local is the address of this end.
func (t *TCP) Local() netip.AddrPort { return t.local }

// Peer is the address of the other end.
func (t *TCP) Peer() netip.AddrPort { return t.peer }

// Send sends all of the data.
func (t *TCP) Send(ctx context.Context, data []byte, timeout time.Duration) error {
	stop, err := deadline(ctx, t.conn.SetWriteDeadline, time.Now().Add(timeout))
	if err != nil {
		return explain(err)
	}
	n, err := t.conn.Write(data)
	stop()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isLate(err):
		return &Error{"timed out", fmt.Sprintf("%d of %d bytes were taken in time", n, len(data)), err}
	}
	return explain(err)
}

// Receive waits for data and gives what there is, at most limit bytes; none at
// the end.
func (t *TCP) Receive(ctx context.Context, limit int, timeout time.Duration) ([]byte, error) {
	return t.read(ctx, timeout, func() ([]byte, error) {
		buf := make([]byte, limit)
		n, err := t.r.Read(buf)
		return buf[:n], err
	})
}

// ReceiveLine waits for a line and gives it without its end; the rest of the
// data at the end.
func (t *TCP) ReceiveLine(ctx context.Context, timeout time.Duration) ([]byte, error) {
	return t.read(ctx, timeout, func() ([]byte, error) {
		return readLine(t.r)
	})
}

// ReceiveAll waits for the end and gives what came before.
func (t *TCP) ReceiveAll(ctx context.Context, limit int, timeout time.Duration) ([]byte, error) {
	return t.read(ctx, timeout, func() ([]byte, error) {
		data, err := io.ReadAll(io.LimitReader(t.r, int64(limit)+1))
		if err == nil && len(data) > limit {
			return nil, &Error{"", "more came than the limit allows", nil}
		}
		return data, err
	})
}

func (t *TCP) read(ctx context.Context, timeout time.Duration, f func() ([]byte, error)) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	stop, err := deadline(ctx, t.conn.SetReadDeadline, time.Now().Add(timeout))
	if err != nil {
		return nil, explain(err)
	}
	t.stream.late = false
	data, err := f()
	stop()
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return data, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return data, explain(err)
}

// lineLimit is how long a line may be, in bytes.
const lineLimit = 1 << 20

// readLine reads a line with its end; without one, what came before io.EOF.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if err != bufio.ErrBufferFull {
			return line, err
		}
		if len(line) > lineLimit {
			return nil, &Error{"", fmt.Sprintf("a line is longer than %d bytes", lineLimit), nil}
		}
	}
}

// Shutdown sends the end; what the other end sends still comes.
func (t *TCP) Shutdown() error { return explain(t.conn.CloseWrite()) }

// Close closes the connection.
func (t *TCP) Close() error {
	if err := t.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Reset closes it with a reset.
func (t *TCP) Reset() error {
	if err := t.conn.SetLinger(0); err != nil {
		return explain(err)
	}
	return t.Close()
}
