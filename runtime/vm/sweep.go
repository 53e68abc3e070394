package vm

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// folderPrefix begins the names of machines' folders.
const folderPrefix = "wirelark-vm-"

// claim holds a machine's folder by a lock, which goes with this process,
// however it ends.
func claim(dir string) (*os.File, error) {
	name := filepath.Join(dir, "lock")
	f, err := os.OpenFile(name+".new", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		defer os.Remove(name + ".new")
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if err == nil {
		err = unix.Link(name+".new", name) // which is held as soon as others see it
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("folder for the machine: %w", pathless(err))
	}
	return f, nil
}

// sweep removes the folders of machines whose process was killed: theirs is the
// lock that nobody holds. One without a lock was just made.
func sweep(in string) {
	list, _ := filepath.Glob(filepath.Join(in, folderPrefix+"*"))
	for _, dir := range list {
		f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|unix.O_NOFOLLOW, 0)
		if err != nil {
			continue // somebody else's, or without a lock
		}
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			_ = os.RemoveAll(dir) // what cannot be removed is tried again by the next
		}
		f.Close()
	}
}
