package sandbox

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// devices are the ones that programs expect.
var devices = []string{"null", "zero", "full", "random", "urandom", "tty", "net/tun"}

// cloneDevices holds the host's devices before its /dev is covered. It leaves
// out what the host has not.
func cloneDevices() (map[string]int, error) {
	devs := map[string]int{}
	for _, d := range devices {
		fd, err := cloneTree("/dev/"+d, false)
		switch {
		case err == nil:
			devs[d] = fd
		case !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EACCES):
			return nil, err
		}
	}
	return devs, nil
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
