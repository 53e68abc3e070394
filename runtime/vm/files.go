package vm

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// The files of the guest: the host's, which QEMU gives read-only, with a few
// folders of its own over them.

// ownDir is the guest's own folder, programName this program in it, and
// modprobeName what the kernel calls when it wants a module.
const (
	ownDir       = "/run/wirelark-vm"
	programName  = "wirelark"
	modprobeName = "wirelark-modprobe"
)

const ninep = "trans=virtio,version=9p2000.L,msize=524288"

// mount mounts, and makes the place if that can be made.
func mount(source, target, kind string, flags uintptr, data string) error {
	_ = os.MkdirAll(target, 0o755)
	if err := unix.Mount(source, target, kind, flags, data); err != nil {
		return fmt.Errorf("mount %s at %s: %w", kind, target, err)
	}
	return nil
}

// setUp makes the guest what a program expects of a machine.
func setUp() (*guestPort, error) {
	for _, m := range [][3]string{{"proc", "/proc", "proc"}, {"sysfs", "/sys", "sysfs"}, {"devtmpfs", "/dev", "devtmpfs"}} {
		if err := mount(m[0], m[1], m[2], 0, ""); err != nil {
			return nil, err
		}
	}
	j, err := readJob()
	if err != nil {
		return nil, err
	}
	for _, name := range j.Modules {
		if err := load("/modules/" + name); err != nil {
			fmt.Fprintln(os.Stderr, "wirelark: module", name+":", err)
		}
	}
	f, err := openPort()
	if err != nil {
		return nil, err
	}
	p := &guestPort{f: f, job: j}
	const root = "/new"
	if err := mount("root", root, "9p", unix.MS_RDONLY, ninep+",cache=loose"); err != nil {
		return p, err
	}
	if err := cover(root, j.Shown); err != nil {
		return p, err
	}
	if err := settle(root, j); err != nil {
		return p, err
	}
	if err := mount("modules", root+ownDir+"/modules", "9p", unix.MS_RDONLY, ninep+",cache=loose"); err != nil {
		return p, err
	}
	for tag := range j.Shares {
		if err := mount(tag, root+ownDir+"/"+tag, "9p", 0, ninep+",cache=none"); err != nil {
			return p, err
		}
	}
	if err := copyProgram(root + ownDir + "/" + programName); err != nil {
		return p, err
	}
	if err := os.Symlink(programName, root+ownDir+"/"+modprobeName); err != nil {
		return p, fmt.Errorf("program for modules: %w", err)
	}
	for _, dir := range []string{"/proc", "/sys", "/dev"} {
		if err := unix.Mount(dir, root+dir, "", unix.MS_MOVE, ""); err != nil {
			return p, fmt.Errorf("move %s: %w", dir, err)
		}
	}
	// Pid 1 shares its root with the kernel's threads, so the kernel will look
	// for its modprobe there, too.
	err = os.Chdir(root)
	for _, step := range []func() error{
		func() error { return unix.Mount(".", "/", "", unix.MS_MOVE, "") }, func() error { return unix.Chroot(".") }, func() error { return os.Chdir("/") },
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return p, fmt.Errorf("change root: %w", err)
	}
	furnish(j)
	return p, nil
}

// covered are the folders of the guest's own that lie over the host's.
var covered = []string{"/run", "/tmp", "/var/tmp"}

// Covered reports whether a path is one of those: what lies in it is not seen.
func Covered(path string) bool { return slices.Contains(covered, filepath.Clean(path)) }

// cover puts them there, and what must be seen back into them.
func cover(root string, shown []string) error {
	trees := map[string]int{}
	for _, path := range shown {
		if !slices.ContainsFunc(covered, func(dir string) bool { return strings.HasPrefix(path, dir+"/") }) {
			continue
		}
		fd, err := lift(root, path)
		if err != nil {
			return err
		}
		trees[path] = fd
	}
	for _, dir := range covered {
		if st, err := os.Stat(root + dir); err != nil || !st.IsDir() {
			continue
		}
		if err := mount("tmpfs", root+dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777"); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(trees)) {
		var st unix.Stat_t
		err := unix.Fstat(trees[path], &st)
		if err == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR {
			err = os.MkdirAll(root+path, 0o755)
		} else if err == nil {
			if err = os.MkdirAll(filepath.Dir(root+path), 0o755); err == nil {
				err = os.WriteFile(root+path, nil, 0o644)
			}
		}
		if err != nil {
			return fmt.Errorf("show %s: %w", path, err)
		}
		if err := lay(trees[path], root, path); err != nil {
			return err
		}
	}
	return nil
}

// lift is a descriptor of what is seen at a path, so that lay shows it there
// again when something else lies over it.
func lift(root, path string) (int, error) {
	fd, err := unix.OpenTree(unix.AT_FDCWD, root+path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("show %s: %w", path, err)
	}
	return fd, nil
}

func lay(fd int, root, path string) error {
	defer unix.Close(fd)
	if err := unix.MoveMount(fd, "", unix.AT_FDCWD, root+path, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("show %s: %w", path, err)
	}
	return nil
}

// furnish makes what programs expect in /dev and /sys. What this kernel lacks
// is the program's matter.
func furnish(j *job) {
	_ = unix.Symlink("/proc/self/fd", "/dev/fd")
	for i, name := range []string{"stdin", "stdout", "stderr"} {
		_ = unix.Symlink(fmt.Sprintf("/proc/self/fd/%d", i), "/dev/"+name)
	}
	for _, m := range [][4]string{
		{"devpts", "/dev/pts", "devpts", "ptmxmode=0666,mode=620"}, {"shm", "/dev/shm", "tmpfs", "mode=1777"}, {"cgroup2", "/sys/fs/cgroup", "cgroup2", ""},
		{"bpf", "/sys/fs/bpf", "bpf", ""}, {"tracefs", "/sys/kernel/tracing", "tracefs", ""},
	} {
		if err := mount(m[0], m[1], m[2], 0, m[3]); err != nil {
			fmt.Fprintln(os.Stderr, "wirelark:", err)
		}
	}
	_ = os.MkdirAll("/dev/net", 0o755)
	_ = unix.Mknod("/dev/net/tun", unix.S_IFCHR|0o666, int(unix.Mkdev(10, 200))) // its opening loads tun
	_ = os.WriteFile("/proc/sys/kernel/modprobe", []byte(ownDir+"/"+modprobeName), 0)
	_ = unix.Sethostname([]byte("wirelark"))
	j.Env = append(j.Env, "TMPDIR=/tmp") // the host's may not be writable here
	_ = os.Setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
}

// copyProgram copies this program to where a path leads to it.
func copyProgram(to string) error {
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer from.Close()
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// load gives the kernel a module.
func load(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	flags := 0
	if !strings.HasSuffix(file, ".ko") {
		flags = unix.MODULE_INIT_COMPRESSED_FILE
	}
	if err := unix.FinitModule(int(f.Fd()), "", flags); err != nil && !errors.Is(err, unix.EEXIST) {
		return err
	}
	return nil
}

// modprobe is called by the kernel: modprobe -q -- NAME.
func modprobe(args []string) int {
	index, err := openModules(ownDir + "/modules")
	if err != nil {
		return 1
	}
	code := 0
	for _, name := range args {
		if strings.HasPrefix(name, "-") {
			continue
		}
		var files []string
		for _, f := range index.find(name) {
			order, err := index.order(moduleName(f))
			if err != nil {
				code = 1
			}
			files = append(files, order...)
		}
		if len(files) == 0 {
			code = 1
		}
		for _, f := range files {
			if err := load(filepath.Join(index.dir, f)); err != nil {
				code = 1
				console("wirelark: module %s: %s", f, err)
			}
		}
	}
	return code
}

// console writes to the guest's console.
func console(format string, args ...any) {
	if f, err := os.OpenFile("/dev/console", os.O_WRONLY, 0); err == nil {
		w := bufio.NewWriter(f)
		fmt.Fprintf(w, format+"\n", args...)
		_ = w.Flush()
		f.Close()
	}
}

// readModule is a module as the kernel takes it.
func readModule(file string) ([]byte, error) {
	programs := map[string]string{".xz": "xz", ".zst": "zstd", ".gz": "gzip"}
	p := programs[filepath.Ext(file)]
	if p == "" {
		return os.ReadFile(file)
	}
	if err := need(p); err != nil {
		return nil, err
	}
	b, err := exec.Command(p, "-dcq", file).Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %s cannot unpack it", file, p)
	}
	return b, nil
}
