package audit

import (
	"crypto/md5"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// fileLines are the lines of a file; none if it cannot be read.
func fileLines(path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

// descriptors are the caller's own.
func descriptors() map[string]string {
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		return nil
	}
	defer dir.Close()
	out := map[string]string{}
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		to, err := os.Readlink("/proc/self/fd/" + name)
		if err != nil || name == strconv.Itoa(int(dir.Fd())) {
			continue
		}
		out[name] = to
	}
	return out
}

// mounts are those of the thread's mount namespace, by their place and number.
func mounts() (map[string]string, error) {
	b, err := os.ReadFile("/proc/thread-self/mountinfo")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 6 {
			continue
		}
		out[fmt.Sprintf("on %s (%s)", f[4], f[0])] = strings.Join(append(f[3:4:4], f[5:]...), " ")
	}
	return out, nil
}

// noisy are sysctls that count something, and change by themselves.
var noisy = map[string]bool{
	"net.netfilter.nf_conntrack_count": true, "net.nf_conntrack_count": true,
	"net.ipv4.tcp_fastopen_key": true, // made at first use
}

// sysctls are all of the network, and of the kernel's those that something
// of a lab could change.
func sysctls() map[string]string {
	out := map[string]string{}
	read := func(path string) {
		name := strings.ReplaceAll(strings.TrimPrefix(path, "/proc/sys/"), "/", ".")
		if noisy[name] {
			return
		}
		if b, err := os.ReadFile(path); err == nil {
			out[name] = strings.TrimSpace(string(b))
		}
	}
	for _, path := range []string{"core_pattern", "core_uses_pid", "domainname", "hostname", "modprobe", "pid_max", "threads-max", "unprivileged_userns_clone"} {
		read("/proc/sys/kernel/" + path)
	}
	_ = filepath.WalkDir("/proc/sys/net", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			read(path)
		}
		return nil // what cannot be read is left out
	})
	for _, line := range fileLines("/proc/sys/user/max_user_namespaces") {
		out["user.max_user_namespaces"] = line
	}
	return out
}

// groups are the folders below one, which control groups are.
func (sc Scope) groups(root string) map[string]string {
	out := map[string]string{}
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (sc.File == nil || sc.File(path)) {
			out[path] = ""
		}
		return nil
	})
	return out
}

// watched are files that tools change in passing.
var watched = []string{"/etc/hostname", "/etc/hosts", "/etc/passwd", "/etc/group", "/etc/resolv.conf", "/etc/subuid", "/etc/subgid", "/etc/iproute2/rt_tables"}

// shared are folders in which everybody may leave something, to the depth
// that is looked at.
var shared = map[string]int{"/dev/shm": 3, "/run": 3, "/tmp": 2, "/var/tmp": 2, "/etc/netns": 2}

// files are the watched ones with their content, and the names of what lies
// in the shared folders. Sizes are left out: logs and locks of others grow.
func (sc Scope) files() map[string]string {
	out := map[string]string{}
	for _, path := range watched {
		if b, err := os.ReadFile(path); err == nil {
			out[path] = fmt.Sprintf("content %x", md5.Sum(b))
		}
	}
	for root, depth := range shared {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if d == nil || path == root {
				return nil
			}
			if sc.File == nil || sc.File(path) {
				out[path] = d.Type().String()
			}
			if d.IsDir() && (err != nil || strings.Count(path, "/")-strings.Count(root, "/") >= depth) {
				return fs.SkipDir
			}
			return nil
		})
	}
	return out
}
