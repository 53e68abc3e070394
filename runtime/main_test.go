package runtime

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"wirelark/runtime/nodeinit"
)

// The tests run in namespaces of their own, for root too: what they do to the
// network, to mounts and to /run never meets the machine's.

// insideName is the name under which the test binary runs in its namespaces.
const insideName = "wirelark-runtime-test"

// outerIDs tells the tests inside how many ids they have.
const outerIDs = "WIRELARK_TEST_IDS"

// labDir holds the sessions' folders. It is on the tmpfs that hides /run.
const labDir = "/run/wirelark"

func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-test.fuzzworker") { // of one that has its namespaces
		os.Exit(m.Run())
	}
	switch os.Args[0] {
	case nodeinit.Name:
		os.Exit(nodeinit.Main())
	case insideName:
		if err := enter(); err != nil {
			fmt.Fprintln(os.Stderr, "the tests' own view of the machine:", err)
			os.Exit(1)
		}
		// As the nodes and root have it: an ordinary user's has no tc.
		os.Setenv("PATH", DefaultPath)
		os.Exit(m.Run())
	}
	os.Exit(again())
}

// again runs the test binary in new namespaces and returns its exit code.
func again() int {
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ids := 1
	uids := []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	gids := []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	if os.Getuid() == 0 { // then other users can be tested too
		ids = 65536
		uids = []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: ids}}
		gids = uids
	}
	cmd := exec.Command(self)
	cmd.Args = slices.Concat([]string{insideName}, os.Args[1:])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", outerIDs, ids), "WIRELARK_TEST_BINARY="+self)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
		UidMappings: uids, GidMappings: gids, GidMappingsEnableSetgroups: os.Getuid() == 0,
		Pdeathsig: unix.SIGKILL,
	}
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the tests need a user namespace of their own:", err)
		return 1
	}
	return 0
}

// enter gives the tests mounts of their own, as a lab's engine has them.
func enter() error {
	os.Args[0] = os.Getenv("WIRELARK_TEST_BINARY")
	unix.Umask(0o022)
	// What whoever runs the tests left open is not to reach commands.
	if err := unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("close what is open: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	// The test's binary, its output files and its folder stay visible.
	keep := map[string]int{}
	for _, path := range []string{filepath.Dir(os.Getenv("WIRELARK_TEST_BINARY")), workDir()} {
		fd, err := holdProject(path)
		if err != nil {
			return err
		}
		keep[path] = fd
	}
	for _, m := range []struct{ kind, at, opt string }{
		{"proc", "/proc", ""}, {"sysfs", "/sys", ""}, {"tmpfs", "/run", "mode=755"}, {"tmpfs", "/tmp", "mode=1777"},
		{"tmpfs", "/run/netns", "mode=755"},
	} {
		if err := os.MkdirAll(m.at, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(m.kind, m.at, m.kind, unix.MS_NOSUID|unix.MS_NODEV, m.opt); err != nil {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	for path, fd := range keep {
		if err := showProject(fd, path); err != nil {
			return err
		}
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	if err := unix.Mount("", "/run/netns", "", unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share /run/netns: %w", err)
	}
	return os.MkdirAll(labDir, 0o755)
}

func workDir() string { dir, _ := os.Getwd(); return dir }

// oneID reports whether the tests run with a single user id.
func oneID() bool { return os.Getenv(outerIDs) == "1" }

// newSession is a session that the test's end closes.
func newSession(t testing.TB) *Session { return newSessionWith(t, Options{}) }

func newSessionWith(t testing.TB, opt Options) *Session {
	t.Helper()
	s := openSession(t, opt)
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// openSession is a session that the caller closes.
func openSession(t testing.TB, opt Options) *Session {
	t.Helper()
	dir, err := os.MkdirTemp(labDir, "session-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if nodeinit.Binary != nil {
		if err := os.WriteFile(filepath.Join(dir, nodeinit.Name), nodeinit.Binary, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	opt.RunDir, opt.OneID = dir, oneID()
	if opt.WorkDir == "" {
		opt.WorkDir = "/tmp"
	}
	return NewSession(opt)
}

// node makes a namespace.
func node(t testing.TB, s *Session, name string) *Namespace {
	t.Helper()
	ns, err := s.NewNamespace(t.Context(), name, NamespaceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return ns
}

// run runs a command in a node and returns what it printed. It must succeed.
func run(t testing.TB, ns *Namespace, argv ...string) string {
	t.Helper()
	res, err := ns.Run(t.Context(), Command{Argv: argv})
	if err != nil {
		t.Fatalf("%s: %v", strings.Join(argv, " "), err)
	}
	if res.Code != 0 {
		t.Fatalf("%s: exit code %d: %s%s", strings.Join(argv, " "), res.Code, res.Stdout, res.Stderr)
	}
	return string(res.Stdout)
}

// sh runs a shell script in a node.
func sh(t testing.TB, ns *Namespace, script string) string {
	t.Helper()
	return run(t, ns, "sh", "-c", script)
}

// wantError asserts the whole message of an error.
func wantError(t testing.TB, err error, want string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("got no error, want %q", want)
	case err.Error() != want:
		t.Errorf("got  %q\nwant %q", err, want)
	}
}

// must stops the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ptr[T any](v T) *T { return &v }
