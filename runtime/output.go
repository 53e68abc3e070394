package runtime

import (
	"os"
	"sync"
)

// An output collects what a command writes to one of its outputs, up to a
// limit; what is over is read, counted and dropped, so that the command never
// waits for us.
type output struct {
	tap   *tap
	limit int

	mu    sync.Mutex
	buf   []byte
	over  int64
	tail  []byte // the newest of what is over, for reports
	ended bool   // what comes now is a background process's, and nobody's
}

// newOutput makes an output and the file that the command writes to.
func newOutput(limit int) (o *output, w *os.File, err error) {
	o = &output{limit: limit}
	o.tap, w, err = newTap(o.keep, func() { o.mu.Lock(); o.ended = true; o.mu.Unlock() })
	return o, w, err
}

func (o *output) keep(p []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	n := min(len(p), max(o.limit-len(o.buf), 0))
	o.buf = append(o.buf, p[:n]...)
	o.over += int64(len(p) - n)
	if o.tail = append(o.tail, p[n:]...); len(o.tail) > 2*tailSize {
		o.tail = append([]byte(nil), o.tail[len(o.tail)-tailSize:]...)
	}
}

// tailSize is how much of what is over is kept at least: the last lines.
const tailSize = 4 << 10

// last is the end of what is over.
func (o *output) last() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tail[max(0, len(o.tail)-tailSize):]
}

// take returns what the command wrote, and how many bytes were over the
// limit. It is called when the command has ended.
func (o *output) take() ([]byte, int64) {
	o.tap.settle()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf, o.over
}

// abandon gives up an output whose command never started.
func (o *output) abandon() { <-o.tap.done }
