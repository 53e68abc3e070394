package sandbox

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A latch is a descriptor that can be polled for one event, which comes once.
type latch struct{ r, w *os.File }

func newLatch() (*latch, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	return &latch{r, w}, nil
}

func (l *latch) set()      { l.w.Close() }
func (l *latch) close()    { l.w.Close(); l.r.Close() }
func (l *latch) fd() int32 { return int32(l.r.Fd()) }

// An ending of pumps comes in two: over says that there will be no more to
// copy than what was written so far, cut that it is not wanted either.
type ending struct{ over, cut *latch }

func newEnding() (*ending, error) {
	over, err := newLatch()
	if err != nil {
		return nil, err
	}
	cut, err := newLatch()
	if err != nil {
		over.close()
		return nil, err
	}
	return &ending{over, cut}, nil
}

func (e *ending) close() { e.over.close(); e.cut.close() }

// A pump copies from one descriptor to another. It polls, so that it leaves
// what it has not read to others when its time is over: the next shell reads
// the same terminal.
type pump struct {
	from, to *os.File
	end      *ending
	rest     bool // when it is over, copy what was written before
}

// restTime is how long, in milliseconds, an output must be silent after the
// end to count as copied: others may hold it open.
const restTime = 20

// mostRest bounds what is copied after the end: what the kernel keeps of a
// pipe or a terminal, and not what somebody goes on writing.
const mostRest = 128 << 10

// start copies until there is no more (nil), or nobody takes it. The channel is
// closed after it has told so.
func (p pump) start() <-chan error {
	done := make(chan error, 1)
	go func() { // ends with either end, or when it is cut
		defer close(done)
		done <- p.run()
	}()
	return done
}

func (p pump) run() error {
	buf := make([]byte, 4096)
	from := int(p.from.Fd())
	for rest := 0; rest < mostRest; {
		fds := []unix.PollFd{{Fd: int32(from), Events: unix.POLLIN}, {Fd: p.end.cut.fd()}, {Fd: p.end.over.fd()}}
		if err := poll(fds, -1); err != nil {
			return err
		}
		over := fds[2].Revents != 0
		if fds[1].Revents != 0 || over && !p.rest || fds[0].Revents&unix.POLLNVAL != 0 {
			return nil
		}
		if over && fds[0].Revents == 0 {
			if err := poll(fds[:2], restTime); err != nil || fds[0].Revents == 0 {
				return err
			}
		}
		n, err := unix.Read(from, buf)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
			continue
		case err != nil || n <= 0: // EIO is how a terminal says that nobody has it
			return nil
		}
		if over {
			rest += n
		}
		if err := p.write(buf[:n]); err != nil {
			return err
		}
	}
	return nil
}

// write writes all of it, unless it is cut.
func (p pump) write(b []byte) error {
	to := int(p.to.Fd())
	for len(b) > 0 {
		fds := []unix.PollFd{{Fd: int32(to), Events: unix.POLLOUT}, {Fd: p.end.cut.fd()}, {Fd: p.end.over.fd()}}
		if p.rest {
			fds = fds[:2]
		}
		if err := poll(fds, -1); err != nil {
			return err
		}
		if fds[0].Revents == 0 {
			return nil
		}
		n, err := unix.Write(to, b)
		switch {
		case err == nil:
			b = b[n:]
		case !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.EAGAIN):
			return err
		}
	}
	return nil
}

func poll(fds []unix.PollFd, ms int) error {
	for {
		if _, err := unix.Poll(fds, ms); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// finished reports whether a pump that was cut has ended. It may be held by a
// terminal that takes nothing; then it keeps its descriptors.
func finished(done <-chan error) bool {
	select {
	case <-done:
		return true
	case <-time.After(time.Second):
		return false
	}
}
