package runtime

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/confine"
	"wirelark/runtime/nodeinit"
)

// A view is what a node's commands see: their own processes, host name, /sys,
// /tmp, and what they write in /etc, /run and /var. It is made when the first command runs, so that a node which
// only passes packets on never pays for it.
type view struct {
	init int // pid 1 of the node, as the engine counts
}

// privateDirs are a node's own and empty at first.
var privateDirs = []string{"/tmp", "/var/tmp"}

// ensureView makes the node's view if it has none.
func (ns *Namespace) ensureView() error {
	if err := ns.session.shareNames(); err != nil {
		return err
	}
	err := ns.makeView()
	if err == nil {
		err = ns.session.shareHosts()
	}
	if ns.used.CompareAndSwap(false, true) && err == nil {
		ns.session.foresee(ns)
	}
	return err
}

// makeView makes the view. What failed once fails again: half a view is none.
func (ns *Namespace) makeView() error {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.view != nil || ns.viewErr != nil {
		return ns.viewErr
	}
	if ns.gone {
		return &Error{Thing: "netns " + ns.Name, Err: errThreadGone}
	}
	v := &view{}
	err := ns.session.awaitStock()
	if err == nil {
		err = ns.thread.do(func() error { return v.build(ns) })
	}
	if err != nil {
		v.kill()
		ns.viewErr = &Error{Thing: "node " + ns.Name, Err: err, Hint: limitHint(err)}
		return ns.viewErr
	}
	ns.view = v
	return nil
}

// Init makes the node's view if it has none, and returns its pid 1.
func (ns *Namespace) Init() (int, error) {
	if err := ns.ensureView(); err != nil {
		return 0, err
	}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.view == nil {
		return 0, &Error{Thing: "netns " + ns.Name, Err: errThreadGone}
	}
	return ns.view.init, nil
}

// endProcesses ends all processes of the node, at once and for good: the
// kernel lets none of them fork any more, and no command runs there again. Why
// follows the node's name in messages.
func (ns *Namespace) endProcesses(why string) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.view != nil {
		ns.view.kill()
		ns.view = nil
	}
	ns.viewErr = refuse("node "+ns.Name, "%s", why)
}

// overrun ends a node's processes because those that something left could not
// be killed.
func (ns *Namespace) overrun(thing string) error {
	ns.endProcesses("has no processes any more: they multiplied faster than they could be killed")
	return refuse(thing, "left processes that multiplied faster than they could be killed, so all processes of %s were ended; no command can run there any more", ns.Name)
}

// build runs on the node's thread, which it changes for good.
func (v *view) build(ns *Namespace) error {
	opt := &ns.session.opt
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWUTS | unix.CLONE_NEWPID); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Sethostname([]byte(ns.Name)); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	// Before pid 1: the filter is inherited by what the thread starts.
	if err := (confine.Filter{Strict: opt.Strict, FakeIDs: opt.OneID}).Install(); err != nil {
		return err
	}
	argv := []string{nodeinit.Name, "/proc"}
	if opt.Processes > 0 {
		argv = append(argv, strconv.Itoa(opt.Processes))
	}
	pid, ready, err := startInit(opt.RunDir, argv, nil)
	if err != nil {
		return err
	}
	v.init = pid
	err = v.furnish(ns, opt)
	if e := awaitInit(ready, "/proc"); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	coverSwitch()
	return os.Chdir("/")
}

// globalSwitch is the one sysctl that every network namespace may write though
// it is the whole machine's, and cannot be taken back.
const globalSwitch = "net/netfilter/nf_hooks_lwtunnel"

// coverSwitch makes it read-only where the node's commands see it. That keeps
// from accidents, as "sysctl -w" of everything is one: a command that is out
// for it is root here and may take the cover away.
func coverSwitch() {
	fd, err := unix.OpenTree(unix.AT_FDCWD, "/proc/sys/"+globalSwitch, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err != nil {
		return // a kernel without it
	}
	defer unix.Close(fd)
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &attr) == nil {
		_ = unix.MoveMount(fd, "", unix.AT_FDCWD, "/proc/sys/"+globalSwitch, unix.MOVE_MOUNT_F_EMPTY_PATH)
	}
}

// furnish sets what commands find, while pid 1 starts.
func (v *view) furnish(ns *Namespace, opt *Options) error {
	if !ns.bare {
		// Anyone may ping, as on a machine with a distribution's defaults.
		if err := writeSysctl("net/ipv4/ping_group_range", "0 "+lastGroup(opt)); err != nil {
			return fmt.Errorf("sysctl ping_group_range: %w", err)
		}
	}
	if !ns.bare && !ns.bridged { // a program may make a bridge too
		if _, err := hooksOff(); err != nil {
			return fmt.Errorf("sysctl net.bridge: %w", err)
		}
		ns.bridged = true
	}
	return v.mounts(ns, opt)
}

// lastGroup is the highest group id that exists in the lab.
func lastGroup(opt *Options) string {
	if opt.OneID {
		return "0"
	}
	return strconv.Itoa(lastID)
}

// nodeDir is a new folder for what a node writes.
func (s *Session) nodeDir() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.views++
	return filepath.Join(s.dir, "node-"+strconv.Itoa(s.views))
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
	own := ns.session.nodeDir()
	for _, path := range privateDirs {
		dir := filepath.Join(own, strings.ReplaceAll(path[1:], "/", "-"))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
			return err
		}
		if path == opt.Project {
			continue // it shows the project, in all nodes
		}
		if err := unix.Mount(dir, path, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("mount %s: %w", path, err)
		}
	}
	if err := ns.keepLayers(own); err != nil {
		return err
	}
	return showProject(project, opt.Project)
}

// hidden reports whether a private folder of the node hides path.
func hidden(path string) bool {
	return inStock(path) != "" || slices.ContainsFunc(privateDirs, func(d string) bool { return strings.HasPrefix(path, d+"/") })
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
	reapInit(v.init)
	v.init = 0
}
