package vm

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// firstModules are what the kernel needs to reach its files and us; those that
// are built in drop out.
var firstModules = []string{"virtio_pci", "virtio_console", "9p", "9pnet_virtio", "overlay", "virtio_rng"}

// initramfs is the guest's first file system: this program and what it needs
// to find the rest.
func initramfs(k *Kernel, j *job) ([]byte, error) {
	index, err := openModules(k.modules)
	if err != nil {
		return nil, err
	}
	var a archive
	for _, dir := range []string{"dev", "proc", "sys", "new", "modules"} {
		a.folder(dir)
	}
	a.device("dev/console", 5, 1) // nobody mounts devtmpfs before us, and without it we have no stderr
	for _, name := range firstModules {
		files, err := index.order(name)
		if err != nil && name == "virtio_rng" {
			continue // the processor has randomness of its own, too
		}
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if name := moduleName(file) + ".ko"; !slices.Contains(j.Modules, name) {
				b, err := readModule(filepath.Join(k.modules, file))
				if err != nil {
					return nil, err
				}
				a.file("modules/"+name, b, 0o644)
				j.Modules = append(j.Modules, name)
			}
		}
	}
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return nil, fmt.Errorf("read this program: %w", err)
	}
	if !static(self) {
		return nil, errors.New("this wirelark needs libraries, which a guest has not: build it with CGO_ENABLED=0")
	}
	a.file(strings.TrimPrefix(initPath, "/"), self, 0o755)
	if large, ok := a.settings(j.Settings); ok {
		j.Large = large
	} else {
		j.Settings = ""
	}
	a.file(strings.TrimPrefix(jobFile, "/"), encode(j), 0o600)
	return a.bytes(), nil
}

// static reports whether a program runs without libraries.
func static(program []byte) bool {
	f, err := elf.NewFile(bytes.NewReader(program))
	return err == nil && !slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}

// command is how QEMU is started. Its descriptor 3 is our end of the port.
func command(k *Kernel, dir string, j *job, memory string) []string {
	share := func(id, path, tag string, more string) []string {
		return []string{
			"-fsdev", fmt.Sprintf("local,id=%s,path=%s,security_model=none,multidevs=remap%s", id, comma(path), more),
			"-device", fmt.Sprintf("virtio-9p-pci,fsdev=%s,mount_tag=%s", id, tag),
		}
	}
	args := []string{
		emulator, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-M", "q35", "-m", memory,
		"-kernel", k.image, "-initrd", filepath.Join(dir, "initramfs"),
		"-append", "console=ttyS0 quiet panic=-1 cryptomgr.notests init_on_alloc=0 no_timer_check fb_tunnels=none",
		"-chardev", "file,id=console,path=" + comma(filepath.Join(dir, "console")), "-serial", "chardev:console",
		"-device", "virtio-serial-pci,max_ports=2",
		"-chardev", "socket,id=port,fd=3", "-device", "virtserialport,chardev=port,name=" + portName,
		"-device", "virtio-rng-pci",
	}
	args = append(args, share("root", "/", "root", ",readonly=on")...)
	args = append(args, share("modules", k.modules, "modules", ",readonly=on")...)
	for n, tag := range slices.Sorted(maps.Keys(j.Shares)) {
		args = append(args, share(fmt.Sprintf("share%d", n), j.Shares[tag], tag, "")...)
	}
	switch {
	case j.Virtual:
		// The clock counts instructions, and jumps to the next timer when the
		// processor is idle. Its beginning and its randomness are always the same.
		args = append(args, "-smp", "1", "-accel", "tcg,thread=single", "-cpu", "max", "-icount", "shift=1,sleep=off",
			"-rtc", "base=2026-01-01T00:00:00,clock=vm", "-seed", "42")
	case hardware():
		args = append(args, "-smp", "2", "-accel", "kvm", "-cpu", "host", "-rtc", "base=utc")
	default:
		// One processor: while QEMU emulates several at the same time, a kernel
		// that rewrites its own code (jump labels) now and then runs into what is
		// half written, and panics.
		args = append(args, "-smp", "1", "-accel", "tcg,thread=single", "-cpu", "max", "-rtc", "base=utc")
	}
	return args
}

// comma doubles commas, which QEMU takes for the end of a value.
func comma(path string) string { return strings.ReplaceAll(path, ",", ",,") }

// hardware reports whether the processor virtualizes. That there is /dev/kvm
// proves nothing: some machines offer one on which no stock kernel runs.
func hardware() bool {
	f, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	const getAPIVersion, version = 0xae00, 12 // linux/kvm.h
	if n, err := unix.IoctlRetInt(int(f.Fd()), getAPIVersion); err != nil || n != version {
		return false
	}
	real := false
	_ = eachLine("/proc/cpuinfo", func(line string) {
		if strings.HasPrefix(line, "flags") {
			words := strings.Fields(line)
			real = real || slices.Contains(words, "svm") || slices.Contains(words, "vmx")
		}
	})
	return real
}
