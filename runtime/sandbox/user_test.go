package sandbox

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A person starts labs. Tests that run as root start them as several; tests
// that run as an ordinary user, as that one only.
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

// people are those that this run of the tests can start labs as.
func people(testing.TB) []person {
	list, _ := everybody()
	return list
}

// everybody also says who is missing, and why.
func everybody() (list []person, missing []string) {
	if uid := os.Geteuid(); uid != 0 {
		missing = append(missing, "labs of root, because these tests run as an ordinary user")
		list = []person{{uid, os.Getegid(), RootlessOne}}
		if err := choose(&Spec{Force: RootlessMany}); err != nil {
			return list, append(missing, "labs with subordinate ids, because "+err.Error())
		}
		return append(list, person{uid, os.Getegid(), RootlessMany}), missing
	}
	list = []person{rootUser, oneUser}
	if mapper("newuidmap") == "" || mapper("newgidmap") == "" {
		return list, append(missing, "labs with subordinate ids, because newuidmap is not installed (package uidmap)")
	}
	return append(list, manyUser), missing
}

// asEach runs a test once for every kind of person, as a subtest.
func asEach(t *testing.T, test func(t *testing.T, u person)) {
	for _, u := range people(t) {
		t.Run(strings.NewReplacer(",", "", " ", "-").Replace(string(u.mode)), func(t *testing.T) { test(t, u) })
	}
}

// needRoot says loudly that a test is left out, and why.
func needRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED: only root can make what this test needs")
	}
}

// testBinary is a copy of the test binary that everybody may run, and scratch
// a folder where labs find the one for temporary files.
var testBinary, scratch string

// installBinary makes the copy and returns what removes it.
func installBinary() (func(), error) {
	dir, err := os.MkdirTemp("/tmp", "wirelark-"+mark+"-")
	if err != nil {
		return nil, err
	}
	done := func() { os.RemoveAll(dir) }
	if err := os.Chmod(dir, 0o755); err != nil {
		return done, err
	}
	scratch = filepath.Join(dir, "scratch")
	if err := os.Mkdir(scratch, 0o755); err != nil {
		return done, err
	}
	if err := os.Chmod(scratch, 0o777|os.ModeSticky); err != nil {
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
