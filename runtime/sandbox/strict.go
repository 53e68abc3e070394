package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

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
	// While the old ones can be seen: to those who see none, the kernel gives
	// no new ones.
	if err := mount("proc", root+"/proc", "proc", quietMount, ""); err != nil {
		return err
	}
	if err := mount("sysfs", root+"/sys", "sysfs", quietMount, ""); err != nil {
		return err
	}
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
