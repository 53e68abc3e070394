package sandbox

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A person is somebody who starts labs. Tests that run as root start them as
// several users; tests that run as an ordinary user, as that one only.
type person struct {
	uid, gid int
	mode     Mode
}

// Nobody has these numbers. The second is given subordinate ids in a mount
// namespace of its own, so that no file of the machine is touched.
var (
	rootUser = person{0, 0, Root}
	oneUser  = person{64201, 64201, RootlessOne}
	manyUser = person{64202, 64202, RootlessMany}
)

const firstSubordinate = 0x50000000

// asEnv makes the test binary become a user with subordinate ids.
const asEnv = "WIRELARK_TEST_AS"

// testBinary is a copy of the test binary that every user may run.
var testBinary string

// installBinary makes the copy and returns what removes it.
func installBinary() (func(), error) {
	dir, err := os.MkdirTemp("/tmp", "wirelark-sandbox-")
	if err != nil {
		return nil, err
	}
	done := func() { os.RemoveAll(dir) }
	if err := os.Chmod(dir, 0o755); err != nil {
		return done, err
	}
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return done, err
	}
	defer from.Close()
	testBinary = filepath.Join(dir, "sandbox.test")
	to, err := os.OpenFile(testBinary, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return done, err
	}
	_, err = io.Copy(to, from)
	if e := to.Close(); err == nil {
		err = e
	}
	return done, err
}

// users are those that this run of the tests can start labs as.
func users(t testing.TB) []person {
	if os.Geteuid() != 0 {
		t.Log("NOT TESTED: labs of root and of users with subordinate ids, because these tests run as an ordinary user")
		return []person{{os.Geteuid(), os.Getegid(), RootlessOne}}
	}
	list := []person{rootUser, oneUser}
	if mapper("newuidmap") == "" {
		t.Log("NOT TESTED: labs with subordinate ids, because newuidmap is not installed (package uidmap)")
		return list
	}
	return append(list, manyUser)
}

// eachUser runs a test once for every kind of user, as a subtest.
func eachUser(t *testing.T, test func(t *testing.T, u person)) {
	for _, u := range users(t) {
		t.Run(strings.ReplaceAll(strings.ReplaceAll(string(u.mode), ",", ""), " ", "-"), func(t *testing.T) { test(t, u) })
	}
}

// becomeMany gives this process a mount namespace in which the user has
// subordinate ids, becomes that user and starts the binary again.
func becomeMany() error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "wirelark-etc-")
	if err != nil {
		return err
	}
	// A tmpfs over it, so that what is written there needs no removal.
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
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
	if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil {
		return err
	}
	// Raw calls for this thread alone: the others end with the exec.
	for _, c := range [][4]uintptr{
		{unix.SYS_SETGROUPS}, {unix.SYS_SETRESGID, uintptr(manyUser.gid), uintptr(manyUser.gid), uintptr(manyUser.gid)},
		{unix.SYS_SETRESUID, uintptr(manyUser.uid), uintptr(manyUser.uid), uintptr(manyUser.uid)},
	} {
		if _, _, no := unix.RawSyscall(c[0], c[1], c[2], c[3]); no != 0 {
			return no
		}
	}
	os.Unsetenv(asEnv)
	return syscall.Exec("/proc/self/exe", os.Args, os.Environ())
}
