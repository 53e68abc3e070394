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
	upper   *os.File // the folder that holds what is written in the project
	note    string   // why nothing can be written there, or ""
	program int      // this program, to start the engine from
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
	var err error
	if v.program, err = ownProgram(); err != nil {
		return nil, err
	}
	devs, err := cloneDevices()
	if err != nil {
		return nil, err
	}
	place, err := filepath.EvalSymlinks(s.Project)
	if err != nil {
		return nil, hidden(s, err)
	}
	project, err := cloneProject(s)
	if err != nil {
		return nil, hidden(s, err)
	}
	project, err = v.layer(s, project)
	if err != nil {
		return nil, err
	}
	if s.Strict {
		err = strictRoot()
	} else {
		err = plainRoot()
	}
	if err != nil {
		return nil, err
	}
	if err := makeDev(s, devs); err != nil {
		return nil, err
	}
	if err := privateFolders(s); err != nil {
		return nil, err
	}
	if err := show(project, place, s); err != nil {
		return nil, fmt.Errorf("show %s: %w", s.Project, err)
	}
	if s.Strict {
		if err := readOnly("/", 0); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// plainRoot makes everything that the user sees read-only.
func plainRoot() error {
	if err := readOnly("/", unix.AT_RECURSIVE); err != nil {
		return err
	}
	// Writing in /proc is how processes are given their ids; what may be
	// written in /proc/sys, the kernel itself decides by user namespace.
	attr := unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY}
	if err := unix.MountSetattr(unix.AT_FDCWD, "/proc", 0, &attr); err != nil {
		return fmt.Errorf("make /proc writable: %w", err)
	}
	return mount("sysfs", "/sys", "sysfs", quietMount, "")
}

// privateTmp are folders that are empty at first and vanish with the lab.
var privateTmp = []struct{ path, options string }{
	{"/run", "mode=755,size=64m"}, {"/tmp", "mode=1777,size=512m"}, {"/var/tmp", "mode=1777,size=64m"},
}

func privateFolders(s *Spec) error {
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

// show mounts the project's folder at its place and makes sure that the lab
// can walk to it, also by the path that the user gave if that has links in it.
func show(project int, place string, s *Spec) error {
	defer unix.Close(project)
	if err := reach(place, s.Mode); err != nil {
		return err
	}
	if err := unix.MoveMount(project, "", unix.AT_FDCWD, place, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return err
	}
	if now, err := filepath.EvalSymlinks(s.Project); err == nil && now == place {
		return nil
	}
	// A link on the way was in a folder that is the lab's own now.
	if err := os.MkdirAll(filepath.Dir(s.Project), 0o755); err != nil {
		return err
	}
	return os.Symlink(place, s.Project)
}

// reach makes sure that a folder is there, to be mounted over, and that the
// lab can walk to it. A lab of host root is no owner of anything: a folder on
// the way that is closed to others is covered by an empty one, which hides
// nothing that the lab could see.
func reach(place string, m Mode) error {
	for dir := "/"; m == Root && dir != place; {
		next, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(place, dir), "/"), "/")
		dir = filepath.Join(dir, next)
		var st unix.Stat_t
		if dir == place || unix.Stat(dir, &st) != nil || st.Mode&0o001 != 0 {
			continue
		}
		if err := mount("tmpfs", dir, "tmpfs", quietMount, "mode=755,size=64k"); err != nil {
			return err
		}
		break
	}
	err := os.MkdirAll(place, 0o755)
	if errors.Is(err, unix.EROFS) || errors.Is(err, unix.EEXIST) {
		return nil
	}
	return err
}

// hidden explains a project's folder that cannot be had.
func hidden(s *Spec, err error) error {
	if errors.Is(err, unix.ENOSPC) { // a copy of a mount counts as a namespace of mounts
		return err
	}
	return &Refused{Why: "the folder " + s.Project + " cannot be shown to a lab: " + err.Error(), Remedy: []string{"see that you may read it and enter every folder on the way"}}
}

// masked explains a refused /proc: a container that hides parts of its own.
func masked(err error) error {
	if errors.Is(err, unix.EPERM) {
		return &Refused{Why: "this container hides parts of /proc, so the kernel gives a lab none of its own",
			Remedy: []string{"docker run --security-opt systempaths=unconfined …", "or run wirelark as the container's root, with CAP_SYS_ADMIN"}}
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
func readOnly(path string, flags uint) error { return readOnlyAt(unix.AT_FDCWD, path, flags, path) }

// readOnlyAt is readOnly for a mount that is found from a descriptor; what
// names it in messages.
func readOnlyAt(fd int, path string, flags uint, what string) error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
	if err := unix.MountSetattr(fd, path, flags, &attr); err != nil {
		return fmt.Errorf("make %s read-only: %w", what, err)
	}
	return nil
}
