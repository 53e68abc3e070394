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
	buf []byte
	// Sent counts the messages sent; a test holds what a verb may cost.
	Sent int
}

// An Error is the kernel's answer to one message of a batch.
type Error struct {
	Index int // of the message in its batch, from 0
	Errno unix.Errno
	Text  string // the kernel's own words, if it had any
}

func (e *Error) Error() string {
	if e.Text != "" {
		return e.Errno.Error() + ": " + e.Text
	}
	return e.Errno.Error()
}

func (e *Error) Unwrap() error { return e.Errno }

// Open makes a socket in the network namespace of the calling thread, which
// must be locked to its goroutine. groups are the multicast groups to hear.
func Open(groups ...int) (*Conn, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
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

// Close closes the socket.
func (c *Conn) Close() error { return unix.Close(c.fd) }

// Do sends a batch in one system call and waits until the kernel has carried
// it out. It returns the error of the first message that failed.
func (c *Conn) Do(b *Batch) error {
	if b.n == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	first, last := c.number(b, unix.NLM_F_ACK)
	if err := c.send(b); err != nil {
		return err
	}
	var failed *Error
	done := false
	for !done {
		err := c.receive(func(h unix.NlMsghdr, p []byte) error {
			if h.Type != unix.NLMSG_ERROR || h.Seq < first || h.Seq > last {
				return nil
			}
			if e := parseError(h, p); e != nil && failed == nil {
				e.Index = int(h.Seq - first)
				failed = e
			}
			done = done || h.Seq == last
			return nil
		})
		if err != nil {
			return err
		}
	}
	if failed != nil {
		return failed
	}
	return nil
}

// Get sends one request and calls each with every message of the answer.
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
	_, last := c.number(b, flag)
	if err := c.send(b); err != nil {
		return false, err
	}
	done := false
	for !done {
		err := c.receive(func(h unix.NlMsghdr, p []byte) error {
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

// Listen calls each with every message that arrives, until each returns true
// or the socket's receive timeout, set by timeoutMillis, has passed without one.
func (c *Conn) Listen(timeoutMillis int, each func(typ uint16, p []byte) bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	pfd := []unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLIN}}
	n, err := unix.Poll(pfd, timeoutMillis)
	if err == unix.EINTR || n == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return c.receive(func(h unix.NlMsghdr, p []byte) error {
		each(h.Type, p)
		return nil
	})
}

// number gives the messages of b fresh sequence numbers. The last one, and
// only it, asks for an answer: errors come unasked.
func (c *Conn) number(b *Batch, lastFlag uint16) (first, last uint32) {
	b.close()
	first = c.seq + 1
	for at, i := 0, 0; i < b.n; i++ {
		c.seq++
		native.PutUint32(b.buf[at+8:], c.seq)
		if i == b.n-1 {
			native.PutUint16(b.buf[at+6:], native.Uint16(b.buf[at+6:])|lastFlag)
		}
		at += int(native.Uint32(b.buf[at:]))
	}
	return first, c.seq
}

func (c *Conn) send(b *Batch) error {
	c.Sent += b.n
	if err := unix.Sendto(c.fd, b.buf, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return fmt.Errorf("netlink send: %w", err)
	}
	return nil
}

// receive reads one datagram and calls each with its messages.
func (c *Conn) receive(each func(h unix.NlMsghdr, p []byte) error) error {
	if c.buf == nil {
		c.buf = make([]byte, 32<<10) // the kernel's largest dump part
	}
	n, _, err := unix.Recvfrom(c.fd, c.buf, 0)
	switch {
	case err == unix.EINTR || err == unix.ENOBUFS: // lost notifications are no answer's loss
		return nil
	case err != nil:
		return fmt.Errorf("netlink receive: %w", err)
	}
	for p := c.buf[:n]; len(p) >= unix.SizeofNlMsghdr; {
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

// parseError is the error in an acknowledgement, nil if there is none.
func parseError(h unix.NlMsghdr, p []byte) *Error {
	if len(p) < 4 {
		return nil
	}
	no := -int32(native.Uint32(p))
	if no == 0 {
		return nil
	}
	e := &Error{Errno: unix.Errno(no)}
	const nlmFCapped, nlmFAckTLVs = 0x100, 0x200
	if h.Flags&nlmFAckTLVs == 0 || len(p) < 20 {
		return e
	}
	off := 4 + unix.SizeofNlMsghdr
	if h.Flags&nlmFCapped == 0 {
		off = 4 + int(native.Uint32(p[4:])+3)&^3
	}
	if off <= len(p) {
		for a := range Attrs(p[off:]) {
			if a.Type == 1 { // NLMSGERR_ATTR_MSG
				e.Text = a.Str()
			}
		}
	}
	return e
}
