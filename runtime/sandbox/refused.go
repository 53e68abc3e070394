package sandbox

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// refused says why this machine did not let a lab start, and what to do.
func refused(err error) error {
	setting := func(path string) string {
		b, _ := os.ReadFile(path)
		return strings.TrimSpace(string(b))
	}
	switch {
	case setting("/proc/sys/user/max_user_namespaces") == "0":
		return &Refused{Why: "user namespaces are switched off here (user.max_user_namespaces is 0)",
			Remedy: []string{"as root: sysctl -w user.max_user_namespaces=10000", "or run as root: sudo wirelark …"}}
	case setting("/proc/sys/kernel/unprivileged_userns_clone") == "0" && os.Geteuid() != 0:
		return &Refused{Why: "user namespaces are for root only here (kernel.unprivileged_userns_clone is 0)",
			Remedy: []string{"as root: sysctl -w kernel.unprivileged_userns_clone=1", "or run as root: sudo wirelark …"}}
	case setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" && os.Geteuid() != 0:
		return &Refused{Why: "AppArmor does not let this program make user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)",
			Remedy: []string{"run as root: sudo wirelark … (the same result)",
				"or, once: a profile with the line \"userns,\" for this program in /etc/apparmor.d"}}
	case errors.Is(err, unix.ENOSPC):
		return &Refused{Why: "the limit of namespaces is reached (see /proc/sys/user/max_*_namespaces)",
			Remedy: []string{"end other labs or containers, or raise the limit as root"}}
	case errors.Is(err, unix.EPERM) && inChroot():
		return &Refused{Why: "the kernel allows no user namespaces in a chroot", Remedy: []string{"run outside of it, or as root"}}
	case errors.Is(err, unix.EPERM):
		return &Refused{Why: "making namespaces is not permitted here: this looks like a container with a system call filter",
			Remedy: []string{"docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …",
				"or docker run --privileged …"}}
	}
	return &Refused{Why: "a lab cannot start on this machine: " + err.Error(), Remedy: []string{"wirelark doctor says what is missing"}}
}

// inChroot reports whether the process's root is not that of its namespace.
func inChroot() bool {
	var a, b unix.Stat_t
	if unix.Stat("/", &a) != nil || unix.Stat("/proc/1/root", &b) != nil {
		return false
	}
	return a.Ino != b.Ino || a.Dev != b.Dev
}
