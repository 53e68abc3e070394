package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// answerTime is how long a lab may take to answer.
const answerTime = 5 * time.Second

// A Door leads to a living lab.
type Door struct {
	name string
	LabInfo
}

// Labs asks all living labs what they are. Those that do not answer, as one
// that is stopped, are left out and named.
func Labs() (labs []*Door, silent []string, err error) {
	names, err := doors()
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		d := &Door{name: name}
		conn, err := d.connect()
		if errors.Is(err, unix.ECONNREFUSED) { // it has just ended
			continue
		}
		var a Answer
		if err == nil {
			a, _, err = exchange(conn, Request{})
			conn.Close()
		}
		if err != nil || a.Lab == nil {
			silent = append(silent, filepath.Base(name))
			continue
		}
		d.LabInfo = *a.Lab
		d.ID = filepath.Base(name)
		labs = append(labs, d)
	}
	slices.SortFunc(labs, func(a, b *Door) int { return strings.Compare(a.ID, b.ID) })
	return labs, silent, nil
}

// connect opens a connection, to nobody but the user himself.
func (d *Door) connect() (*net.UnixConn, error) {
	conn, err := net.DialUnix("unixpacket", nil, &net.UnixAddr{Name: d.name, Net: "unixpacket"})
	if err != nil {
		return nil, err
	}
	uid, err := peerID(conn)
	if err == nil && uid != os.Getuid() && os.Getuid() != 0 {
		err = errors.New("that socket is another user's")
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// exchange sends a request, with descriptors, and waits for the first answer
// and what it brings.
func exchange(conn *net.UnixConn, r Request, files ...int) (a Answer, got []int, err error) {
	b, err := json.Marshal(r)
	if err != nil {
		return a, nil, err
	}
	if err := sendFiles(conn, b, files...); err != nil {
		return a, nil, err
	}
	_ = conn.SetReadDeadline(time.Now().Add(answerTime))
	a, got, err = ReadAnswer(conn)
	_ = conn.SetReadDeadline(time.Time{})
	return a, got, err
}

// ReadAnswer waits for an answer.
func ReadAnswer(conn *net.UnixConn) (a Answer, files []int, err error) {
	b, files, err := ReadPacket(conn)
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	return a, files, err
}

// ReadPacket reads one packet and the descriptors that it brings.
func ReadPacket(conn *net.UnixConn) (b []byte, files []int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, nil, err
	}
	buf, oob, n := make([]byte, packetSize), make([]byte, unix.CmsgSpace(4*4)), 0
	wait := raw.Read(func(fd uintptr) bool {
		n, files, err = readPacket(int(fd), buf, oob)
		return err != unix.EAGAIN
	})
	switch {
	case wait != nil:
		return nil, nil, wait
	case err == nil && n == 0:
		return nil, nil, io.EOF
	}
	return buf[:n], files, err
}

// WritePacket sends one, with descriptors.
func WritePacket(conn *net.UnixConn, v any, files ...int) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return sendFiles(conn, b, files...)
}

// codeGone is the exit code of a shell whose lab has gone.
const codeGone = 255

// Run runs a command in a node of the lab, or a shell, on the user's terminal
// if there is one, and returns its exit code.
func (d *Door) Run(node string, argv []string) (int, error) {
	conn, err := d.connect()
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	r := Request{Node: node, Argv: argv, Terminal: term.IsTerminal(0) && term.IsTerminal(1), Term: os.Getenv("TERM")}
	files := []int{0, 1, 2}
	if r.Terminal {
		files = nil
		if size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ); err == nil {
			r.Rows, r.Cols = size.Row, size.Col
		}
	}
	a, got, err := exchange(conn, r, files...)
	switch {
	case err != nil:
		return 0, fmt.Errorf("the lab does not answer: %w", err)
	case a.Refused != "":
		return 0, errors.New(a.Refused)
	}
	if !r.Terminal {
		return d.end(conn)
	}
	if len(got) != 1 {
		return 0, errors.New("the lab gave no terminal")
	}
	master := os.NewFile(uintptr(got[0]), "terminal")
	defer master.Close()
	return d.onTerminal(conn, master)
}

// end waits for the command's end.
func (d *Door) end(conn *net.UnixConn) (int, error) {
	a, _, err := ReadAnswer(conn)
	if err != nil || a.Code == nil {
		return codeGone, errors.New("the lab is gone")
	}
	return *a.Code, nil
}

// onTerminal carries bytes between the user's terminal and the node's.
func (d *Door) onTerminal(conn *net.UnixConn, master *os.File) (int, error) {
	old, err := term.MakeRaw(0)
	if err != nil {
		return 0, fmt.Errorf("this terminal cannot be made raw: %w", err)
	}
	defer term.Restore(0, old) //nolint: there is nothing to do about a terminal that is gone
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)
	go func() { // ends with the process
		for range resized {
			if size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ); err == nil {
				_ = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, size)
			}
		}
	}()
	go func() { _, _ = io.Copy(master, os.Stdin) }() // ends with the process
	shown := make(chan struct{})
	go func() { // ends when nobody has the terminal open any more
		_, _ = io.Copy(os.Stdout, master)
		close(shown)
	}()
	code, err := d.end(conn)
	if err == nil {
		select {
		case <-shown:
		case <-time.After(answerTime / 10): // what it left in the background holds it
		}
	}
	return code, err
}
