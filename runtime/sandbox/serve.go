package sandbox

import (
	"os"
	"time"

	"wirelark/runtime"
)

// A Host is what the engine's program lets clients do in its lab.
type Host struct {
	Nodes func() []string // by name, in the order of their making
	Shell func(node string, c runtime.ShellSpec) (*runtime.Shell, error)

	lab *Lab
}

// Serve lets clients in until the lab ends. It returns at once; what it starts
// holds nothing up.
func (l *Lab) Serve(h Host) {
	h.lab = l
	go func() { // ends with the front
		for c := range l.clients {
			go func() { // ends with the client, or with the node of its shell
				h.serve(c)
				<-l.places
			}()
		}
	}()
}

// admit takes a connection that the front handed over.
func (l *Lab) admit(f *os.File) {
	c, err := connOf(f)
	if err != nil {
		return
	}
	select {
	case l.places <- struct{}{}:
		l.clients <- c // there is room for as many
	default:
		_ = speak(c, answer{Error: "the lab has too many visitors"})
		c.Close()
	}
}

// mostClients is how many may be connected at once: each has descriptors that
// the script may need.
const mostClients = 64

// askTime is how long a client may take to say what it wants.
const askTime = 10 * time.Second

// nodesAtOnce is how many names of nodes one packet holds.
const nodesAtOnce = 500

// serve does what one client asks for.
func (h Host) serve(c conn) {
	defer c.Close()
	var r request
	_ = c.SetReadDeadline(time.Now().Add(askTime))
	files, err := hear(c, &r)
	if err != nil {
		return
	}
	defer func() { closeAll(files) }()
	_ = c.SetReadDeadline(time.Time{})
	if r.Prompt && h.lab != nil {
		h.lab.servePrompt(c, r, files)
		files = nil
		return
	}
	if r.Node == "" {
		nodes := h.Nodes()
		for len(nodes) > nodesAtOnce {
			if speak(c, answer{Nodes: nodes[:nodesAtOnce], More: true}) != nil {
				return
			}
			nodes = nodes[nodesAtOnce:]
		}
		_ = speak(c, answer{Nodes: nodes})
		return
	}
	spec := runtime.ShellSpec{Argv: r.Argv}
	switch {
	case r.Terminal:
		spec.Terminal = &runtime.Terminal{Kind: r.Kind, Rows: r.Rows, Cols: r.Cols}
	case len(files) == len(spec.Files):
		copy(spec.Files[:], files)
	default:
		_ = speak(c, answer{Error: "a program needs a terminal or three files"})
		return
	}
	sh, err := h.Shell(r.Node, spec)
	closeAll(files)
	files = nil
	if err != nil {
		_ = speak(c, answer{Error: err.Error()})
		return
	}
	c.follow(sh)
}

// follow tells the client how its program ends, and the program when the
// client is gone.
func (c conn) follow(sh *runtime.Shell) {
	var err error
	if sh.Master == nil {
		err = speak(c, answer{Started: true})
	} else {
		err = speak(c, answer{Started: true}, sh.Master)
		sh.Master.Close() // the client's is the only one now
	}
	left := c.left()
	ended := make(chan struct{})
	code, unmade := 0, false
	go func() { // ends with the program, at the latest with its node
		defer close(ended)
		code, unmade = sh.Wait()
	}()
	if err == nil {
		select {
		case <-ended:
			if !unmade { // else the end of the connection tells
				_ = speak(c, answer{Ended: true, Code: code})
			}
			return
		case <-left:
		}
	}
	sh.HangUp()
}

// left is closed when the client is gone, or the connection is closed.
func (c conn) left() <-chan struct{} {
	left := make(chan struct{})
	go func() { // ends then
		defer close(left)
		var b [1]byte
		for n, err := 1, error(nil); n > 0 && err == nil; {
			n, err = c.Read(b[:])
		}
	}()
	return left
}
