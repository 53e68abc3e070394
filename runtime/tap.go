package runtime

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A tap reads all that programs write to a pipe, so that they never wait for
// us: while the program runs that it was made for, and what processes write
// that it left in the background.
type tap struct {
	r    *os.File
	fd   int // of r
	keep func(p []byte)
	end  func()        // called when all that the program itself wrote was kept
	done chan struct{} // closed after that
}

// newTap makes a tap and the file that programs write to.
func newTap(keep func(p []byte), end func()) (*tap, *os.File, error) {
	fd, w, err := newPipe()
	if err != nil {
		return nil, nil, err
	}
	t := &tap{r: os.NewFile(uintptr(fd), "output"), fd: fd, keep: keep, end: end, done: make(chan struct{})}
	go t.read() // ends at the last writer's end, the session's at the latest
	return t, w, nil
}

// read reads until the last writer is gone. A background process may hold the
// pipe for long: it must neither block nor die of a closed one.
func (t *tap) read() {
	defer t.r.Close()
	chunk := make([]byte, 16<<10)
	for settled := false; ; {
		n, err := t.r.Read(chunk)
		t.keep(chunk[:n])
		if err == nil {
			continue
		}
		over := !errors.Is(err, os.ErrDeadlineExceeded)
		if !settled {
			if !over {
				drain(t.fd, chunk, t.keep)
			}
			t.end()
			close(t.done)
			settled = true
		}
		if over || t.r.SetReadDeadline(time.Time{}) != nil {
			return
		}
	}
}

// drain reads what is in a pipe, and reports whether that is all that ever
// comes. Of the program's own output there is no more than the pipe holds; a
// background process may write without end.
func drain(fd int, chunk []byte, keep func(p []byte)) (end bool) {
	left, _ := unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0)
	for left > 0 {
		n, err := unix.Read(fd, chunk)
		if err == unix.EINTR {
			continue
		}
		if n <= 0 {
			return err != unix.EAGAIN
		}
		keep(chunk[:n])
		left -= n
	}
	return false
}

// settle waits until all that the program wrote is kept. It is called when the
// program has ended.
func (t *tap) settle() {
	// An error means that the reader is through, which is as good.
	_ = t.r.SetReadDeadline(time.Unix(1, 0))
	<-t.done
}
