package sandbox

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestFewNamespaces lets a user have few of each kind. The lab runs, or says
// which limit is in the way; it never begins and then hangs.
func TestFewNamespaces(t *testing.T) {
	u := ordinary(t)
	for _, kind := range []string{"user", "pid", "net", "mnt", "uts", "ipc", "cgroup"} {
		runs := -1
		for n := range 21 {
			s := project(t, u)
			s.Force, s.Args = "", []string{"sh", "echo runs >/dev/null && echo runs"}
			got := front(t, insider(u), s, fmt.Sprintf("sysctl=user/max_%s_namespaces:%d", kind, n)).inUserNamespace(u).start(t).end(t)
			switch {
			case got.code == 0 && got.stdout == "runs\n":
				if runs < 0 {
					runs = n
				}
			case runs >= 0:
				t.Errorf("%s: with %d: got %+v, and it ran with %d", kind, n, got, runs)
			case got.code != 3 || !regexp.MustCompile(`^wirelark: (the limit of namespaces is reached|.* namespaces are switched off here)`).MatchString(got.stderr):
				t.Errorf("%s: with %d: got %+v, want a lab, or the limit named", kind, n, got)
			}
		}
		if runs < 1 {
			t.Errorf("%s: with 20 there is no lab", kind)
		}
	}
}

// TestFewProcesses lets a user have few processes and threads, in a user
// namespace, where those that the user has elsewhere are not counted. Go's
// runtime itself needs some: with fewer it ends with words of its own.
func TestFewProcesses(t *testing.T) {
	u := ordinary(t)
	ran := 0
	for n := 1; n <= 60; n += 3 {
		s := project(t, u)
		s.Force, s.Args = "", []string{"sh", "echo runs"}
		got := front(t, insider(u), s, "nproc="+itoa(n)).inUserNamespace(u).start(t).end(t)
		switch {
		case got.code == 0 && got.stdout == "runs\n":
			ran++
		case got.code == 2 && strings.Contains(got.stderr, "pthread_create failed"), // with cgo
			got.code == 3 && strings.HasPrefix(got.stderr, "wirelark: "),
			got.code == 1 && strings.Contains(got.stderr, "wirelark: "),
			strings.Contains(got.stderr, "failed to create new OS thread"),
			strings.Contains(got.stderr, "resource temporarily unavailable"),
			strings.Contains(got.stderr, "Cannot fork"):
		default:
			t.Errorf("with %d: got %+v, want a lab, or that there are too few", n, got)
		}
	}
	if ran == 0 {
		t.Error("with 60 there is no lab")
	}
}

// TestLittleAddressSpace: a limit of the address space that Go cannot
// live with, and one that it can.
func TestLittleAddressSpace(t *testing.T) {
	u := ordinary(t)
	for _, mib := range []int{50, 100, 200, 400, 800, 1600} {
		got := sh(t, u, nil, "echo runs", "as="+itoa(mib<<20))
		if got.code == 0 && got.stdout == "runs\n" {
			continue
		}
		if got.code == 0 || got.stderr == "" {
			t.Errorf("with %d MiB: got %+v, want words", mib, got)
		}
	}
}
