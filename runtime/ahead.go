package runtime

import (
	"slices"

	"golang.org/x/sys/unix"
)

// A view costs more than the command that first needs it. Where commands run
// in one node after another, in the order of their making, the next node's
// view is made on another core while the command runs.

// foresee makes the view of the node after ns, if ns came in turn itself. At
// most one view is made for nothing at the end of each such row.
func (s *Session) foresee(ns *Namespace) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.order, ns)
	inTurn := i > 0 && s.order[i-1] == s.viewed
	s.viewed = ns
	if !inTurn || i+1 == len(s.order) || s.closed {
		return
	}
	next := s.order[i+1]
	s.ahead.Add(1)
	go func() { // Close waits for it
		defer s.ahead.Done()
		_ = next.makeView() // whoever needs the view is told the error
	}()
}

// killAll kills the processes of all nodes at once: the kernel ends them side
// by side, while each node is then unmade in turn.
func (s *Session) killAll() {
	for _, ns := range s.Namespaces() {
		ns.mu.Lock()
		if ns.view != nil && ns.view.init != 0 {
			_ = unix.Kill(ns.view.init, unix.SIGKILL)
		}
		ns.mu.Unlock()
	}
}
