package talk

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// Frames is the program's end of a tun or tap: each write is a packet that the
// kernel takes in, each read one that it sends.
type Frames struct {
	f  *os.File
	mu sync.Mutex // of who receives
}

// NewFrames takes over a device that was opened, and does not block.
func NewFrames(f *os.File) *Frames { return &Frames{f: f} }

// longestFrame is more than a device's largest MTU, with all that may be
// before the packet.
const longestFrame = 1<<16 + 64

// Send has the kernel take in a frame.
func (t *Frames) Send(data []byte) error {
	if t.f.SetWriteDeadline(time.Now().Add(sendTime)) != nil {
		return explain(os.ErrClosed) // which alone keeps it from being set
	}
	_, err := t.f.Write(data)
	return explain(err)
}

// Receive waits for a frame that the kernel sends.
func (t *Frames) Receive(ctx context.Context, timeout time.Duration) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	buf, n := make([]byte, longestFrame), 0
	err := wait(ctx, t.setReadDeadline, time.Now().Add(timeout), func() (err error) {
		n, err = t.f.Read(buf)
		return err
	})
	if ctx.Err() != nil && isLate(err) {
		return nil, context.Cause(ctx)
	}
	return buf[:n], explain(err)
}

func (t *Frames) setReadDeadline(until time.Time) error {
	if t.f.SetReadDeadline(until) != nil {
		return os.ErrClosed // which alone keeps it from being set
	}
	return nil
}

// Close closes it; who waits for a frame is told.
func (t *Frames) Close() error {
	if err := t.f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
