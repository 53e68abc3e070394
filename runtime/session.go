// Package runtime does to the machine what a script asks for. It is not Go's
// runtime. It makes namespaces and links, runs commands in them, and unmakes
// everything; it never speaks Starlark.
package runtime

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"wirelark/runtime/behalf"
)

// Options says how a session works. The zero value works for a process that
// is root of its own user and mount namespaces.
type Options struct {
	Seed    uint64      // from which MAC addresses derive
	Trace   func(*Step) // called with each step as it begins; may be nil
	RunDir  string      // a private, writable directory; needed to run commands
	Project string      // a folder that stays visible in every node, or ""
	WorkDir string      // where commands run unless they say otherwise
	Virtual bool        // the clock jumps when all wait: nothing is late, and each tick costs
	OneID   bool        // user and group ids other than 0 are not mapped
	Strict  bool        // a stranger's script: the narrower filter
	// Processes bounds the process numbers of each node; 0 leaves them the
	// lab's. A node that could use those up would leave the session none.
	Processes int
	// Neighbours is how many entries the machine's neighbour table has room
	// for, which only the host can read; 0 if it is not known.
	Neighbours int
	// Folders gives the host's folders that nodes find empty; it may take its
	// time. May be nil.
	Folders func() []Folder
	// Behalf has done what only the machine's own administrator may do; nil
	// if nobody does.
	Behalf *behalf.Client
	Note   func(string) // called with what the user should know; may be nil
	// Artifact makes a file of what is kept of the run, by its name; nil if
	// nothing is kept.
	Artifact func(name string) io.Writer
}

// A Session owns everything one script makes on the machine. Its methods may
// be called from any goroutine.
type Session struct {
	opt     Options
	dir     string // in RunDir; goes with the lab
	ledger  ledger
	journal journal
	stock   stock
	hosts   hosts
	cuts    cuts
	kept    artifacts
	stalls  *stallWatch

	mu       sync.Mutex
	byName   map[string]*Namespace
	order    []*Namespace    // without what was given up
	names    *names          // how iproute2 finds them; guarded by naming
	unnamed  []*Namespace    // not yet shown in /run/netns
	unready  []*Namespace    // with links or addresses that may not carry yet
	spare    chan born       // a namespace made ahead, while the script does other things
	inherits []setting       // what a new namespace copies from the host, undone
	entries  int             // of the neighbour table that the lab may need
	told     bool            // that they are too many
	has      map[string]bool // features that were tried, and are there
	closed   bool
	shared   int            // folders that all nodes share
	views    int            // of nodes, that were begun: their folders' numbers
	viewed   *Namespace     // whose view was needed last
	ahead    sync.WaitGroup // of views that are made before they are needed

	taskOnce sync.Once
	taskFD   int

	naming   sync.Mutex // held while names are shown in /run/netns
	settling sync.Mutex // held while Ready waits
}

// sessions counts those of this process: a folder of its own for each.
var sessions atomic.Int32

// NewSession makes an empty session.
func NewSession(opt Options) *Session {
	s := &Session{opt: opt, byName: map[string]*Namespace{}, has: map[string]bool{}, stalls: newStallWatch(!opt.Virtual)}
	s.dir = filepath.Join(opt.RunDir, "session-"+strconv.Itoa(int(sessions.Add(1))))
	s.journal.trace = opt.Trace
	if opt.Artifact != nil {
		s.journal.file = opt.Artifact(JournalFile)
	}
	return s
}

// Close unmakes everything the session made, newest first.
func (s *Session) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	spare := s.spare
	s.spare = nil
	s.mu.Unlock()
	s.ahead.Wait()
	s.stock.stop.Store(true)
	if s.stock.done != nil {
		<-s.stock.done
	}
	s.stalls.close()
	s.killAll()
	if spare != nil {
		if b := <-spare; b.err == nil {
			s.ledger.owe("a namespace made ahead", func(context.Context) error { return b.close() })
		}
	}
	return s.ledger.settle(ctx)
}

// Namespaces is every namespace of the session that still lives, in the order
// of their making.
func (s *Session) Namespaces() []*Namespace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.order)
}

// Seed is the number from which the session's MAC addresses derive.
func (s *Session) Seed() uint64 { return s.opt.Seed }

// note tells the user something that is neither a result nor an error.
func (s *Session) note(format string, args ...any) {
	if s.opt.Note != nil {
		s.opt.Note(fmt.Sprintf(format, args...))
	}
}

// own refuses a namespace that another session made.
func (s *Session) own(ns *Namespace) error {
	if ns.session != s {
		return refuse("netns "+ns.Name, "belongs to another lab")
	}
	return nil
}
