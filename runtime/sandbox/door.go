package sandbox

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A door is where a lab is reached from the user's other terminals: an abstract
// socket that its front listens on, named by user and id. Nothing of it is on
// disk; it is gone with the front, and whoever is in a lab is in another
// network namespace, where it does not exist.
type door struct {
	id       string
	listener *net.UnixListener
}

// doorName is the name of the socket of a lab.
func doorName(uid int, id string) string { return fmt.Sprintf("@wirelark/%d/%s", uid, id) }

// idLetters make ids that are quickly typed and are no words.
const idLetters = "bcdfghjkmnpqrstvwxz"

const idLength = 4

// openDoor opens a door under an id that no other lab of the user has. Ids are
// no part of a script's result and need not be the same the next time.
func openDoor() (*door, error) {
	var err error
	for range 20 {
		id := make([]byte, idLength)
		for i := range id {
			id[i] = idLetters[rand.IntN(len(idLetters))]
		}
		var l *net.UnixListener
		l, err = net.ListenUnix("unixpacket", &net.UnixAddr{Net: "unixpacket", Name: doorName(os.Geteuid(), string(id))})
		if err == nil {
			return &door{string(id), l}, nil
		}
		if !errors.Is(err, unix.EADDRINUSE) {
			break
		}
	}
	return nil, err
}

func (d *door) close() {
	if d != nil {
		d.listener.Close()
	}
}

// acceptAgain is how long to wait after a connection could not be accepted.
const acceptAgain = 100 * time.Millisecond

// serve greets those who come and hands them to the engine, until the door is
// closed.
func (d *door) serve(l *lab) {
	for {
		c, err := d.listener.AcceptUnix()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			// Too many open files, most likely, of which nobody tells the end.
			<-time.After(acceptAgain)
			continue
		}
		l.greet(conn{c})
		c.Close()
	}
}

// greet lets in who is allowed to, without waiting for anybody.
func (l *lab) greet(c conn) {
	uid, err := c.peerID()
	if err != nil || uid != os.Geteuid() && uid != 0 {
		_ = speak(c, greeting{Error: "it is another user's"})
		return
	}
	// The greeting is the first packet in a new socket: there is room.
	if speak(c, greeting{Script: l.spec.Script, Started: l.started, Kept: l.kept.Load()}) != nil {
		return
	}
	if err := hand(l.child.control, c); err != nil {
		_ = speak(c, answer{Error: "the lab does not answer"})
	}
}
