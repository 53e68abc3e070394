package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A client and a lab talk over a socket of packets, each a value in JSON. The
// front greets and hands the connection to the engine, which reads one request
// and answers it. Neither side believes the other: a client's strings are
// checked by who acts on them, a lab's before they are shown.

// A greeting is what the front says of the lab.
type greeting struct {
	Script  string
	Started time.Time
	Kept    bool
	Error   string // why it is all that there will be, or ""
}

// A request is what a client wants: a program in a node, the prompt that the
// script has asked for, or else the names of all nodes.
type request struct {
	Node     string
	Prompt   bool
	Screens  [2]bool  // of a prompt: stdout, stderr of the lab are terminals
	Argv     []string // nil for a shell
	Terminal bool     // else stdin, stdout and stderr come with the packet
	Kind     string   // of the client's terminal
	Rows     uint16
	Cols     uint16
}

// An answer is one of those that follow. The master of a terminal comes with
// that which says Started.
type answer struct {
	Nodes   []string
	More    bool   // of the nodes
	Error   string // why it was not started
	Started bool
	Ended   bool
	Code    int
}

// mostMessage is the most bytes of a packet between client and lab.
const mostMessage = 128 << 10

// A conn is one end of the socket between a client and a lab.
type conn struct{ *net.UnixConn }

// connOf makes a conn of a descriptor, which it takes.
func connOf(f *os.File) (conn, error) {
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return conn{}, err
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		c.Close()
		return conn{}, errors.New("it is no socket of packets")
	}
	return conn{u}, nil
}

// sendTime is how long the other side may take to have room for a packet: who
// is stopped holds up nobody for longer.
const sendTime = 5 * time.Second

// A message is what one packet holds.
type message interface{ greeting | request | answer }

// speak sends a message, and files with it.
func speak[M message](c conn, m M, files ...*os.File) error {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // messages hold nothing that JSON does not
	}
	if len(b) > mostMessage {
		return errors.New("it is too long")
	}
	var fds []int
	for _, f := range files {
		fds = append(fds, int(f.Fd()))
	}
	var rights []byte
	if len(fds) > 0 {
		rights = unix.UnixRights(fds...)
	}
	_ = c.SetWriteDeadline(time.Now().Add(sendTime))
	_, _, err = c.WriteMsgUnix(b, rights, nil)
	return err
}

// hear receives a message, and at most three files with it, which are the
// caller's.
func hear[M message](c conn, m *M) ([]*os.File, error) {
	buf, rights := make([]byte, mostMessage), make([]byte, unix.CmsgSpace(3*4))
	n, rn, _, _, err := c.ReadMsgUnix(buf, rights)
	if errors.Is(err, unix.ECONNRESET) { // as in receive: what was sent before comes after it
		n, rn, _, _, err = c.ReadMsgUnix(buf, rights)
	}
	if err != nil {
		return nil, err
	}
	files, err := filesOf(rights[:rn])
	if err == nil && n == 0 {
		err = errors.New("the other side is gone")
	}
	if err == nil {
		err = json.Unmarshal(buf[:n], m)
	}
	if err != nil {
		closeAll(files)
		return nil, err
	}
	return files, nil
}

// filesOf are the files that came with a packet.
func filesOf(rights []byte) (files []*os.File, err error) {
	if len(rights) == 0 {
		return nil, nil
	}
	list, err := unix.ParseSocketControlMessage(rights)
	for _, m := range list {
		fds, e := unix.ParseUnixRights(&m)
		if err == nil {
			err = e
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "passed"))
		}
	}
	return files, err
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// peerID is the user id of whoever made the other end.
func (c conn) peerID() (int, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return -1, err
	}
	var cred *unix.Ucred
	if e := raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); e != nil {
		return -1, e
	}
	if err != nil {
		return -1, err
	}
	return int(cred.Uid), nil
}

// mostUnread is how many bytes the engine may leave unread before the front
// hands it no more connections: what the front says of a limit must find room.
const mostUnread = 96 << 10

var errNoAnswer = errors.New("it does not answer")

// hand gives the engine a connection. It never waits.
func hand(ctl, end syscall.Conn) error {
	to, err := ctl.SyscallConn()
	if err != nil {
		return err
	}
	from, err := end.SyscallConn()
	if err != nil {
		return err
	}
	e := to.Control(func(fd uintptr) {
		if n, no := unix.IoctlGetInt(int(fd), unix.TIOCOUTQ); no != nil || n > mostUnread {
			err = errNoAnswer
			return
		}
		if e := from.Control(func(end uintptr) {
			err = unix.Sendmsg(int(fd), []byte{toClient}, unix.UnixRights(int(end)), nil, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
		}); e != nil {
			err = e
		}
	})
	return errors.Join(e, err)
}

// receiveFiles is receive for packets that a file may come with. The files are
// each's.
func receiveFiles(f *os.File, each func(letter byte, data []byte, files []*os.File)) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	buf, rights := make([]byte, packetSize+1), make([]byte, unix.CmsgSpace(4))
	for {
		var n, rn int
		var no error
		err := raw.Read(func(fd uintptr) bool {
			n, rn, _, _, no = unix.Recvmsg(int(fd), buf, rights, unix.MSG_CMSG_CLOEXEC)
			return no != unix.EAGAIN
		})
		switch {
		case err != nil:
			return err
		case errors.Is(no, unix.EINTR), errors.Is(no, unix.ECONNRESET):
			continue
		case no != nil:
			return fmt.Errorf("control socket: %w", no)
		case n == 0:
			return nil
		}
		files, _ := filesOf(rights[:rn])
		each(buf[0], buf[1:n], files)
	}
}
