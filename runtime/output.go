package runtime

import (
	"errors"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// An output collects what a command writes to one of its outputs, up to a
// limit; what is over is read, counted and dropped, so that the command never
// waits for us. Who waits for the command reads it meanwhile.
type output struct {
	fd    int // our end of the pipe; -1 when it is closed
	limit int
	buf   []byte
	over  int64
	tail  []byte // the newest of what is over, for reports
}

// newOutput makes an output and the file that the command writes to.
func newOutput(limit int) (o *output, w *os.File, err error) {
	fd, w, err := newPipe()
	return &output{fd: fd, limit: limit}, w, err
}

// newPipe makes a pipe for what programs write, whose reading end does not
// block.
func newPipe() (r int, w *os.File, err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return -1, nil, err
	}
	// Only our end is non-blocking: the program would see the flag on its own.
	if err := unix.SetNonblock(p[0], true); err != nil {
		return -1, nil, errors.Join(err, unix.Close(p[0]), unix.Close(p[1]))
	}
	return p[0], os.NewFile(uintptr(p[1]), "output"), nil
}

func (o *output) keep(p []byte) {
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
func (o *output) last() []byte { return o.tail[max(0, len(o.tail)-tailSize):] }

// chunks are buffers to read into.
var chunks = sync.Pool{New: func() any { return new([16 << 10]byte) }}

// read keeps what is there to be read, one chunk of it.
func (o *output) read() {
	chunk := chunks.Get().(*[16 << 10]byte)
	defer chunks.Put(chunk)
	n, err := unix.Read(o.fd, chunk[:])
	switch {
	case n > 0:
		o.keep(chunk[:n])
	case err != unix.EINTR && err != unix.EAGAIN: // the end
		o.close()
	}
}

// finish keeps the rest of what the command wrote. It is called when the
// command has ended: what comes then is a background process's, and nobody's;
// but that must neither block nor die of a closed pipe.
func (o *output) finish() {
	if o.fd < 0 {
		return
	}
	chunk := chunks.Get().(*[16 << 10]byte)
	defer chunks.Put(chunk)
	if drain(o.fd, chunk[:], o.keep) {
		o.close()
		return
	}
	rest := os.NewFile(uintptr(o.fd), "output")
	o.fd = -1
	go func() { // ends at the last writer's end, the session's at the latest
		defer rest.Close()
		var chunk [4 << 10]byte
		for {
			if _, err := rest.Read(chunk[:]); err != nil {
				return
			}
		}
	}()
}

// close gives up the pipe.
func (o *output) close() {
	if o.fd >= 0 {
		_ = unix.Close(o.fd) // the reading end of a pipe
		o.fd = -1
	}
}
