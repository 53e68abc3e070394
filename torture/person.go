package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A person is a kind of user who starts labs.
type person struct {
	name string
	uid  int
	many bool // has subordinate ids, in a mount namespace of its own
}

// Nobody has these numbers.
const (
	oneID      = 64211
	manyID     = 64212
	firstSubID = 0x52000000
)

// everybody also says who is missing, and why.
func everybody() (list []person, missing []string) {
	if uid := os.Geteuid(); uid != 0 {
		return []person{{"the caller", uid, false}}, []string{"labs of root and of other users, because root does not run this"}
	}
	list = []person{{"root", 0, false}, {"one id", oneID, false}}
	if _, err := exec.LookPath("newuidmap"); err != nil {
		return list, []string{"labs with subordinate ids, because newuidmap is not installed (package uidmap)"}
	}
	return append(list, person{"many ids", manyID, true}), nil
}

const (
	// parentName is the name under which this program is the parent of a
	// front, as a shell or a test runner would be.
	parentName = "wirelark-torture-parent"

	parentEnv = "TORTURE_PARENT" // UID MANY USERS: what it shall become first
	markEnv   = "TORTURE_MARK"   // tells what descends from one lab from all others
)

// parentMain becomes the user, says on descriptor 3 that it begins, starts the
// front and waits for it. It returns only what went wrong.
func parentMain() error {
	if text := os.Getenv(parentEnv); text != "" {
		if err := become(strings.Fields(text)); err != nil {
			return err
		}
		os.Unsetenv(parentEnv)
		// Again, so that all threads are the user's.
		return unix.Exec("/proc/self/exe", os.Args, os.Environ())
	}
	begin := os.NewFile(3, "begin")
	if _, err := begin.Write([]byte("x")); err != nil {
		return err
	}
	begin.Close()
	c := exec.Command(os.Args[1], os.Args[2:]...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	_ = c.Run()
	os.Exit(c.ProcessState.ExitCode() & 0xff)
	return nil
}

func become(words []string) error {
	uid, err := strconv.Atoi(words[0])
	if err != nil {
		return err
	}
	if words[1] == "true" {
		if err := giveSubordinates(uid, words[2]); err != nil {
			return fmt.Errorf("subordinate ids: %w", err)
		}
	}
	if uid == os.Geteuid() {
		return nil
	}
	// Raw calls for this thread alone: the others end with the exec.
	if _, _, no := unix.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0); no != 0 {
		return no
	}
	for _, call := range []uintptr{unix.SYS_SETRESGID, unix.SYS_SETRESUID} {
		if _, _, no := unix.RawSyscall(call, uintptr(uid), uintptr(uid), uintptr(uid)); no != 0 {
			return no
		}
	}
	return nil
}

// giveSubordinates shows, in a mount namespace of this process, copies of the
// user database in which the user has subordinate ids.
func giveSubordinates(uid int, dir string) error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	// What is written in a tmpfs needs no removal.
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	sub := fmt.Sprintf("wirelark-torture:%d:65536\n", firstSubID)
	for name, line := range map[string]string{
		"passwd": fmt.Sprintf("wirelark-torture:x:%d:%d::/nonexistent:/bin/false\n", uid, uid), "subuid": sub, "subgid": sub,
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
	return unix.Unmount(dir, unix.MNT_DETACH)
}
