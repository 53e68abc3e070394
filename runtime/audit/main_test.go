package audit

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	_ "wirelark/runtime" // pins the main goroutine to the first thread
)

// The tests leave things behind on purpose, so all of them run in namespaces
// that vanish with the test binary: it starts itself again in there, whoever
// runs it.
const insideEnv = "WIRELARK_AUDIT_INSIDE"

func TestMain(m *testing.M) {
	if os.Getenv(insideEnv) == "" {
		os.Exit(outside())
	}
	if err := furnish(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func outside() int {
	// A log that the go command asked for lies in the /tmp outside.
	args := slices.DeleteFunc(os.Args[1:], func(s string) bool { return strings.HasPrefix(s, "-test.testlogfile=") })
	c := exec.Command("/proc/self/exe", args...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), insideEnv+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL,
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC}
	if os.Geteuid() != 0 {
		c.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	var exit *exec.ExitError
	switch err := c.Run(); {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintln(os.Stderr, "namespaces for the tests:", err)
		return 1
	}
	return 0
}

// furnish gives the tests' namespaces what they would otherwise share: tests
// of other packages write there meanwhile.
func furnish() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	for _, dir := range append(slices.Sorted(maps.Keys(shared)), "/sys/fs/cgroup") {
		if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=1777"); err != nil && err != unix.ENOENT {
			return fmt.Errorf("mount %s: %w", dir, err)
		}
	}
	return nil
}
