package suite

import (
	"bytes"
	"fmt"
	"slices"

	"wirelark/builtins"
)

// A Tally counts what became of tests.
type Tally struct {
	By        map[Status]int
	All       int
	Unchecked int // passed without having checked anything
	KnownBugs int
	Programs  []string // that were run, each once
	Written   int      // snapshots that were not there
	Changed   int      // and others
}

func (t *Tally) add(r *Result) {
	if t.By == nil {
		t.By = map[Status]int{}
	}
	t.By[r.Status]++
	t.All++
	if r.Status == Passed && r.Outcome.Checks == 0 {
		t.Unchecked++
	}
	t.KnownBugs += len(r.Outcome.KnownBugs)
	for _, name := range r.Outcome.Programs {
		if !slices.Contains(t.Programs, name) {
			t.Programs = append(t.Programs, name)
		}
	}
	t.Written += r.Written
	t.Changed += r.Changed
}

// Failed is how many have failed, in whatever way.
func (t *Tally) Failed() int {
	n := 0
	for s, m := range t.By {
		if s.Bad() {
			n += m
		}
	}
	return n
}

// Limits of what is kept for the reports at the end, which must not grow with
// the number of tests.
const (
	keptOfOne  = 8 << 10  // bytes of the output of a test that did not fail
	keptOfFail = 64 << 20 // bytes of the outputs of all that failed; then keptOfOne each
)

// spare drops what no report needs of a test that has ended and was told of.
func (r *Runner) spare(res *Result) {
	switch {
	case res.Status.InFull():
		if r.failed += len(res.Output); r.failed > keptOfFail {
			res.shorten()
		}
		return
	case r.Outputs:
		res.shorten()
	default:
		res.Output, res.Lost = nil, 0
	}
	res.Outcome = builtins.Outcome{}
}

// shorten keeps the beginning and the end of a long output.
func (r *Result) shorten() {
	const half = keptOfOne / 2
	over := len(r.Output) - keptOfOne
	if over <= 0 {
		r.Output = bytes.Clone(r.Output)
		return
	}
	gap := fmt.Sprintf("\n… %d bytes of its output were not kept …\n", int64(over)+r.Lost)
	r.Output, r.Lost = append(append(bytes.Clone(r.Output[:half]), gap...), r.Output[half+over:]...), 0
}
