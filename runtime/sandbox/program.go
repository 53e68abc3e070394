package sandbox

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// ownProgram opens this program's file on a read-only mount, to start the
// engine from. Of a process that was started from the host's own mount, what
// is root in the lab could change the mode and the times of the program, which
// is the user's file: /proc/PID/exe leads to it past all that the view hides.
// It is called before the view hides the program.
func ownProgram() (int, error) {
	path, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return -1, fmt.Errorf("own program: %w", err)
	}
	if fd, err := cloneTree(path, false); err == nil {
		if sameFile(fd) {
			return fd, readOnlyAt(fd, "", unix.AT_EMPTY_PATH, "the own program")
		}
		unix.Close(fd)
	}
	// It has no path here: it was replaced, or is one of another lab's.
	return copyProgram()
}

// sameFile reports whether fd is the file that this process runs.
func sameFile(fd int) bool {
	var a, b unix.Stat_t
	return unix.Fstat(fd, &a) == nil && unix.Stat("/proc/self/exe", &b) == nil && a.Dev == b.Dev && a.Ino == b.Ino
}

// copyProgram copies the program into a file system that only its processes
// hold.
func copyProgram() (int, error) {
	fs, err := unix.Fsopen("tmpfs", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("copy of the own program: %w", err)
	}
	defer unix.Close(fs)
	if err := unix.FsconfigCreate(fs); err != nil {
		return -1, fmt.Errorf("copy of the own program: %w", err)
	}
	root, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV)
	if err != nil {
		return -1, fmt.Errorf("copy of the own program: %w", err)
	}
	defer unix.Close(root)
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return -1, fmt.Errorf("own program: %w", err)
	}
	defer from.Close()
	fd, err := unix.Openat(root, "wirelark", unix.O_CREAT|unix.O_WRONLY|unix.O_CLOEXEC, 0o755)
	if err != nil {
		return -1, fmt.Errorf("copy of the own program: %w", err)
	}
	to := os.NewFile(uintptr(fd), "copy of the own program")
	_, err = io.Copy(to, from)
	if e := to.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = readOnlyAt(root, "", unix.AT_EMPTY_PATH, "the own program")
	}
	if err != nil {
		return -1, err
	}
	return unix.Openat(root, "wirelark", unix.O_PATH|unix.O_CLOEXEC, 0)
}
