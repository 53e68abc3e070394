// Package sandbox makes the processes and namespaces that a lab lives in.
//
//	front    on the host: terminal, signals, deadline; nothing else
//	init     pid 1 of a new process namespace: builds the view of the files, reaps
//	engine   in a second user namespace below: the script, netlink, the nodes
//
// Init dies when the front does, by two independent triggers, and the kernel
// ends everything else with init. What init mounted is locked for the engine.
// All three are this program, started again under another name.
package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A Mode is how a lab gets its user ids. Host uid 0 is mapped in none.
type Mode string

const (
	RootlessMany Mode = "rootless, with subordinate ids"
	RootlessOne  Mode = "rootless, with one id"
	Root         Mode = "root"
)

// A Spec says what lab to make. It travels from front to engine.
type Spec struct {
	Args    []string // the command line, for the engine
	Script  string   // absolute path of the script, on the host
	Test    string   // of a script's tests the one to run, as the program calls it; "" to run the script
	Project string   // absolute path of the project's folder
	Dir     string   // where the user is
	Out     string   // folder that takes what was written in the project, or ""
	Strict  bool     // a stranger's script
	Virtual bool     // the machine's clock jumps when all wait: who looks at it often holds it up
	// Artifacts is the folder that takes the journal and the logs, or "".
	Artifacts string
	Update    bool // the test's snapshots are written, not compared
	Limits    Limits

	Neighbours int           // room in the machine's neighbour table, which a lab cannot read
	Timeout    time.Duration // of the script; 0 for none
	Color      bool          // the user's terminal shows colours
	Verbose    bool          // the user wants to hear more
	LendShell  bool          // the user wants a shell when a script fails, a stranger's too
	Prompt     bool          // the lab is there for its prompt, which needs no terminal
	Force      Mode          // "" for the best that this machine has
	Mode       Mode          // the one in use
	UIDs       []Range       // of the lab, as the host counts
	GIDs       []Range
	Nested     bool // the front is root of a user namespace, and maps its ids itself
	Empty      bool // no program is run
}

// A Range maps ids of the lab to ids outside.
type Range struct{ Inside, Outside, Size int }

const (
	initName   = "wirelark-init"   // waits for its ids if it has none, then serves as pid 1
	engineName = "wirelark-engine" // runs the script

	// waitArg tells init that its ids are yet to be mapped. Its own user id
	// does not tell: the map may be written while it starts, too late for the
	// capabilities and in time to look like root.
	waitArg = "wait"
)

// Descriptors that a stage finds open.
const (
	liveFD    = 3 // init: end of a pipe that the front holds; its end means death
	controlFD = 4 // init: the socket to the front
	specFD    = 5 // init: a file with the Spec

	engineFD       = 3 // engine: the same socket
	engineSpecFD   = 4 // engine: the same file
	engineBehalfFD = 5 // engine: a socket to init, of a lab that administers
)

// rootBase is the first id of the range that a lab started by root uses: one
// that no distribution hands out.
const rootBase = 0x6fff0000

// labIDs is how many ids a lab has at most.
const labIDs = 65536

// RunDir is the lab's private folder for the engine's own use.
const RunDir = "/run/wirelark"

// file is the Spec in a file without a name. Not in the environment: that has
// little room, and everything of the lab would inherit it.
func (s *Spec) file() (*os.File, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("lab specification: %w", err)
	}
	fd, err := unix.MemfdCreate("wirelark-spec", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("lab specification: %w", err)
	}
	f := os.NewFile(uintptr(fd), "specification")
	if _, err := f.Write(b); err != nil {
		f.Close()
		return nil, fmt.Errorf("lab specification: %w", err)
	}
	return f, nil
}

// readSpec reads the file that a stage was given.
func readSpec(f *os.File) (*Spec, error) {
	s := &Spec{}
	if err := json.NewDecoder(io.NewSectionReader(f, 0, math.MaxInt64)).Decode(s); err != nil {
		return nil, fmt.Errorf("lab specification: %w", err)
	}
	return s, nil
}

// administers reports whether init may do for the lab what only the machine's
// own administrator may: it is root of the machine, and the script is his.
func (s *Spec) administers() bool { return s.Mode == Root && !s.Strict }

// environ is the environment of the engine. That of a stranger's script holds
// nothing of the user.
func (s *Spec) environ() []string {
	if !s.Strict {
		return os.Environ()
	}
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TERM=" + os.Getenv("TERM")}
}

// A Refused says that this machine does not allow a lab, and what to do.
type Refused struct {
	Why    string
	Remedy []string
}

func (r *Refused) Error() string { return r.Why }
