package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"wirelark/runtime/nodeinit"
)

// Names let iproute2 find the lab's namespaces in every node. A bind mount for
// each name, as iproute2 itself makes them, would be copied into the mounts of
// every node: a thousand nodes would have a million of them. So a name is a
// symbolic link to a descriptor of a process that holds the namespace open:
// one in a process namespace of its own, in which there is nothing else to be
// seen or signalled, and whose /proc, one mount, every node shows.

const (
	// netnsDir is where iproute2 looks for names. It is shared by all nodes.
	netnsDir = "/run/netns"
	// holdersDir shows the processes that hold the namespaces.
	holdersDir = "/run/.netns"
)

// names is the process namespace of the holders.
type names struct {
	thread *thread // starts them
	count  int     // of those started: their numbers there
	pids   []int   // of those started, as the engine counts
}

// firstHeld is the first of a holder's descriptors that is a namespace.
const firstHeld = 4

// shareNames makes the names of all namespaces visible to iproute2 in every
// node, those made since the last call by one more holder.
func (s *Session) shareNames() error {
	s.naming.Lock() // a second caller waits: it runs a command next
	defer s.naming.Unlock()
	s.mu.Lock()
	todo := s.unnamed
	s.mu.Unlock()
	if len(todo) == 0 || s.opt.RunDir == "" {
		return nil // without a folder no command runs that could ask
	}
	if s.names == nil {
		n := &names{}
		debt := s.ledger.owe("the names of namespaces", func(context.Context) error { return n.close() })
		if err := n.open(); err != nil {
			return errors.Join(err, debt.pay(context.Background()))
		}
		s.names = n
	}
	if err := s.names.hold(s.opt.RunDir, todo); err != nil {
		return err
	}
	for i, ns := range todo {
		if err := s.shareName(ns, fmt.Sprintf("%s/%d/fd/%d", holdersDir, s.names.count, firstHeld+i)); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.unnamed = s.unnamed[len(todo):]
	s.mu.Unlock()
	return nil
}

// shareName shows one name.
func (s *Session) shareName(ns *Namespace, target string) error {
	path := filepath.Join(netnsDir, ns.Name)
	if err := os.Symlink(target, path); err != nil {
		return &Error{Thing: "name " + ns.Name + " in " + netnsDir, Err: err}
	}
	ns.shown = s.ledger.owe("name "+ns.Name, func(context.Context) error {
		if err := os.Remove(path); err != nil && !errors.Is(err, unix.ENOENT) { // a command removed the name
			return err
		}
		return nil
	})
	return nil
}

// open makes the holders' process namespace; its first process mounts their
// /proc.
func (n *names) open() (err error) {
	if err := os.MkdirAll(holdersDir, 0o755); err != nil {
		return err
	}
	n.thread, err = startThread(false, func() error {
		if err := unix.Unshare(unix.CLONE_NEWPID); err != nil {
			return fmt.Errorf("unshare process namespace: %w", err)
		}
		return nil
	})
	return err
}

// hold starts a process that holds namespaces open.
func (n *names) hold(dir string, list []*Namespace) error {
	argv := []string{nodeinit.Name}
	if n.count == 0 {
		argv = append(argv, holdersDir)
	}
	fds := make([]uintptr, len(list))
	for i, ns := range list {
		fds[i] = uintptr(ns.thread.ns)
	}
	return n.thread.do(func() error {
		pid, ready, err := startInit(dir, argv, fds)
		if err != nil {
			return err
		}
		n.pids = append(n.pids, pid)
		n.count++
		return awaitInit(ready, holdersDir)
	})
}

func (n *names) close() error {
	for i := len(n.pids) - 1; i >= 0; i-- {
		reapInit(n.pids[i])
	}
	var errs []error
	if n.count > 0 {
		errs = append(errs, unix.Unmount(holdersDir, unix.MNT_DETACH))
	}
	if n.thread != nil {
		errs = append(errs, n.thread.close())
	}
	return errors.Join(errs...)
}

// startInit starts the small program that serves as pid 1 of a node or holds
// namespaces, and returns its number and the descriptor on which it reports.
// It runs on the thread whose namespaces the program is to be born in.
func startInit(dir string, argv []string, held []uintptr) (pid, ready int, err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return 0, -1, fmt.Errorf("pipe: %w", err)
	}
	defer unix.Close(p[1])
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(p[0])
		return 0, -1, fmt.Errorf("/dev/null: %w", err)
	}
	defer unix.Close(null)
	program := filepath.Join(dir, nodeinit.Name)
	if nodeinit.Binary == nil {
		program = "/proc/self/exe"
	}
	pid, err = syscall.ForkExec(program, argv, &syscall.ProcAttr{
		Env: []string{}, Files: append([]uintptr{uintptr(null), uintptr(null), uintptr(null), uintptr(p[1])}, held...),
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		unix.Close(p[0])
		return 0, -1, fmt.Errorf("pid 1: %w", err)
	}
	return pid, p[0], nil
}

// awaitInit waits until the program has mounted /proc, and closes ready.
func awaitInit(ready int, where string) error {
	defer unix.Close(ready)
	var status [1]byte
	n, err := unix.Read(ready, status[:])
	for err == unix.EINTR {
		n, err = unix.Read(ready, status[:])
	}
	if n != 1 {
		return fmt.Errorf("pid 1 did not start: %v", err)
	}
	if status[0] != 0 {
		return fmt.Errorf("mount %s: %w", where, unix.Errno(status[0]))
	}
	return nil
}

// reapInit ends the program, and with it, if it is pid 1, all others of its
// process namespace, because the kernel sees to it.
func reapInit(pid int) {
	_ = unix.Kill(pid, unix.SIGKILL)
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}
