package vm

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
)

// Programs of the host: the package manager's, and QEMU.

// providers are the Debian packages of those that may be missing.
var providers = map[string]string{"qemu-system-x86_64": "qemu-system-x86", "depmod": "kmod", "xz": "xz-utils", "zstd": "zstd", "lz4": "lz4"}

// need refuses to go on without some programs.
func need(names ...string) error {
	for _, name := range names {
		if _, err := exec.LookPath(withSbin(name)); err == nil {
			continue
		}
		if pkg := providers[name]; pkg != "" {
			return &Missing{name, "; Debian and Ubuntu have it in the package " + pkg}
		}
		return &Missing{name, ": kernels are fetched from Debian's or Ubuntu's packages; elsewhere unpack one yourself and name its folder"}
	}
	return nil
}

// withSbin is a program that ordinary users may not have in their PATH.
func withSbin(name string) string {
	if name == "depmod" {
		if _, err := exec.LookPath(name); err != nil {
			return "/sbin/" + name
		}
	}
	return name
}

// A Missing says that this machine lacks a program.
type Missing struct{ name, hint string }

func (m *Missing) Error() string { return "program " + m.name + " is not installed" + m.hint }

// output runs a program and gives what it writes, also if it fails.
func output(ctx context.Context, dir string, stdin []byte, argv ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, withSbin(argv[0]), argv[1:]...)
	c.Dir, c.Stdin = dir, bytes.NewReader(stdin)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return out.Bytes(), failure(argv, err, errs.String())
	}
	return out.Bytes(), nil
}

// piped runs a program and has what it writes read.
func piped(ctx context.Context, read func(io.Reader) error, argv ...string) error {
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var errs bytes.Buffer
	c.Stderr = &errs
	r, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return failure(argv, err, "")
	}
	readErr := read(r)
	_, _ = io.Copy(io.Discard, r) // lest it blocks
	if err := c.Wait(); err != nil {
		return failure(argv, err, errs.String())
	}
	return readErr
}

func failure(argv []string, err error, text string) error {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return fmt.Errorf("%s: %s", argv[0], last)
	}
	return fmt.Errorf("%s: %w", argv[0], err)
}

// attributes end a program with us.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
