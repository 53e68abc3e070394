package builtins

import (
	"context"

	"go.starlark.net/starlark"
)

// A strand is what belongs to one line of execution of a script: the main one,
// and each function that runs in parallel.
type strand struct {
	script   *script
	ctx      context.Context // of the calls under way
	deferred []starlark.Callable
	failed   []error // what expect recorded
	late     *late   // the last wait that came to its deadline, if the machine stood still
	tally    Tally
	atPrompt bool // a person at a prompt waits for its end
}

// strandKey is under which a thread holds its strand.
const strandKey = "strand"

func strandOf(t *starlark.Thread) *strand { return t.Local(strandKey).(*strand) }

// record keeps a failure for the end of the script.
func (s *strand) record(t *starlark.Thread, err error) {
	s.failed = append(s.failed, s.doubt(s.script.framed(t, &located{t.CallStack(), err})))
}

// join adds what a strand that has ended leaves.
func (s *strand) join(ended *strand) {
	s.deferred = append(s.deferred, ended.deferred...)
	s.failed = append(s.failed, ended.failed...)
	s.tally.Checks += ended.tally.Checks
	s.tally.KnownBugs = append(s.tally.KnownBugs, ended.tally.KnownBugs...)
}

// beginMethod makes a call of a value's method.
func beginMethod(t *starlark.Thread) *call { return strandOf(t).script.begin(t) }
