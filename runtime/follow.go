package runtime

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// follow reads what a command writes until it has ended, its time is over or
// ctx has ended, and reports whether the command has; it is not reaped. All is
// waited for in one call of the kernel: a goroutine for each would have to be
// woken on another processor, and that takes longer than a small program.
func follow(ctx context.Context, p *os.Process, limit time.Duration, outs ...*output) (ended bool, err error) {
	stop, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return false, fmt.Errorf("eventfd: %w", err)
	}
	told := make(chan struct{})
	untold := context.AfterFunc(ctx, func() {
		_, _ = unix.Write(stop, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // it has room for that
		close(told)
	})
	defer func() {
		if !untold() {
			<-told
		}
		_ = unix.Close(stop)
	}()
	deadline := time.Now().Add(limit)
	e := p.WithHandle(func(pidfd uintptr) {
		ended, err = pollOutputs(int(pidfd), stop, deadline, outs)
	})
	if e != nil {
		return false, e
	}
	return ended, err
}

func pollOutputs(pidfd, stop int, deadline time.Time, outs []*output) (ended bool, err error) {
	for {
		fds := make([]unix.PollFd, 0, 4)
		for _, fd := range []int{pidfd, stop} {
			fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
		}
		for _, o := range outs {
			fds = append(fds, unix.PollFd{Fd: int32(o.fd), Events: unix.POLLIN}) // -1 is passed over
		}
		// When the time is up it looks once more: what ended in time has, though
		// this process may not have come to run since.
		left, patience := time.Until(deadline), 0
		if left > 0 {
			patience = int(min(left, time.Hour)/time.Millisecond) + 1
		}
		_, err := unix.Poll(fds, patience)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return false, fmt.Errorf("poll: %w", err)
		case fds[0].Revents != 0:
			return true, nil
		case fds[1].Revents != 0, left <= 0:
			return false, nil
		}
		for i, o := range outs {
			if fds[2+i].Revents != 0 {
				o.read()
			}
		}
	}
}
