package sandbox

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// refused says why this machine did not let a lab start, and what to do.
func refused(err error) error {
	var already *Refused
	if errors.As(err, &already) {
		return already
	}
	root := os.Geteuid() == 0
	byRoot := "or run as root: sudo wirelark …"
	denied := errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES)
	switch {
	case errors.Is(err, unix.ENOSPC):
		return limitReached()
	case denied && !root && setting("kernel/unprivileged_userns_clone") == "0":
		return &Refused{Why: "user namespaces are for root only here (kernel.unprivileged_userns_clone is 0)",
			Remedy: []string{"as root: sysctl -w kernel.unprivileged_userns_clone=1", byRoot}}
	case denied && !root && setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
		return &Refused{Why: "AppArmor does not let this program make user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)",
			Remedy: []string{"run as root: sudo wirelark … (the same result)",
				"or, once: a profile with the line \"userns,\" for this program in /etc/apparmor.d"}}
	case errors.Is(err, unix.EPERM) && inChroot():
		return &Refused{Why: "the kernel allows no user namespaces in a chroot", Remedy: []string{"run outside of it, or as root"}}
	case errors.Is(err, unix.EPERM):
		return &Refused{Why: "making namespaces is not permitted here (" + err.Error() + "): this looks like a container with a system call filter",
			Remedy: []string{"docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …",
				"or docker run --privileged …"}}
	case errors.Is(err, unix.EMFILE), errors.Is(err, unix.ENFILE):
		return tooFewFiles(err.Error())
	case errors.Is(err, unix.EAGAIN):
		return &Refused{Why: "no more processes may be started here: " + err.Error(), Remedy: []string{"raise ulimit -u, or end some"}}
	}
	return &Refused{Why: "a lab cannot start on this machine: " + err.Error(), Remedy: []string{"wirelark doctor says what is missing"}}
}

func tooFewFiles(why string) error {
	return &Refused{Why: "a lab needs more open files than are allowed here: " + why, Remedy: []string{"ulimit -n 1024"}}
}

// setting reads a sysctl; "" if there is none of that name.
func setting(name string) string {
	b, _ := os.ReadFile("/proc/sys/" + name)
	return strings.TrimSpace(string(b))
}

// limitReached names the limit of namespaces that is in the way.
func limitReached() error {
	for _, kind := range []string{"user", "pid", "net", "mnt", "uts", "ipc", "cgroup"} {
		if name := "max_" + kind + "_namespaces"; setting("user/"+name) == "0" {
			long := map[string]string{"pid": "process", "net": "network", "mnt": "mount", "uts": "host name", "cgroup": "control group"}[kind]
			if long == "" {
				long = kind
			}
			return &Refused{Why: long + " namespaces are switched off here (user." + name + " is 0)",
				Remedy: []string{"as root: sysctl -w user." + name + "=10000"}}
		}
	}
	return &Refused{Why: "the limit of namespaces is reached (see /proc/sys/user/max_*_namespaces)",
		Remedy: []string{"end other labs or containers, or raise the limit as root"}}
}

// inChroot reports whether the process's root is not that of its namespace,
// as far as can be seen: a folder that is no mount shows as none.
func inChroot() bool {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 4 && f[4] == "/" {
			return false
		}
	}
	return true
}
