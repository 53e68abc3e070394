package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// ordinary is a person who is not root.
func ordinary(t *testing.T) person {
	for _, u := range people(t) {
		if u.mode == RootlessOne {
			return u
		}
	}
	t.Fatal("there is no ordinary user")
	return person{}
}

// inUserNamespace makes a front start as the root of a user namespace of u's.
func (c *started) inUserNamespace(u person) *started {
	c.SysProcAttr.Cloneflags = unix.CLONE_NEWUSER
	c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: u.uid, Size: 1}}
	c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: u.gid, Size: 1}}
	c.SysProcAttr.Credential = &syscall.Credential{NoSetGroups: true}
	return c
}

// insider is a person as the root of such a namespace sees himself.
func insider(u person) person { return person{os.Geteuid(), os.Getegid(), u.mode} }

// TestSwitchedOffNamespacesAreNamed: the limits of an outer user namespace
// hold for all that is below, as the machine's own would.
func TestSwitchedOffNamespacesAreNamed(t *testing.T) {
	u := ordinary(t)
	for kind, want := range map[string]string{
		"user":   "user namespaces are switched off here (user.max_user_namespaces is 0)",
		"pid":    "process namespaces are switched off here (user.max_pid_namespaces is 0)",
		"net":    "network namespaces are switched off here (user.max_net_namespaces is 0)",
		"mnt":    "mount namespaces are switched off here (user.max_mnt_namespaces is 0)",
		"uts":    "host name namespaces are switched off here (user.max_uts_namespaces is 0)",
		"ipc":    "ipc namespaces are switched off here (user.max_ipc_namespaces is 0)",
		"cgroup": "control group namespaces are switched off here (user.max_cgroup_namespaces is 0)",
	} {
		s := project(t, u)
		s.Force = ""
		name := "max_" + kind + "_namespaces"
		c := front(t, insider(u), s, "sysctl=user/"+name+":0").inUserNamespace(u)
		c.start(t).end(t).is(t, ended{3, "", "wirelark: " + want + "\n  as root: sysctl -w user." + name + "=10000\n"})
	}
}

func TestReachedLimitIsNamed(t *testing.T) {
	u := ordinary(t)
	for n := 1; n <= 3; n++ { // the front's namespace needs none of these
		s := project(t, u)
		s.Force = ""
		c := front(t, insider(u), s, "sysctl=user/max_user_namespaces:"+itoa(n)).inUserNamespace(u)
		got := c.start(t).end(t)
		if n < 2 {
			got.is(t, ended{3, "", "wirelark: the limit of namespaces is reached (see /proc/sys/user/max_*_namespaces)\n  end other labs or containers, or raise the limit as root\n"})
		} else {
			got.is(t, ended{0, "", ""})
		}
	}
}

// TestMachinesRootIsNotMappedBelow: root in a user namespace that root made.
func TestMachinesRootIsNotMappedBelow(t *testing.T) {
	needRoot(t)
	s := project(t, rootUser)
	s.Force = ""
	front(t, rootUser, s).inUserNamespace(rootUser).start(t).end(t).is(t, ended{3, "",
		"wirelark: root is the machine's root in this user namespace, and a lab must not have its id\n  run outside of the namespace, or as an ordinary user\n"})
}

func TestModesThatCannotBeAreRefused(t *testing.T) {
	u := ordinary(t)
	s := project(t, u)
	s.Force = Root
	run(t, u, s).is(t, ended{3, "", "wirelark: mode root needs root\n  sudo wirelark …\n"})
	s.Force = RootlessMany
	c := front(t, insider(u), s).inUserNamespace(u)
	c.start(t).end(t).is(t, ended{3, "", "wirelark: subordinate ids cannot be used: this user namespace has one id only\n"})
	s.Force = Root
	c = front(t, insider(u), s).inUserNamespace(u)
	c.start(t).end(t).is(t, ended{3, "", "wirelark: mode root needs the ids from 1878982656 on, and this user namespace has not got them\n"})
	if os.Geteuid() == 0 {
		s := project(t, rootUser)
		s.Force = RootlessOne
		run(t, rootUser, s).is(t, ended{3, "", "wirelark: root has no rootless labs\n  run as an ordinary user\n"})
		s = project(t, u) // nobody has given this one subordinate ids
		s.Force = RootlessMany
		got := run(t, u, s)
		want := "wirelark: subordinate ids cannot be used: /etc/subuid has no line for user 64201; /etc/subgid has no line for user 64201"
		if got.code != 3 || !strings.HasPrefix(got.stderr, want) || !strings.HasSuffix(got.stderr, "\n  and give the user a line in /etc/subuid and in /etc/subgid\n") {
			t.Errorf("got %d, %q", got.code, got.stderr)
		}
	}
}

// many is the person with subordinate ids, if the machine has newuidmap.
func many(t *testing.T) person {
	for _, u := range people(t) {
		if u.mode == RootlessMany {
			return u
		}
	}
	t.Skip("NOT TESTED: nobody here has subordinate ids")
	return person{}
}

// TestNoNewPrivilegesLeavesOneID: newuidmap could not become root.
func TestNoNewPrivilegesLeavesOneID(t *testing.T) {
	u := many(t)
	s := project(t, u)
	s.Force = ""
	count := "wc -l < /proc/self/uid_map"
	sh(t, u, s, count).is(t, ended{0, "2\n", ""})
	sh(t, u, s, count, "nnp").is(t, ended{0, "1\n", ""})
	s.Force = RootlessMany
	sh(t, u, s, count, "nnp").is(t, ended{3, "", "wirelark: subordinate ids cannot be used: no new privileges may be gained here\n" +
		"  install newuidmap and newgidmap (Debian: uidmap)\n  and give the user a line in /etc/subuid and in /etc/subgid\n"})
}

// TestBrokenMapperLeavesOneID: newuidmap is there and does not do its work.
func TestBrokenMapperLeavesOneID(t *testing.T) {
	u := many(t)
	bin := filepath.Join(filepath.Dir(testBinary), "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bin+"/newuidmap", []byte("#!/bin/sh\necho newuidmap: not today >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for force, want := range map[Mode]ended{
		"":           {0, "1\n", ""},
		RootlessMany: {3, "", "wirelark: a lab cannot start on this machine: newuidmap: not today\n  wirelark doctor says what is missing\n"},
	} {
		s := project(t, u)
		s.Force, s.Args = force, []string{"sh", "wc -l < /proc/self/uid_map"}
		c := front(t, u, s)
		c.Env = append(c.Env, "PATH="+bin+":"+os.Getenv("PATH"))
		c.start(t).end(t).is(t, want)
	}
}

// TestContainersAreNamed: root without its power, and a user whose system
// calls are filtered, as container engines have them by default.
func TestContainersAreNamed(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		step := "filter"
		if u.mode == Root {
			step = "nocap"
		}
		run(t, u, project(t, u), step).is(t, ended{3, "", "wirelark: making namespaces is not permitted here (operation not permitted): this looks like a container with a system call filter\n" +
			"  docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …\n  or docker run --privileged …\n"})
	})
}

func TestMissingProcIsNamed(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		got := run(t, u, project(t, u), "mounts", "noproc")
		// A race detector in the binary complains first.
		if i := strings.Index(got.stderr, "wirelark: "); i > 0 {
			got.stderr = got.stderr[i:]
		}
		got.is(t, ended{3, "", "wirelark: /proc is not mounted here, and no process can be started without\n  mount -t proc proc /proc\n"})
	})
}

// TestMaskedProcIsNamed: as in a container, where root alone has labs.
func TestMaskedProcIsNamed(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		got := sh(t, u, nil, "echo runs", "mounts", "masked")
		if u.mode == Root {
			got.is(t, ended{0, "runs\n", ""})
			return
		}
		got.is(t, ended{3, "", "wirelark: this container hides parts of /proc, so the kernel gives a lab none of its own\n" +
			"  docker run --security-opt systempaths=unconfined …\n  or run wirelark as the container's root, with CAP_SYS_ADMIN\n"})
	})
}

func TestChrootIsNamed(t *testing.T) {
	needRoot(t)
	dir := filepath.Join(filepath.Dir(testBinary), "root")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, oneUser, project(t, oneUser), "mounts", "chroot="+dir).is(t, ended{3, "",
		"wirelark: the kernel allows no user namespaces in a chroot\n  run outside of it, or as root\n"})
}

// TestProgramMustBeEverybodysForRoot: its lab has an id of its own.
func TestProgramMustBeEverybodysForRoot(t *testing.T) {
	needRoot(t)
	private := filepath.Join(filepath.Dir(testBinary), "private.test")
	b, err := os.ReadFile(testBinary)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(private, b, 0o700); err != nil {
		t.Fatal(err)
	}
	c := front(t, rootUser, project(t, rootUser))
	c.Path = private
	c.start(t).end(t).is(t, ended{3, "", "wirelark: a lab of root runs under an id of its own, which may not run " + private + "\n  chmod a+rx " + private + "\n"})
}

func TestHiddenProjectIsNamed(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Project += "/gone"
		s.Dir = "/"
		run(t, u, s).is(t, ended{3, "", "wirelark: the folder " + s.Project + " cannot be shown to a lab: lstat " + s.Project + ": no such file or directory\n" +
			"  see that you may read it and enter every folder on the way\n"})
	})
}

// TestFewDescriptors: with too few, a lab is refused before it is begun; with
// just enough it runs.
func TestFewDescriptors(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		for _, n := range []int{10, 20, 30, 40, 50, 60, 63, 64, 65, 100} {
			want := ended{0, "runs\n", ""}
			if n < 64 {
				want = ended{3, "", "wirelark: a lab needs more open files than are allowed here: the limit is " + itoa(n) + ", and 64 the least\n  ulimit -n 1024\n"}
			}
			sh(t, u, nil, "echo runs", "nofile="+itoa(n)).is(t, want)
		}
	})
}

// TestRefusedWords are those that cannot be provoked on any machine.
func TestRefusedWords(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{unix.EMFILE, "a lab needs more open files than are allowed here: too many open files"},
		{unix.EAGAIN, "no more processes may be started here: resource temporarily unavailable"},
		{unix.EPERM, "making namespaces is not permitted here (operation not permitted): this looks like a container with a system call filter"},
		{errors.New("x"), "a lab cannot start on this machine: x"},
		{unix.ENOSPC, "the limit of namespaces is reached (see /proc/sys/user/max_*_namespaces)"},
	} {
		// On its way it passes a process.
		got := refused(decodeFailure(encodeFailure(fmt.Errorf("%w", c.err))))
		var r *Refused
		if !errors.As(got, &r) || r.Why != c.want || len(r.Remedy) == 0 {
			t.Errorf("%v: got %v, want %s, and a remedy", c.err, got, c.want)
		}
	}
}

// TestTrySaysWhetherALabCanBe, without running a program.
func TestTrySaysWhetherALabCanBe(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		c := front(t, u, s)
		c.Env = append(c.Env, "WIRELARK_TEST_TRY="+string(u.mode))
		c.start(t).end(t).is(t, ended{0, "", ""})
	})
	u := ordinary(t)
	c := front(t, u, project(t, u))
	c.Env = append(c.Env, "WIRELARK_TEST_TRY="+string(Root))
	c.start(t).end(t).is(t, ended{1, "mode root needs root\n", ""})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if os.Geteuid() == 0 {
		if err := Try(ctx, Root); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
		}
	}
}
