package vm

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Each lab copies /etc when its first command runs. From the host's files, by
// way of QEMU, that takes an emulated machine more than a second, longer than
// all else; so the guest begins with a copy.

const (
	settingsCopy = "settings" // in the guest's first file system
	settingsMost = 32 << 20   // bytes; with more in it there is no copy
	largeSetting = 1 << 20    // a file beyond is not copied but shown
)

// settings adds a copy of a folder of the host to the archive, without what may
// not be read. Of large files it has the names only. It is false, and nothing is
// added, if that would be too much.
func (a *archive) settings(dir string) (large []string, copied bool) {
	start, inode := a.buf.Len(), a.inode
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if path == dir && err != nil || a.buf.Len()-start > settingsMost {
			return fs.ErrInvalid
		}
		if err != nil {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil // it is gone
		}
		var data []byte
		switch info.Mode().Type() {
		case 0:
			if info.Size() > largeSetting {
				large = append(large, path)
			} else {
				data, err = os.ReadFile(path)
			}
		case fs.ModeSymlink:
			var to string
			to, err = os.Readlink(path)
			data = []byte(to)
		case fs.ModeDir:
		default:
			return nil
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && err == nil {
			a.entry(settingsCopy+strings.TrimPrefix(path, dir), st.Mode, st.Uid, st.Gid, 0, 0, data)
		}
		return nil
	})
	if err != nil {
		a.buf.Truncate(start)
		a.inode = inode
		return nil, false
	}
	return large, true
}

// settle puts the copy where the host's folder is seen.
func settle(root string, j *job) error {
	if j.Settings == "" {
		return nil
	}
	large := map[string]int{}
	for _, path := range j.Large {
		fd, err := lift(root, path)
		if err != nil {
			return err
		}
		large[path] = fd
	}
	at := root + j.Settings
	err := unix.Mount("/"+settingsCopy, at, "", unix.MS_BIND, "")
	if err == nil {
		err = unix.Mount("", at, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
	}
	if err != nil {
		return fmt.Errorf("show %s: %w", j.Settings, err)
	}
	for path, fd := range large {
		if err := lay(fd, root, path); err != nil {
			return err
		}
	}
	return nil
}
