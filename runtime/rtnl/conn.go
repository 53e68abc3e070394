package rtnl

import (
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sys/unix"
)

// A Conn is a netlink socket of one network namespace. It may be used from
// any goroutine; requests wait for each other.
type Conn struct {
	mu  sync.Mutex
	fd  int
	seq uint32
	// Sent counts the messages sent; a test holds what a verb may cost.
	Sent int
}

// ErrClosed says that the socket was closed.
var ErrClosed = errors.New("the netlink socket is closed")

// errLost says that answers were lost because they did not fit in the
// socket's buffer: what was asked may have been done or not.
var errLost = errors.New("netlink receive: answers were lost")

func (e *Error) Error() string {
	if e.Text != "" {
		return e.Errno.Error() + ": " + e.Text
	}
	return e.Errno.Error()
}

func (e *Error) Unwrap() error { return e.Errno }

// Open makes a socket in the network namespace of the calling thread, which
// must be locked to its goroutine. groups are the multicast groups to hear.
func Open(groups ...int) (*Conn, error) { return open(unix.NETLINK_ROUTE, groups) }

// OpenDiag makes one that asks for sockets, as sock_diag(7) says.
func OpenDiag() (*Conn, error) { return open(unix.NETLINK_SOCK_DIAG, nil) }

// OpenNetfilter makes one for netfilter's own tables, such as that of tracked
// connections.
func OpenNetfilter() (*Conn, error) { return open(unix.NETLINK_NETFILTER, nil) }

// OpenXfrm makes one that speaks of IPsec, see ip-xfrm(8).
func OpenXfrm() (*Conn, error) { return open(unix.NETLINK_XFRM, nil) }

func open(protocol int, groups []int) (*Conn, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, protocol)
	if err != nil {
		return nil, fmt.Errorf("netlink socket: %w", err)
	}
	c := &Conn{fd: fd}
	// Each of these makes answers better or cheaper; a kernel without one
	// still answers.
	for _, opt := range []int{unix.NETLINK_EXT_ACK, unix.NETLINK_CAP_ACK, unix.NETLINK_GET_STRICT_CHK} {
		_ = unix.SetsockoptInt(fd, unix.SOL_NETLINK, opt, 1)
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 4<<20)
	for _, g := range groups {
		if err := unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_ADD_MEMBERSHIP, g); err != nil {
			c.Close()
			return nil, fmt.Errorf("netlink group %d: %w", g, err)
		}
	}
	return c, nil
}

// Close closes the socket, once the request under way is answered. A second
// call does nothing.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fd < 0 {
		return nil
	}
	fd := c.fd
	c.fd = -1
	return unix.Close(fd)
}

// atOnce is how many messages go in one system call. The answers to all of
// them, should all fail, must fit in the socket's buffer.
const atOnce = 64

// Do sends a batch and waits until the kernel has carried it out. It returns
// the error of the first message that failed, an *Error, if one did.
func (c *Conn) Do(b *Batch) error {
	b.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	var failed *Error
	for rest, done := b.buf, 0; done < b.n; {
		part := head(rest, atOnce)
		errs, err := c.do(&part)
		if err != nil {
			return err
		}
		for _, e := range errs {
			e.Index += done
			if failed == nil {
				failed = e
			}
			failed.Failed = append(failed.Failed, e.Index)
		}
		rest, done = rest[len(part.buf):], done+part.n
	}
	if failed != nil {
		return failed
	}
	return nil
}

// do sends one part of a batch and returns the errors of its messages.
func (c *Conn) do(b *Batch) (failed []*Error, err error) {
	first, last := c.number(b, b.n-1, unix.NLM_F_ACK)
	if err := c.send(b); err != nil {
		return nil, err
	}
	return c.answers(first, last, func(i int, _ *Error) bool { return i == b.n-1 })
}

// answers reads the errors of the messages first to last, and ends with the
// answer of which ends says so: that to message i.
func (c *Conn) answers(first, last uint32, ends func(i int, e *Error) bool) (failed []*Error, err error) {
	buf := lend()
	defer giveBack(buf)
	for done := false; !done; {
		err := c.receive(buf, func(h unix.NlMsghdr, p []byte) error {
			i := h.Seq - first
			if h.Type != unix.NLMSG_ERROR || i > last-first { // of an earlier request
				return nil
			}
			e := parseError(h, p)
			if e != nil {
				e.Index = int(i)
				failed = append(failed, e)
			}
			done = done || ends(int(i), e)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return failed, nil
}

// Get sends one request and calls each with every message of the answer,
// which is each's until it returns.
// A dump that the kernel says was disturbed is begun again, so each must be
// ready to start over: again is called before a second attempt.
func (c *Conn) Get(b *Batch, dump bool, again func(), each func(typ uint16, p []byte)) error {
	for attempt := 0; ; attempt++ {
		disturbed, err := c.get(b, dump, each)
		if err != nil || !disturbed {
			return err
		}
		if attempt == 20 {
			return errors.New("the kernel's tables changed during each of 20 dumps")
		}
		again()
	}
}

func (c *Conn) get(b *Batch, dump bool, each func(typ uint16, p []byte)) (disturbed bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	flag := uint16(unix.NLM_F_ACK)
	if dump {
		flag = unix.NLM_F_DUMP
	}
	buf := lend()
	defer giveBack(buf)
	_, last := c.number(b, b.n-1, flag)
	if err := c.send(b); err != nil {
		return false, err
	}
	done := false
	for !done {
		err := c.receive(buf, func(h unix.NlMsghdr, p []byte) error {
			if h.Seq != last {
				return nil
			}
			if h.Flags&unix.NLM_F_DUMP_INTR != 0 {
				disturbed = true
			}
			switch h.Type {
			case unix.NLMSG_ERROR:
				done = true
				if e := parseError(h, p); e != nil {
					return e
				}
			case unix.NLMSG_DONE:
				done = true
				if len(p) >= 4 {
					if no := int32(native.Uint32(p)); no < 0 {
						return &Error{Errno: unix.Errno(-no)}
					}
				}
			default:
				each(h.Type, p)
			}
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	return disturbed, nil
}

// Listen waits for one datagram of notifications, at most timeoutMillis, and
// calls each with its messages. It may miss some, when many come at once.
func (c *Conn) Listen(timeoutMillis int, each func(typ uint16, p []byte)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fd < 0 {
		return ErrClosed
	}
	pfd := []unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLIN}}
	n, err := unix.Poll(pfd, timeoutMillis)
	if err == unix.EINTR || n == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	buf := lend()
	defer giveBack(buf)
	err = c.receive(buf, func(h unix.NlMsghdr, p []byte) error {
		each(h.Type, p)
		return nil
	})
	if err == errLost { // whoever listens looks for himself after each message
		return nil
	}
	return err
}

// number gives the messages of b fresh sequence numbers. The one at asks, and
// only it, gets the flag that asks for an answer: errors come unasked.
func (c *Conn) number(b *Batch, asks int, flag uint16) (first, last uint32) {
	b.close()
	first = c.seq + 1
	for at, i := 0, 0; i < b.n; i++ {
		c.seq++
		native.PutUint32(b.buf[at+8:], c.seq)
		if i == asks {
			native.PutUint16(b.buf[at+6:], native.Uint16(b.buf[at+6:])|flag)
		}
		at += int(native.Uint32(b.buf[at:]))
	}
	return first, c.seq
}

func (c *Conn) send(b *Batch) error {
	if c.fd < 0 {
		return ErrClosed
	}
	c.Sent += b.n
	if _, err := unix.Write(c.fd, b.buf); err != nil { // without an address it is the kernel's
		return fmt.Errorf("netlink send: %w", err)
	}
	return nil
}

// receive reads one datagram into buf and calls each with its messages.
func (c *Conn) receive(buf *buffer, each func(h unix.NlMsghdr, p []byte) error) error {
	if c.fd < 0 {
		return ErrClosed
	}
	n, err := unix.Read(c.fd, buf[:])
	switch {
	case err == unix.EINTR:
		return nil
	case err == unix.ENOBUFS:
		return errLost
	case err != nil:
		return fmt.Errorf("netlink receive: %w", err)
	}
	for p := buf[:n]; len(p) >= unix.SizeofNlMsghdr; {
		h := unix.NlMsghdr{Len: native.Uint32(p), Type: native.Uint16(p[4:]), Flags: native.Uint16(p[6:]), Seq: native.Uint32(p[8:])}
		if int(h.Len) < unix.SizeofNlMsghdr || int(h.Len) > len(p) {
			return errors.New("netlink receive: malformed message")
		}
		if err := each(h, p[unix.SizeofNlMsghdr:h.Len]); err != nil {
			return err
		}
		p = p[min(int(h.Len+3)&^3, len(p)):]
	}
	return nil
}
