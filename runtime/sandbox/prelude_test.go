package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"wirelark/runtime/confine"
)

// preludeEnv lists what a test binary does to itself before it is a front:
// so the tests show it machines that differ from this one, in namespaces
// that vanish with it. A step is a name, perhaps with =value.
const preludeEnv = "WIRELARK_TEST_PRELUDE"

var preludeSteps = map[string]func(value string) error{
	"mounts": func(string) error {
		if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
			return err
		}
		return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	},
	"subids": giveSubordinates,
	"noproc": func(string) error { return unix.Mount("tmpfs", "/proc", "tmpfs", 0, "") },
	// What container engines do.
	"masked": func(string) error {
		n := 0
		for _, d := range []string{"/proc/acpi", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/scsi"} {
			if unix.Mount("tmpfs", d, "tmpfs", unix.MS_RDONLY, "") == nil {
				n++
			}
		}
		if n == 0 {
			return fmt.Errorf("nothing in /proc to mask")
		}
		return nil
	},
	"chroot": func(dir string) error {
		for _, d := range []string{"dev", "proc", "usr", "tmp"} {
			to := filepath.Join(dir, d)
			if err := os.Mkdir(to, 0o755); err != nil {
				return err
			}
			if err := unix.Mount("/"+d, to, "", unix.MS_BIND, ""); err != nil {
				return err
			}
		}
		for _, d := range []string{"lib", "lib64"} { // of a test binary with cgo
			if err := os.Symlink("usr/"+d, filepath.Join(dir, d)); err != nil {
				return err
			}
		}
		if err := unix.Chroot(dir); err != nil {
			return err
		}
		return unix.Chdir("/")
	},
	"bind": func(dir string) error { return unix.Mount(dir, dir, "", unix.MS_BIND, "") },
	"bindto": func(pair string) error {
		from, to, _ := strings.Cut(pair, ":")
		return unix.Mount(from, to, "", unix.MS_BIND, "")
	},
	"ro": func(dir string) error {
		return unix.Mount("", dir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
	},
	"tmpfs": func(dir string) error { return unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=777") },
	"small": func(dir string) error { return unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=777,size=64k") },
	"nnp":   func(string) error { return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) },
	"sysctl": func(kv string) error {
		name, v, _ := strings.Cut(kv, ":")
		return os.WriteFile("/proc/sys/"+name, []byte(v), 0)
	},
	// A container's root, and a container's filter of system calls.
	"nocap": func(string) error { return unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_SYS_ADMIN, 0, 0, 0) },
	"filter": func(string) error {
		return confine.Load([]bpf.Instruction{
			bpf.LoadAbsolute{Off: 0, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_CLONE, SkipTrue: 3},
			bpf.LoadAbsolute{Off: 16, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: unix.CLONE_NEWUSER, SkipTrue: 1},
			bpf.RetConstant{Val: 0x00050000 | uint32(unix.EPERM)},
			bpf.RetConstant{Val: 0x7fff0000},
		})
	},
	"nofile": limitTo(unix.RLIMIT_NOFILE), "nproc": limitTo(unix.RLIMIT_NPROC), "as": limitTo(unix.RLIMIT_AS),
	"group": func(gid string) error {
		n, err := strconv.Atoi(gid)
		if err != nil {
			return err
		}
		return unix.Setgroups([]int{n})
	},
	"user": func(id string) error {
		n, err := strconv.Atoi(id)
		if err != nil {
			return err
		}
		// Raw calls for this thread alone: the others end with the exec.
		for _, call := range []uintptr{unix.SYS_SETRESGID, unix.SYS_SETRESUID} {
			if _, _, no := unix.RawSyscall(call, uintptr(n), uintptr(n), uintptr(n)); no != 0 {
				return no
			}
		}
		return nil
	},
}

// prelude takes the steps and starts the binary again. It runs on the main
// thread, whose namespaces, limits and ids the exec keeps.
func prelude(steps string) error {
	for step := range strings.SplitSeq(steps, " ") {
		name, value, _ := strings.Cut(step, "=")
		f := preludeSteps[name]
		if f == nil {
			return fmt.Errorf("no step %s", name)
		}
		if err := f(value); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	os.Unsetenv(preludeEnv)
	if err := syscall.Exec("/proc/self/exe", os.Args, os.Environ()); err != unix.ENOENT {
		return err
	}
	return syscall.Exec(os.Args[0], os.Args, os.Environ()) // without a /proc
}

const firstSubordinate = 0x50000000

// giveSubordinates shows copies of the user database in which manyUser is.
func giveSubordinates(string) error {
	dir := filepath.Dir(os.Args[0])
	// A tmpfs, so that what is written there needs no removal.
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	defer unix.Unmount(dir, unix.MNT_DETACH)
	sub := fmt.Sprintf("wirelark-test:%d:65536\n", firstSubordinate)
	for name, line := range map[string]string{
		"passwd": fmt.Sprintf("wirelark-test:x:%d:%d::/nonexistent:/bin/false\n", manyUser.uid, manyUser.gid),
		"subuid": sub, "subgid": sub,
	} {
		b, err := os.ReadFile("/etc/" + name)
		if err != nil {
			return err
		}
		copied := filepath.Join(dir, name)
		if err := os.WriteFile(copied, append(b, line...), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(copied, "/etc/"+name, "", unix.MS_BIND, ""); err != nil {
			return err
		}
	}
	return nil
}

// limitTo sets a resource limit.
func limitTo(which int) func(string) error {
	return func(n string) error {
		limit, err := strconv.ParseUint(n, 10, 64)
		if err != nil {
			return err
		}
		return syscall.Setrlimit(which, &syscall.Rlimit{Cur: limit, Max: limit})
	}
}
