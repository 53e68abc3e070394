package runtime

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"sync"
)

// A record keeps what a spawned program writes while it runs: of each output
// the newest bytes, and the newest lines of both in the order of their coming.
type record struct {
	limit int
	logs  []io.Writer // each takes all of it

	mu      sync.Mutex
	outputs [2]written // standard output, standard error
	lines   [][]byte
	held    int // bytes in lines
	dropped int // lines before those
	changed chan struct{}
	logged  int64
}

// A written is the end of an output.
type written struct {
	data []byte
	over int64  // bytes before those
	part []byte // of a line that has not ended
}

// longestLine is where a line without an end is cut.
const longestLine = 64 << 10

// logLimit is how much of a program's output goes to its logs.
const logLimit = 64 << 20

func newRecord(limit int, logs ...io.Writer) *record {
	return &record{limit: limit, logs: logs, changed: make(chan struct{})}
}

// follow makes an output of a program: what is written to the file is kept,
// also what processes in the background write when the program has ended.
func (r *record) follow(which int) (*tap, *os.File, error) {
	return newTap(func(p []byte) { r.add(which, p) }, func() { r.end(which) })
}

// add keeps what was written.
func (r *record) add(which int, p []byte) {
	if len(p) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	o := &r.outputs[which]
	o.data = append(o.data, p...)
	if n := len(o.data) - r.limit; n > r.limit {
		o.data = append([]byte(nil), o.data[n:]...)
		o.over += int64(n)
	}
	for line := range bytes.Lines(p) {
		o.part = append(o.part, line...)
		if line[len(line)-1] == '\n' || len(o.part) > longestLine {
			r.line(bytes.TrimRight(o.part, "\r\n"))
			o.part = nil
		}
	}
	if r.logged < logLimit {
		r.logged += int64(len(p))
		for _, log := range r.logs {
			_, _ = log.Write(p) // a full disk loses the log, not the program
			if r.logged >= logLimit {
				_, _ = io.WriteString(log, "\nwirelark: the rest is not logged\n")
			}
		}
	}
	r.change()
}

// end says that the line under way has ended with its output.
func (r *record) end(which int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o := &r.outputs[which]; len(o.part) > 0 {
		r.line(o.part)
		o.part = nil
	}
	r.change()
}

func (r *record) line(p []byte) {
	r.lines = append(r.lines, p)
	r.held += len(p)
	for len(r.lines) > 1 && r.held > r.limit {
		r.held -= len(r.lines[0])
		r.lines = r.lines[1:]
		r.dropped++
	}
}

func (r *record) change() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// find looks for a line that matches, from line at on. It returns the line,
// its number, and what is closed when there may be another.
func (r *record) find(re *regexp.Regexp, at int) (line []byte, number int, again <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := max(at-r.dropped, 0); i < len(r.lines); i++ {
		if re.Match(r.lines[i]) {
			return r.lines[i], r.dropped + i, nil
		}
	}
	return nil, r.dropped + len(r.lines), r.changed
}

// partMatches reports whether a line that has not ended matches: a prompt.
func (r *record) partMatches(re *regexp.Regexp) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.outputs {
		if part := r.outputs[i].part; len(part) > 0 && re.Match(part) {
			return true
		}
	}
	return false
}

// next is closed when something more was written.
func (r *record) next() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// take returns what is kept of an output, and how many bytes were before.
func (r *record) take(which int) ([]byte, int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := &r.outputs[which]
	n := max(len(o.data)-r.limit, 0)
	return bytes.Clone(o.data[n:]), o.over + int64(n)
}

// last returns the newest lines of both outputs, with one under way.
func (r *record) last(n int) [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := append([][]byte(nil), r.lines[max(0, len(r.lines)-n):]...)
	for _, o := range r.outputs {
		if len(o.part) > 0 {
			list = append(list, o.part)
		}
	}
	return list[max(0, len(list)-n):]
}
