package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"wirelark/runtime/nodeinit"
)

// A view is what a node's commands see: their own processes, host name, /sys,
// /run and /tmp. It is made when the first command runs, so that a node which
// only passes packets on never pays for it.
type view struct {
	init int // pid 1 of the node, as the engine counts
}

// privateDirs are a node's own and empty at first.
var privateDirs = []struct {
	path string
	mode os.FileMode
}{{"/tmp", 0o777 | os.ModeSticky}, {"/var/tmp", 0o777 | os.ModeSticky}, {"/run", 0o755}}

// netnsDir is where iproute2 looks for names. It is shared by all nodes.
const netnsDir = "/run/netns"

// ensureView makes the node's view if it has none. What failed once fails
// again: half a view is none.
func (ns *Namespace) ensureView() error {
	if err := ns.session.shareNames(); err != nil {
		return err
	}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.view != nil || ns.viewErr != nil {
		return ns.viewErr
	}
	if ns.gone {
		return &Error{Thing: "netns " + ns.Name, Err: errThreadGone}
	}
	v := &view{}
	err := ns.thread.do(func() error { return v.build(ns) })
	if err != nil {
		v.kill()
		ns.viewErr = &Error{Thing: "node " + ns.Name, Err: err, Hint: limitHint(err)}
		return ns.viewErr
	}
	ns.view = v
	return nil
}

// build runs on the node's thread, which it changes for good.
func (v *view) build(ns *Namespace) error {
	opt := &ns.session.opt
	if opt.RunDir == "" {
		return errors.New("this session has no folder to run commands with")
	}
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWUTS | unix.CLONE_NEWPID); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Sethostname([]byte(ns.Name)); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	// Before pid 1: the filter is inherited by what the thread starts.
	if err := installFilter(opt.Strict, opt.OneID); err != nil {
		return err
	}
	ready, err := v.start(opt)
	if err != nil {
		return err
	}
	defer unix.Close(ready)
	if !ns.bare {
		// Anyone may ping, as on a machine with a distribution's defaults.
		if err := writeSysctl("net/ipv4/ping_group_range", "0 "+lastGroup(opt)); err != nil {
			return fmt.Errorf("sysctl ping_group_range: %w", err)
		}
	}
	if err := v.mounts(ns, opt); err != nil {
		return err
	}
	var status [1]byte
	if n, err := unix.Read(ready, status[:]); n != 1 {
		return fmt.Errorf("pid 1 did not start: %v", err)
	}
	if status[0] != 0 {
		return fmt.Errorf("mount /proc: %w", unix.Errno(status[0]))
	}
	return os.Chdir("/")
}

// lastGroup is the highest group id that exists in the lab.
func lastGroup(opt *Options) string {
	if opt.OneID {
		return "0"
	}
	return "65535"
}

// start starts pid 1 and returns the descriptor on which it will report.
func (v *view) start(opt *Options) (int, error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return -1, fmt.Errorf("pipe: %w", err)
	}
	defer unix.Close(p[1])
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(p[0])
		return -1, fmt.Errorf("/dev/null: %w", err)
	}
	defer unix.Close(null)
	program := filepath.Join(opt.RunDir, nodeinit.Name)
	if nodeinit.Binary == nil {
		program = "/proc/self/exe"
	}
	pid, err := syscall.ForkExec(program, []string{nodeinit.Name}, &syscall.ProcAttr{
		Env: []string{}, Files: []uintptr{uintptr(null), uintptr(null), uintptr(null), uintptr(p[1])},
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		unix.Close(p[0])
		return -1, fmt.Errorf("pid 1: %w", err)
	}
	v.init = pid
	return p[0], nil
}

// mounts gives the node its own /sys and private folders.
func (v *view) mounts(ns *Namespace, opt *Options) error {
	if err := unix.Mount("sysfs", "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /sys: %w", err)
	}
	project, err := holdProject(opt.Project)
	if err != nil {
		return err
	}
	defer unix.Close(project)
	base := filepath.Join(opt.RunDir, "nodes", ns.Name)
	for _, d := range privateDirs {
		dir := filepath.Join(base, strings.ReplaceAll(d.path[1:], "/", "-"))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.Chmod(dir, d.mode); err != nil {
			return err
		}
		if d.path == "/run" {
			for _, sub := range []string{"netns", "lock"} {
				if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
					return err
				}
			}
			// The names of all nodes, those to come too: the mount is shared.
			if err := unix.Mount(netnsDir, filepath.Join(dir, "netns"), "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
				return fmt.Errorf("mount %s: %w", netnsDir, err)
			}
		}
		if d.path == opt.Project {
			continue // it shows the project, in all nodes
		}
		if err := unix.Mount(dir, d.path, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("mount %s: %w", d.path, err)
		}
	}
	return showProject(project, opt.Project)
}

// hidden reports whether a private folder of the node hides path.
func hidden(path string) bool {
	for _, d := range privateDirs {
		if strings.HasPrefix(path, d.path+"/") {
			return true
		}
	}
	return false
}

// holdProject opens the project's folder before something is mounted over it.
func holdProject(path string) (int, error) {
	if !hidden(path) {
		return -1, nil
	}
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC|unix.O_DIRECTORY, 0)
	if err != nil {
		return -1, fmt.Errorf("open %s: %w", path, err)
	}
	return fd, nil
}

// showProject makes the project's folder appear again at its path.
func showProject(fd int, path string) error {
	if fd < 0 {
		return nil
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	tree, err := unix.OpenTree(fd, "", unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_EMPTY_PATH|unix.AT_RECURSIVE)
	if err != nil {
		return fmt.Errorf("bind %s: %w", path, err)
	}
	defer unix.Close(tree)
	if err := unix.MoveMount(tree, "", unix.AT_FDCWD, path, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("bind %s: %w", path, err)
	}
	return nil
}

// kill ends every process of the node and waits until pid 1 is gone, and
// with it, because the kernel sees to it, all the others.
func (v *view) kill() {
	if v.init == 0 {
		return
	}
	_ = unix.Kill(v.init, unix.SIGKILL)
	for {
		if _, err := unix.Wait4(v.init, nil, 0, nil); err != unix.EINTR {
			break
		}
	}
	v.init = 0
}

// shareNames makes the names of all namespaces visible to iproute2 in every
// node: a bind mount in a shared tmpfs of the lab, gone with it.
func (s *Session) shareNames() error {
	s.naming.Lock() // a second caller waits: it runs a command next
	defer s.naming.Unlock()
	s.mu.Lock()
	todo := s.unnamed
	s.unnamed = nil
	s.mu.Unlock()
	for i, ns := range todo {
		if err := s.shareName(ns); err != nil {
			s.mu.Lock()
			s.unnamed = append(todo[i:], s.unnamed...)
			s.mu.Unlock()
			return err
		}
	}
	return nil
}

// shareName shows one name.
func (s *Session) shareName(ns *Namespace) error {
	thing := "name " + ns.Name + " in " + netnsDir
	path := filepath.Join(netnsDir, ns.Name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o444)
	if err != nil {
		return &Error{Thing: thing, Err: err}
	}
	f.Close()
	mounted := false
	ns.shown = s.ledger.owe("name "+ns.Name, func(context.Context) error {
		var err error
		if mounted {
			err = unix.Unmount(path, unix.MNT_DETACH)
		}
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) { // a command removed the name
			err = nil
		}
		if rm := os.Remove(path); rm != nil && !errors.Is(rm, unix.ENOENT) {
			err = errors.Join(err, rm)
		}
		return err
	})
	if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", ns.thread.ns), path, "", unix.MS_BIND, ""); err != nil {
		return errors.Join(&Error{Thing: thing, Err: err}, ns.shown.pay(context.Background()))
	}
	mounted = true
	return nil
}
