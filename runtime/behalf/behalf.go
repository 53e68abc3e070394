// Package behalf has the lab's first process do the one thing that a lab of
// root needs and may not do by itself: the kernel takes MACsec's channels and
// keys only from who may administer the machine's own network, and a lab is in
// a user namespace of its own.
//
// What is asked for is done in a network namespace that comes with the request
// and belongs to the lab, and is one of a few commands of one family of
// generic netlink. Nothing of the machine's can be reached that way.
package behalf

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// The commands of linux/if_macsec.h.
const (
	AddRxSC uint8 = iota + 1
	DelRxSC
	UpdRxSC
	AddTxSA
	DelTxSA
	UpdTxSA
	AddRxSA
	DelRxSA
	UpdRxSA
)

// packetSize is the most that a request may have: a key and what belongs to it.
const packetSize = 1024

// Pair makes the socket between a client and Serve.
func Pair() (client, server *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socket pair: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), "client"), os.NewFile(uintptr(fds[1]), "server"), nil
}

// A Client asks. It may be used from any goroutine.
type Client struct {
	mu sync.Mutex
	fd int
}

// NewClient is a client on its end of the socket.
func NewClient(fd int) *Client { return &Client{fd: fd} }

// An answer is an error on its way, or none.
type answer struct {
	No   unix.Errno
	Text string
}

// Macsec sends a command of the family macsec with its attributes from a
// network namespace, and waits until the kernel has carried it out.
func (c *Client) Macsec(netns int, command uint8, attrs []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := unix.Sendmsg(c.fd, append([]byte{command}, attrs...), unix.UnixRights(netns), nil, 0); err != nil {
		return fmt.Errorf("ask the lab's first process: %w", err)
	}
	buf := make([]byte, packetSize)
	n, err := read(c.fd, buf)
	if err != nil || n == 0 {
		return fmt.Errorf("the lab's first process gave no answer: %w", errors.Join(err, errors.ErrUnsupported))
	}
	var a answer
	switch err := json.Unmarshal(buf[:n], &a); {
	case err != nil:
		return fmt.Errorf("the lab's first process: %w", err)
	case a.No != 0:
		return &rtnl.Error{Errno: a.No, Text: a.Text}
	case a.Text != "":
		return errors.New(a.Text)
	}
	return nil
}

func read(fd int, buf []byte) (n int, err error) {
	for {
		if n, err = unix.Read(fd, buf); err != unix.EINTR {
			return n, err
		}
	}
}

// A Server does what a client asks for.
type Server struct {
	// Owner is a file that names the user namespace whose network namespaces
	// alone are entered.
	Owner string
	// Enter runs f on a thread in a network namespace.
	Enter func(netns int, f func() error) error
}

// Serve serves until the client's end is closed.
func (s Server) Serve(f *os.File) {
	buf, rights := make([]byte, packetSize), make([]byte, unix.CmsgSpace(4))
	for {
		n, rn, _, _, err := unix.Recvmsg(int(f.Fd()), buf, rights, unix.MSG_CMSG_CLOEXEC)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		var a answer
		if err := s.serve(buf[:n], rights[:rn]); err != nil {
			var e *rtnl.Error
			if errors.As(err, &e) {
				a = answer{e.Errno, e.Text}
			} else {
				a.Text = err.Error()
			}
		}
		if b, err := json.Marshal(a); err != nil || !sent(f, b) {
			return
		}
	}
}

func sent(f *os.File, b []byte) bool {
	_, err := f.Write(b)
	return err == nil
}

func (s Server) serve(request, rights []byte) error {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil || len(messages) != 1 {
		return errors.New("a request names one network namespace")
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return err
	}
	for _, fd := range fds {
		defer unix.Close(fd)
	}
	command, attrs := request[0], request[1:]
	if len(fds) != 1 || command < AddRxSC || command > UpdRxSA {
		return errors.New("that is no request")
	}
	if err := belongs(fds[0], s.Owner); err != nil {
		return err
	}
	return s.Enter(fds[0], func() error { return tell(command, attrs) })
}

// The requests of linux/nsfs.h.
const (
	nsGetUserNS = 0xb701
	nsGetNSType = 0xb703
)

// belongs refuses what is no network namespace of the owner's.
func belongs(fd int, owner string) error {
	typ, err := unix.IoctlRetInt(fd, nsGetNSType)
	if err != nil || typ != unix.CLONE_NEWNET {
		return errors.New("that is no network namespace")
	}
	user, err := unix.IoctlRetInt(fd, nsGetUserNS)
	if err != nil {
		return fmt.Errorf("the owner of a network namespace: %w", err)
	}
	defer unix.Close(user)
	var has, want unix.Stat_t
	if err := errors.Join(unix.Fstat(user, &has), unix.Stat(owner, &want)); err != nil {
		return err
	}
	if has.Ino != want.Ino || has.Dev != want.Dev {
		return errors.New("that network namespace is not of this lab")
	}
	return nil
}

// tell tells the kernel, in the network namespace of the calling thread.
func tell(command uint8, attrs []byte) error {
	conn, err := rtnl.OpenGeneric()
	if err != nil {
		return err
	}
	defer conn.Close()
	family, err := conn.Family("macsec")
	if err != nil {
		return err
	}
	var b rtnl.Batch
	b.Begin(family, 0)
	b.Generic(command)
	b.Raw(attrs)
	return conn.Do(&b)
}
