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
	"os"
	"time"
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
	Args    []string      // the command line, for the engine
	Script  string        // absolute path of the script, on the host
	Project string        // absolute path of the project's folder
	Dir     string        // where the user is
	Out     string        // folder that takes what was written in the project, or ""
	Strict  bool          // a stranger's script
	Timeout time.Duration // of the script; 0 for none
	Color   bool          // the user's terminal shows colours
	Force   Mode          // "" for the best that this machine has
	Mode    Mode          // the one in use
	UIDs    []Range       // of the lab, as the host counts
	GIDs    []Range
}

// A Range maps ids of the lab to ids outside.
type Range struct{ Inside, Outside, Size int }

const (
	initName   = "wirelark-init"   // waits for its ids if it has none, then serves as pid 1
	engineName = "wirelark-engine" // runs the script
	specEnv    = "WIRELARK_SPEC"

	// waitArg tells init that its ids are yet to be mapped. Its own user id
	// does not tell: the map may be written while it starts, too late for the
	// capabilities and in time to look like root.
	waitArg = "wait"
)

// Descriptors that a stage finds open.
const (
	liveFD    = 3 // init: end of a pipe that the front holds; its end means death
	controlFD = 4 // init: the socket to the front
	engineFD  = 3 // engine: the same socket
)

// rootBase is the first id of the range that a lab started by root uses: one
// that no distribution hands out.
const rootBase = 0x6fff0000

// RunDir is the lab's private folder for the engine's own use.
const RunDir = "/run/wirelark"

func (s *Spec) environ() []string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a Spec holds nothing that JSON does not
	}
	return append(os.Environ(), specEnv+"="+string(b))
}

func readSpec() (*Spec, error) {
	s := &Spec{}
	if err := json.Unmarshal([]byte(os.Getenv(specEnv)), s); err != nil {
		return nil, fmt.Errorf("lab specification: %w", err)
	}
	return s, os.Unsetenv(specEnv)
}

// A Refused says that this machine does not allow a lab, and what to do.
type Refused struct {
	Why    string
	Remedy []string
}

func (r *Refused) Error() string { return r.Why }
