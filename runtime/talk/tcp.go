package talk

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A Listener takes TCP connections.
type Listener struct{ l *net.TCPListener }

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
	return &Listener{l.(*net.TCPListener)}, nil
}

// Local is the address that it listens at.
func (l *Listener) Local() netip.AddrPort { return local(l.l.Addr()) }

// Close ends listening.
func (l *Listener) Close() error {
	if err := l.l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Accept waits for a connection.
func (l *Listener) Accept(ctx context.Context, timeout time.Duration) (*TCP, error) {
	if err := l.l.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, explain(err)
	}
	defer context.AfterFunc(ctx, func() { _ = l.l.SetDeadline(time.Unix(1, 0)) })()
	c, err := l.l.AcceptTCP()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, explain(err)
	}
	return newTCP(c), nil
}

// A TCP is a connection.
type TCP struct {
	conn *net.TCPConn
	r    *bufio.Reader
	mu   sync.Mutex // of who reads
}

func newTCP(c *net.TCPConn) *TCP { return &TCP{conn: c, r: bufio.NewReader(c)} }

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
		if err := connected(ctx, f, timeout); err != nil {
			return nil, err
		}
	}
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	return newTCP(c.(*net.TCPConn)), nil
}

// connected waits until a connection stands.
func connected(ctx context.Context, f *os.File, timeout time.Duration) error {
	if err := f.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = f.SetWriteDeadline(time.Unix(1, 0)) })()
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		no, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
		switch {
		case err != nil:
			failed = err
		case no != 0:
			failed = unix.Errno(no)
		default:
			_, err = unix.Getpeername(int(fd))
			return err == nil
		}
		return true
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &Error{"timed out", "timed out: the other end does not answer", err}
	}
	return explain(errors.Join(err, failed))
}

// Local and Peer are the addresses of the two ends.
func (t *TCP) Local() netip.AddrPort { return local(t.conn.LocalAddr()) }

// Peer is the address of the other end.
func (t *TCP) Peer() netip.AddrPort { return local(t.conn.RemoteAddr()) }

// Send sends all of the data.
func (t *TCP) Send(ctx context.Context, data []byte, timeout time.Duration) error {
	if err := t.conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return explain(err)
	}
	defer context.AfterFunc(ctx, func() { _ = t.conn.SetWriteDeadline(time.Unix(1, 0)) })()
	_, err := t.conn.Write(data)
	if ctx.Err() != nil {
		return context.Cause(ctx)
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
		line, err := t.r.ReadBytes('\n')
		return line, err
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
	stop, err := deadline(ctx, t.conn, timeout)
	if err != nil {
		return nil, explain(err)
	}
	defer stop()
	data, err := f()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, io.EOF):
		return data, nil
	}
	return data, explain(err)
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
