package sandbox

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// A child is the lab's init, as the front holds it.
type child struct {
	pid     int
	pidfd   int
	live    *os.File // closing it, or dying, ends the lab
	control *os.File
	crash   *os.File // what the engine's Go runtime says when it dies
}

// start makes the lab's first process in its namespaces. It is called on the
// process's first thread: the death signal follows the thread.
func start(s *Spec) (*child, error) {
	ours, theirs, err := socketpair()
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	defer theirs.Close()
	liveR, liveW, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe: %w", err)
	}
	defer liveR.Close()
	crashR, crashW, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe: %w", err)
	}
	defer crashW.Close()
	null, err := os.OpenFile("/dev/null", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	spec, err := s.file()
	if err != nil {
		return nil, err
	}
	defer spec.Close()

	c := &child{pidfd: -1, live: liveW, control: ours, crash: crashR}
	attr := &syscall.SysProcAttr{
		Setsid: true, Pdeathsig: syscall.SIGKILL, PidFD: &c.pidfd,
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET,
	}
	if s.Mode != Root {
		attr.Cloneflags |= unix.CLONE_NEWUSER
	}
	mapper := s.Mode == RootlessMany && !s.Nested
	if s.Mode != Root && !mapper {
		attr.UidMappings = sysRanges(s.UIDs)
		attr.GidMappings = sysRanges(s.GIDs)
		attr.GidMappingsEnableSetgroups = s.Mode != RootlessOne
	}
	argv := []string{initName}
	if mapper {
		argv = append(argv, waitArg)
	}
	c.pid, err = syscall.ForkExec("/proc/self/exe", argv, &syscall.ProcAttr{
		Env: s.environ(), Sys: attr,
		Files: []uintptr{null.Fd(), crashW.Fd(), crashW.Fd(), liveR.Fd(), theirs.Fd(), spec.Fd()},
	})
	if err == nil && mapper {
		if err = writeMaps(s, c.pid); err == nil {
			err = send(ours, 'g', nil)
		}
	}
	if err != nil {
		if c.pid > 0 {
			c.kill()
			c.wait()
		}
		c.crash.Close()
		c.close()
		return nil, err
	}
	return c, nil
}

func sysRanges(list []Range) []syscall.SysProcIDMap {
	out := make([]syscall.SysProcIDMap, len(list))
	for i, r := range list {
		out[i] = syscall.SysProcIDMap{ContainerID: r.Inside, HostID: r.Outside, Size: r.Size}
	}
	return out
}

// kill ends the lab: the kernel kills whatever init holds.
func (c *child) kill() { _ = unix.PidfdSendSignal(c.pidfd, unix.SIGKILL, nil, 0) }

// close gives up what the front holds of a lab that has ended.
func (c *child) close() {
	c.live.Close()
	c.control.Close()
	if c.pidfd >= 0 {
		unix.Close(c.pidfd)
	}
}

// wait waits for the end of init, with which all of the lab has ended.
func (c *child) wait() syscall.WaitStatus {
	var ws syscall.WaitStatus
	for {
		if _, err := syscall.Wait4(c.pid, &ws, 0, nil); !errors.Is(err, syscall.EINTR) {
			return ws
		}
	}
}
