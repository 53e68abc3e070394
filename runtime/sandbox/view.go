package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// A view is what the lab sees of the host's files. Init builds it; for the
// engine and everything below, its mounts are locked.
type view struct {
	upper *os.File // the folder that holds what is written in the project
}

// devices are the ones that programs expect.
var devices = []string{"null", "zero", "full", "random", "urandom", "tty", "net/tun"}

// privateTmp are folders that are empty at first and vanish with the lab.
var privateTmp = []struct{ path, options string }{
	{"/run", "mode=755,size=64m"}, {"/tmp", "mode=1777,size=512m"}, {"/var/tmp", "mode=1777,size=64m"},
}

const quietMount = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC

// buildView makes the host's files read-only and puts the lab's own over them.
func buildView(s *Spec) (*view, error) {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, fmt.Errorf("make mounts private: %w", err)
	}
	// Our own /proc comes first: Go writes the maps of a child by the number
	// that it knows it under.
	if err := mount("proc", "/proc", "proc", quietMount, ""); err != nil {
		return nil, masked(err)
	}
	v := &view{}
	devs := map[string]int{}
	for _, d := range devices {
		if fd, err := cloneTree("/dev/"+d, false); err == nil {
			devs[d] = fd
		}
	}
	project, err := cloneProject(s)
	if err != nil {
		return nil, err
	}
	overlay, err := v.overlay(s, project)
	if err != nil {
		return nil, err
	}
	if s.Strict {
		err = strictRoot()
	} else if err = readOnly("/", unix.AT_RECURSIVE); err == nil {
		// Writing there is how processes are given their ids; what may be
		// written in /proc/sys, the kernel itself decides by user namespace.
		attr := unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY}
		err = unix.MountSetattr(unix.AT_FDCWD, "/proc", 0, &attr)
	}
	if err != nil {
		return nil, err
	}
	if err := ownMounts(s, devs); err != nil {
		return nil, err
	}
	if err := reach(s.Project, s.Mode); err != nil {
		return nil, fmt.Errorf("folder %s: %w", s.Project, err)
	}
	if err := unix.MoveMount(overlay, "", unix.AT_FDCWD, s.Project, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return nil, fmt.Errorf("show %s: %w", s.Project, err)
	}
	unix.Close(overlay)
	if s.Strict {
		if err := readOnly("/", 0); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// reach makes sure that the project's folder is there, to be mounted over,
// and that the lab can walk to it. A lab of host root is no owner of anything:
// a folder on the way that is closed to others is covered by an empty one,
// which hides nothing that the lab could see.
func reach(project string, m Mode) error {
	for dir := "/"; m == Root && dir != project; {
		rest := strings.TrimPrefix(strings.TrimPrefix(project, dir), "/")
		next, _, _ := strings.Cut(rest, "/")
		dir = filepath.Join(dir, next)
		var st unix.Stat_t
		if dir == project || unix.Stat(dir, &st) != nil || st.Mode&0o001 != 0 {
			continue
		}
		if err := mount("tmpfs", dir, "tmpfs", quietMount, "mode=755,size=64k"); err != nil {
			return err
		}
		break
	}
	err := os.MkdirAll(project, 0o755)
	if errors.Is(err, unix.EROFS) || errors.Is(err, unix.EEXIST) {
		return nil
	}
	return err
}

// masked explains a refused /proc: a container that hides parts of its own.
func masked(err error) error {
	if errors.Is(err, unix.EPERM) {
		return errors.New("this container hides parts of /proc, so the kernel gives a lab none of its own: start the container with --security-opt systempaths=unconfined, or run wirelark as its root")
	}
	return err
}

func mount(source, target, kind string, flags uintptr, options string) error {
	if err := unix.Mount(source, target, kind, flags, options); err != nil {
		return fmt.Errorf("mount %s on %s: %w", kind, target, err)
	}
	return nil
}

// cloneTree is a copy of a mount, or of part of one, that is nowhere yet.
func cloneTree(path string, below bool) (int, error) {
	flags := uint(unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC)
	if below {
		flags |= unix.AT_RECURSIVE
	}
	fd, err := unix.OpenTree(unix.AT_FDCWD, path, flags)
	if err != nil {
		return -1, fmt.Errorf("copy the mount of %s: %w", path, err)
	}
	return fd, nil
}

// readOnly makes a mount read-only, without setuid programs or devices.
func readOnly(path string, flags uint) error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
	if err := unix.MountSetattr(unix.AT_FDCWD, path, flags, &attr); err != nil {
		return fmt.Errorf("make %s read-only: %w", path, err)
	}
	return nil
}

// cloneProject is the project's folder, its files under the lab's ids.
func cloneProject(s *Spec) (int, error) {
	fd, err := cloneTree(s.Project, true)
	if err != nil || s.Mode != Root {
		return fd, err
	}
	ns, err := userNamespace(s)
	if err != nil {
		return -1, err
	}
	defer unix.Close(ns)
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(ns)}
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &attr); err != nil {
		// A file system without mapped ids shows what all users may read.
		return fd, nil
	}
	return fd, nil
}

// overlay is the project's folder with a layer that takes what is written. It
// is built in a tmpfs that stays only as long as the layer is in use.
func (v *view) overlay(s *Spec, project int) (int, error) {
	const stage = "/tmp"
	if err := mount("tmpfs", stage, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size=1g"); err != nil {
		return -1, err
	}
	defer func() { _ = unix.Unmount(stage, unix.MNT_DETACH) }()
	for _, d := range []string{"lower", "upper", "work", "shown"} {
		if err := os.Mkdir(filepath.Join(stage, d), 0o755); err != nil {
			return -1, err
		}
		if s.Mode == Root {
			if err := os.Chown(filepath.Join(stage, d), rootBase, rootBase); err != nil {
				return -1, err
			}
		}
	}
	if err := unix.MoveMount(project, "", unix.AT_FDCWD, stage+"/lower", unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return -1, fmt.Errorf("show %s: %w", s.Project, err)
	}
	unix.Close(project)
	if s.Strict {
		if err := readOnly(stage+"/lower", unix.AT_RECURSIVE); err != nil {
			return -1, err
		}
		return cloneTree(stage+"/lower", true)
	}
	options := fmt.Sprintf("lowerdir=%[1]s/lower,upperdir=%[1]s/upper,workdir=%[1]s/work", stage)
	if s.Mode != Root {
		options += ",userxattr"
	}
	if err := mount("overlay", stage+"/shown", "overlay", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		// A folder with mounts of its own below it, or a file system that
		// cannot be under an overlay: it can be read.
		if err := readOnly(stage+"/lower", unix.AT_RECURSIVE); err != nil {
			return -1, err
		}
		return cloneTree(stage+"/lower", true)
	}
	upper, err := os.Open(stage + "/upper")
	if err != nil {
		return -1, err
	}
	v.upper = upper
	return cloneTree(stage+"/shown", false)
}

// ownMounts puts the lab's /sys, /dev, /run and /tmp in place.
func ownMounts(s *Spec, devs map[string]int) error {
	if s.Strict {
		if err := mount("proc", "/proc", "proc", quietMount, ""); err != nil {
			return err
		}
	}
	if err := mount("sysfs", "/sys", "sysfs", quietMount, ""); err != nil {
		return err
	}
	if err := makeDev(s, devs); err != nil {
		return err
	}
	for _, t := range privateTmp {
		if _, err := os.Stat(t.path); err != nil {
			continue
		}
		options := t.options
		if s.Mode == Root {
			options += fmt.Sprintf(",uid=%d,gid=%d", rootBase, rootBase)
		}
		if err := mount("tmpfs", t.path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
			return err
		}
	}
	return nil
}

// makeDev is a /dev with what programs need and nothing of the host's.
func makeDev(s *Spec, devs map[string]int) error {
	if err := mount("tmpfs", "/dev", "tmpfs", unix.MS_NOSUID, "mode=755,size=64k"); err != nil {
		return err
	}
	for _, d := range []string{"net", "shm", "pts"} {
		if err := os.Mkdir("/dev/"+d, 0o755); err != nil {
			return err
		}
	}
	if s.Mode == Root { // the host's may be closed to everybody but root
		if fd, ok := devs["net/tun"]; ok {
			unix.Close(fd)
			delete(devs, "net/tun")
		}
		if unix.Mknod("/dev/net/tun", unix.S_IFCHR|0o666, int(unix.Mkdev(10, 200))) == nil {
			_ = os.Chmod("/dev/net/tun", 0o666)
		}
	}
	for name, fd := range devs {
		if err := os.WriteFile("/dev/"+name, nil, 0o666); err != nil {
			return err
		}
		if err := unix.MoveMount(fd, "", unix.AT_FDCWD, "/dev/"+name, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
			return fmt.Errorf("show /dev/%s: %w", name, err)
		}
		unix.Close(fd)
	}
	for name, to := range map[string]string{"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2", "ptmx": "pts/ptmx"} {
		if err := os.Symlink(to, "/dev/"+name); err != nil {
			return err
		}
	}
	if err := mount("devpts", "/dev/pts", "devpts", unix.MS_NOSUID|unix.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620"); err != nil {
		return err
	}
	return mount("tmpfs", "/dev/shm", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777,size=64m")
}

// shown is what a stranger's script sees of the host besides /etc.
var shown = []string{"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "opt"}

// strictRoot replaces the root by a new one with system folders only.
func strictRoot() error {
	const root = "/tmp"
	if err := mount("tmpfs", root, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size=64m"); err != nil {
		return err
	}
	for _, name := range shown {
		if to, err := os.Readlink("/" + name); err == nil {
			if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
				return err
			}
			continue
		}
		if _, err := os.Stat("/" + name); err != nil {
			continue
		}
		fd, err := cloneTree("/"+name, true)
		if err != nil {
			return err
		}
		dir := filepath.Join(root, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		if err := unix.MoveMount(fd, "", unix.AT_FDCWD, dir, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
			return fmt.Errorf("show /%s: %w", name, err)
		}
		unix.Close(fd)
		if err := readOnly(dir, unix.AT_RECURSIVE); err != nil {
			return err
		}
	}
	for _, d := range []string{"proc", "sys", "dev", "run", "tmp", "home", "root", "etc", "var/tmp", "var/log", "var/lib", "var/cache", "var/spool"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			return err
		}
	}
	if err := os.Symlink("/run", filepath.Join(root, "var/run")); err != nil {
		return err
	}
	if err := copyPublic("/etc", filepath.Join(root, "etc")); err != nil {
		return err
	}
	// The old root's /proc stays reachable until the new one is mounted: the
	// kernel gives a new one only to those who can see one.
	fd, err := cloneTree("/proc", false)
	if err != nil {
		return err
	}
	if err := unix.MoveMount(fd, "", unix.AT_FDCWD, root+"/proc", unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("show /proc: %w", err)
	}
	unix.Close(fd)
	if err := unix.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("change the root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the old root: %w", err)
	}
	return unix.Chdir("/")
}

// copyPublic copies the files that everybody may read.
func copyPublic(from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if d == nil || err != nil {
			return nil // what cannot be read is not public
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		info, err := d.Info()
		if err != nil {
			return nil
		}
		switch mode := info.Mode(); {
		case mode.IsDir() && mode.Perm()&0o005 == 0o005:
			return os.MkdirAll(target, 0o755)
		case mode.IsDir():
			return filepath.SkipDir
		case mode&os.ModeSymlink != 0:
			if link, err := os.Readlink(path); err == nil {
				return os.Symlink(link, target)
			}
		case mode.IsRegular() && mode.Perm()&0o004 != 0 && info.Size() < 1<<20:
			if b, err := os.ReadFile(path); err == nil {
				return os.WriteFile(target, b, mode.Perm()|0o444)
			}
		}
		return nil
	})
}
