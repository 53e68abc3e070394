package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

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

// layer is the project's folder with a layer that takes what is written. It
// is built in a tmpfs that stays only as long as the layer is in use.
func (v *view) layer(s *Spec, project int) (int, error) {
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
	if !s.Strict {
		err := v.overlay(stage, s.Mode)
		if err == nil {
			return cloneTree(stage+"/shown", false)
		}
		v.note = fmt.Sprintf("commands can read the folder %s but not write in it: %s", s.Project, err)
	}
	if err := readOnly(stage+"/lower", unix.AT_RECURSIVE); err != nil {
		return -1, err
	}
	return cloneTree(stage+"/lower", true)
}

// overlay mounts the layers. It refuses a folder with mounts below it: as
// root it would hide what they show, and otherwise the kernel refuses.
func (v *view) overlay(stage string, m Mode) error {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	if strings.Contains(string(b), " "+stage+"/lower/") {
		return errors.New("it has other mounts below it")
	}
	options := fmt.Sprintf("lowerdir=%[1]s/lower,upperdir=%[1]s/upper,workdir=%[1]s/work", stage)
	if m != Root {
		options += ",userxattr"
	}
	if err := unix.Mount("overlay", stage+"/shown", "overlay", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return fmt.Errorf("its file system cannot be under an overlay (%w)", err)
	}
	v.upper, err = os.Open(stage + "/upper")
	return err
}
