package runtime

import (
	"errors"
	"fmt"
	"runtime" // the standard library's; this file is its only importer in the tree
	"sync"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// The main goroutine keeps the process's first thread, so that no namespace
// thread can be born on it: /proc/self always describes the process as it
// was started, and that thread, which the Go runtime parks rather than ends,
// pins no namespace. The death signal of a process also follows the thread
// that started it.
func init() { runtime.LockOSThread() }

// Processors is how many goroutines run at the same time.
func Processors() int { return runtime.GOMAXPROCS(0) }

// errThreadGone says that the namespace was already given up.
var errThreadGone = errors.New("the namespace is gone")

// A thread is an operating-system thread that is in one network namespace
// from the moment it is made until it ends.
type thread struct {
	ns   netns.NsHandle // of the network namespace
	tid  int
	work chan func()
	quit chan struct{}
	done chan struct{}
	once sync.Once
}

// newThread starts a thread in a new, empty network namespace and runs birth
// on it.
func newThread(birth func() error) (*thread, error) { return startThread(true, birth) }

// startThread starts a thread, in a network namespace of its own or in that
// of the process, and runs birth on it.
func startThread(ownNet bool, birth func() error) (*thread, error) {
	t := &thread{ns: netns.None(), work: make(chan func()), quit: make(chan struct{}), done: make(chan struct{})}
	ready := make(chan error, 1)
	go t.loop(ownNet, birth, ready)
	if err := <-ready; err != nil {
		<-t.done
		if t.ns.IsOpen() {
			t.ns.Close()
		}
		return nil, err
	}
	return t, nil
}

func (t *thread) loop(ownNet bool, birth func() error, ready chan<- error) {
	defer close(t.done)
	// Never unlocked: the Go runtime ends the thread when loop returns, and
	// so never lends it, changed as it is, to another goroutine.
	runtime.LockOSThread()
	t.tid = unix.Gettid()
	if ownNet {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			ready <- fmt.Errorf("unshare network namespace: %w", err)
			return
		}
		ns, err := netns.Get()
		if err != nil {
			ready <- fmt.Errorf("open network namespace: %w", err)
			return
		}
		t.ns = ns
	}
	if err := birth(); err != nil {
		ready <- err
		return
	}
	ready <- nil
	for {
		select {
		case f := <-t.work:
			f()
		case <-t.quit:
			return
		}
	}
}

// do runs f on the thread and returns its error. f must not wait for long,
// must not start goroutines that need the namespace, and must not call do.
func (t *thread) do(f func() error) error {
	errc := make(chan error, 1)
	select {
	case t.work <- func() { errc <- f() }:
		return <-errc
	case <-t.done:
		return errThreadGone
	}
}

// close ends the thread and drops its hold on the namespace, which the kernel
// frees once no process, socket or descriptor refers to it. A second call does
// nothing.
func (t *thread) close() (err error) {
	t.once.Do(func() {
		close(t.quit)
		<-t.done
		if t.ns.IsOpen() {
			err = t.ns.Close()
		}
	})
	return err
}

// InNetwork runs f on a thread of its own in a network namespace, and ends the
// thread. f must not start goroutines that need the namespace.
func InNetwork(ns int, f func() error) error {
	errc := make(chan error, 1)
	go func() { // ends with the thread
		runtime.LockOSThread()
		if err := unix.Setns(ns, unix.CLONE_NEWNET); err != nil {
			errc <- fmt.Errorf("enter network namespace: %w", err)
			return
		}
		errc <- f()
	}()
	return <-errc
}
