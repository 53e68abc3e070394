package vm

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Listen hands a channel the signals that end a program, before anything is
// made that they would leave behind; and that of a pipe without a reader, which
// then becomes an error of the write.
func Listen(to chan os.Signal) {
	signal.Notify(to, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
}

// mostSpooled is how much is kept for a reader that is slow. A guest in virtual
// time cannot wait for one: its clock would run on.
const mostSpooled = 64 << 20

// A spool shows what a guest writes without holding it up.
type spool struct {
	to   io.Writer
	done chan struct{}

	mu     sync.Mutex
	cond   *sync.Cond
	buf    []byte
	closed bool
	err    error // of the first write that failed
}

func newSpool(to io.Writer) *spool {
	s := &spool{to: to, done: make(chan struct{})}
	s.cond = sync.NewCond(&s.mu)
	go s.run() // ends with close, or with the process if nobody reads
	return s
}

func (s *spool) run() {
	defer close(s.done)
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		for len(s.buf) == 0 && !s.closed {
			s.cond.Wait()
		}
		if len(s.buf) == 0 {
			return
		}
		part := s.buf
		s.buf = nil
		s.cond.Broadcast()
		if s.err != nil {
			continue // what nobody can have is dropped
		}
		s.mu.Unlock()
		_, err := s.to.Write(part)
		s.mu.Lock()
		s.err = err
	}
}

func (s *spool) add(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.buf) > mostSpooled {
		s.cond.Wait()
	}
	s.buf = append(s.buf, p...)
	s.cond.Broadcast()
}

// close waits until all is shown, or ctx ends, and returns why some is not. Who
// closes the pipe that we write to has read enough.
func (s *spool) close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.cond.Broadcast()
	s.mu.Unlock()
	select {
	case <-s.done:
	case <-ctx.Done():
		return nil // the user does not want it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.err, syscall.EPIPE) {
		return nil
	}
	return s.err
}
