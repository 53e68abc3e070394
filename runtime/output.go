package runtime

import (
	"errors"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// An output collects what a command writes to one of its outputs, up to a
// limit; what is over is read, counted and dropped, so that the command never
// waits for us.
type output struct {
	r     *os.File
	fd    int // of r
	limit int

	mu   sync.Mutex
	buf  []byte
	over int64
	tail []byte        // the newest of what is over, for reports
	done chan struct{} // closed when what take wants is in buf
}

// newOutput makes an output and the file that the command writes to.
func newOutput(limit int) (*output, *os.File, error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, err
	}
	// Only our end is non-blocking: the program would see the flag on its own.
	if err := unix.SetNonblock(p[0], true); err != nil {
		return nil, nil, errors.Join(err, unix.Close(p[0]), unix.Close(p[1]))
	}
	o := &output{r: os.NewFile(uintptr(p[0]), "output"), fd: p[0], limit: limit, done: make(chan struct{})}
	go o.read() // ends at the last writer's end, the session's at the latest
	return o, os.NewFile(uintptr(p[1]), "output"), nil
}

// read collects until the last writer is gone or take has said that the
// command has ended. Then all of the command's own output is in the pipe.
func (o *output) read() {
	defer o.r.Close()
	chunk := make([]byte, 16<<10)
	var err error
	for err == nil {
		var n int
		n, err = o.r.Read(chunk)
		o.keep(chunk[:n])
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		// Of the command's own output there is no more than the pipe holds. A
		// background process may write without end.
		left, _ := unix.FcntlInt(uintptr(o.fd), unix.F_GETPIPE_SZ, 0)
		for left > 0 {
			n, err := unix.Read(o.fd, chunk)
			if err == unix.EINTR {
				continue
			}
			if n <= 0 {
				break
			}
			o.keep(chunk[:n])
			left -= n
		}
	}
	close(o.done)
	// A background process may still hold the pipe. It must neither block nor
	// die of a closed one, so what it writes is read, and is nobody's.
	for err = o.r.SetReadDeadline(time.Time{}); err == nil; {
		_, err = o.r.Read(chunk)
	}
}

func (o *output) keep(p []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
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
	// An error means that the reader is through, which is as good.
	_ = o.r.SetReadDeadline(time.Unix(1, 0))
	<-o.done
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf, o.over
}

// abandon gives up an output whose command never started.
func (o *output) abandon() { <-o.done }
