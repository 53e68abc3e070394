package talk

import (
	"context"
	"errors"
	"net"
	"os"
	"time"
)

// lastLook is for how long who waits looks once more when the time is up. On a
// busy machine this process may not have come to run since long before: what
// came in time is there then, and was not seen.
const lastLook = 20 * time.Millisecond

// wait calls f, which waits for something that time and ctx bound, and once
// more for a last look.
func wait(ctx context.Context, set func(time.Time) error, until time.Time, f func() error) error {
	stop, err := deadline(ctx, set, until)
	if err != nil {
		return err
	}
	defer stop()
	err = f()
	if isLate(err) && ctx.Err() == nil && set(time.Now().Add(lastLook)) == nil {
		err = f()
	}
	return err
}

func isLate(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// A stream is a connection of which who reads takes a last look, at one read
// of many: late says that it was taken.
type stream struct {
	*net.TCPConn
	late bool
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.TCPConn.Read(p)
	if s.late || !isLate(err) || s.SetReadDeadline(time.Now().Add(lastLook)) != nil {
		return n, err
	}
	s.late = true
	return s.TCPConn.Read(p)
}

// deadline bounds a wait by time and by ctx, until stop. stop waits for what
// ctx's end sets, lest it cut the next wait short.
func deadline(ctx context.Context, set func(time.Time) error, until time.Time) (stop func(), err error) {
	if err := set(until); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		_ = set(time.Unix(1, 0)) // of one that was closed, nobody waits
		close(done)
	})
	return func() {
		if !cancel() {
			<-done
		}
	}, nil
}
