package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A lab can be seen and entered from another terminal: the front listens at an
// abstract socket that bears the user's id, and hands each connection to the
// engine. The socket is in the host's network namespace, where nothing of the
// lab can reach it, and goes with the front.

// doorPrefix begins the names of the sockets; the user's id and the lab's
// follow.
const doorPrefix = "@wirelark/"

// openDoor makes the lab's socket and begins to serve it. Without one, as when
// the name is taken, the lab runs all the same.
func openDoor(control *os.File, s *Spec) *net.UnixListener {
	if len(s.Args) == 0 || s.Args[0] != "run" {
		return nil
	}
	name := fmt.Sprintf("%s%d/%d", doorPrefix, os.Getuid(), os.Getpid())
	l, err := net.ListenUnix("unixpacket", &net.UnixAddr{Name: name, Net: "unixpacket"})
	if err != nil {
		return nil
	}
	go func() { // ends with the listener
		for {
			conn, err := l.AcceptUnix()
			if err != nil {
				return
			}
			if mayEnter(conn) {
				_ = handOver(control, conn) // a lab that is gone needs no client
			}
			conn.Close()
		}
	}()
	return l
}

// mayEnter reports whether the other end is the same user, or root.
func mayEnter(conn *net.UnixConn) bool {
	uid, err := peerID(conn)
	return err == nil && (uid == os.Getuid() || uid == 0)
}

// peerID is the user at the other end.
func peerID(conn syscall.Conn) (int, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *unix.Ucred
	if e := raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); e != nil {
		return 0, e
	}
	if err != nil {
		return 0, err
	}
	return int(cred.Uid), nil
}

// handOver gives a connection to the engine.
func handOver(control *os.File, conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var sent error
	if err := raw.Control(func(fd uintptr) { sent = sendFiles(control, []byte{toClient}, int(fd)) }); err != nil {
		return err
	}
	return sent
}

// admit takes a connection that the front handed over.
func (l *Lab) admit(fd int) {
	f := os.NewFile(uintptr(fd), "client")
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return
	}
	conn, ok := c.(*net.UnixConn)
	if !ok {
		c.Close()
		return
	}
	select {
	case l.clients <- conn:
	default: // nobody serves them, or too many have come at once
		conn.Close()
	}
}

// Clients are connections from other terminals.
func (l *Lab) Clients() <-chan *net.UnixConn { return l.clients }

// A Request is what another terminal asks of a lab.
type Request struct {
	Node     string   // to run something in; "" to be told of the lab
	Argv     []string // a command; none for a shell
	Terminal bool     // on a terminal of its own, which the answer brings; else on the descriptors that come along
	Term     string   // of what kind the terminal is
	Rows     uint16
	Cols     uint16
}

// An Answer is what a lab says to it.
type Answer struct {
	Refused string `json:",omitempty"` // why not
	Lab     *LabInfo
	Code    *int // how the command ended
}

// LabInfo tells of a living lab.
type LabInfo struct {
	ID     string   `json:"id"`
	Script string   `json:"script"`
	Age    float64  `json:"age"`   // in seconds
	State  string   `json:"state"` // "running" or "kept"
	Mode   string   `json:"mode"`
	Nodes  []string `json:"nodes"`
}

// doors lists the sockets of living labs: of the user, or of all for root.
func doors() ([]string, error) {
	b, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		return nil, errors.New("/proc/net/unix may not be read, where the labs' sockets are listed")
	}
	own := fmt.Sprintf("%s%d/", doorPrefix, os.Getuid())
	if os.Getuid() == 0 {
		own = doorPrefix
	}
	var list []string
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		// Those that listen: connections bear the name too.
		if len(f) == 8 && f[3] == "00010000" && strings.HasPrefix(f[7], own) {
			list = append(list, f[7])
		}
	}
	return list, nil
}
