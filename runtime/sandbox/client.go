package sandbox

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/sys/unix"
)

// A State is what a lab is at.
type State string

const (
	Running State = "running" // its script runs
	Kept    State = "kept"    // its script has ended
	Silent  State = "silent"  // it does not answer: somebody has stopped it
)

// A Living lab is one that the user may visit. Of a silent one no more than
// its id and user may be known.
type Living struct {
	ID      string
	User    int // the id of who started it
	Script  string
	Started time.Time
	State   State
	Nodes   []string // in the order of their making
}

var (
	errSilent    = errors.New("the lab does not answer")
	errSenseless = errors.New("the lab's answer makes no sense")
)

// answerTime is how long a lab may take to say what it is.
const answerTime = 2 * time.Second

// Labs finds the living labs of the user, and, for root, of everybody. Nothing
// on disk tells of them: each listens, and the kernel lists who does. The oldest
// comes first.
func Labs() ([]*Living, error) {
	b, err := os.ReadFile("/proc/self/net/unix")
	if err != nil {
		return nil, fmt.Errorf("look for labs: %w", err)
	}
	var all []*Living
	for _, l := range doors(string(b)) {
		if l.User == os.Geteuid() || os.Geteuid() == 0 {
			all = append(all, l)
		}
	}
	var asked sync.WaitGroup
	for i, l := range all {
		asked.Go(func() { // ends within answerTime
			if !l.ask() {
				all[i] = nil
			}
		})
	}
	asked.Wait()
	all = slices.DeleteFunc(all, func(l *Living) bool { return l == nil })
	slices.SortFunc(all, func(a, b *Living) int {
		if c := a.Started.Compare(b.Started); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, nil
}

var doorRule = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^\S+ \S+ \S+ 00010000 \S+ \S+ +\d+ @wirelark/(\d+)/([` + idLetters + `]+)$`)
})

// doors are the labs in a list of sockets: those that listen, not those that
// were connected by them.
func doors(list string) (all []*Living) {
	for _, m := range doorRule().FindAllStringSubmatch(list, -1) {
		if uid, err := strconv.Atoi(m[1]); err == nil {
			all = append(all, &Living{User: uid, ID: m[2], State: Silent})
		}
	}
	return all
}

// connect connects to a lab and hears its greeting.
func (l *Living) connect() (conn, greeting, error) {
	var g greeting
	// Not by net.Dial: it would wait for a lab that is stopped.
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return conn{}, g, err
	}
	f := os.NewFile(uintptr(fd), "lab")
	if err := unix.Connect(fd, &unix.SockaddrUnix{Name: doorName(l.User, l.ID)}); err != nil {
		f.Close()
		if errors.Is(err, unix.EAGAIN) { // many wait for it already
			return conn{}, g, errSilent
		}
		return conn{}, g, ErrGone
	}
	c, err := connOf(f)
	if err != nil {
		return conn{}, g, err
	}
	// Names are free to all: who listens under this one may be another.
	if uid, err := c.peerID(); err != nil || uid != l.User {
		c.Close()
		return conn{}, g, errors.New("another user has taken the lab's name")
	}
	_ = c.SetReadDeadline(time.Now().Add(answerTime))
	files, err := hear(c, &g)
	closeAll(files)
	_ = c.SetReadDeadline(time.Time{})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = errSilent
	case err != nil:
		err = ErrGone
	case g.Error != "":
		err = errors.New("the lab says that " + printable(g.Error))
	}
	if err != nil {
		c.Close()
	}
	return c, g, err
}

// ask fills in what a lab says of itself. It reports whether there is one.
func (l *Living) ask() bool {
	c, g, err := l.connect()
	if err != nil {
		return errors.Is(err, errSilent)
	}
	defer c.Close()
	l.Script, l.Started = printable(g.Script), g.Started
	_ = speak(c, request{}) // if that does not reach it, neither does an answer come
	_ = c.SetReadDeadline(time.Now().Add(answerTime))
	for more := true; more; {
		var a answer
		files, err := hear(c, &a)
		closeAll(files)
		if err != nil || a.Error != "" {
			return errors.Is(err, os.ErrDeadlineExceeded) || a.Error != ""
		}
		l.Nodes = append(l.Nodes, slices.DeleteFunc(a.Nodes, func(n string) bool { return printable(n) != n })...)
		more = a.More
	}
	if l.State = Running; g.Kept {
		l.State = Kept
	}
	return true
}

// Visit uses a node of the lab and returns the exit code of the program.
func (l *Living) Visit(v *Visit) (int, error) {
	c, _, err := l.connect()
	if err != nil {
		return 0, err
	}
	return v.run(c)
}

// printable shows what another program said in one line that drives nobody's
// terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// pairOf is a connection whose other end is a file: a visit of the front's own.
func pairOf() (conn, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return conn{}, nil, fmt.Errorf("socket: %w", err)
	}
	far := os.NewFile(uintptr(fds[1]), "visit")
	c, err := connOf(os.NewFile(uintptr(fds[0]), "visit"))
	if err != nil {
		far.Close()
		return conn{}, nil, err
	}
	return c, far, nil
}
