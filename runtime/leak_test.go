package runtime

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// busy is a session that did a bit of everything.
func busy(t *testing.T) {
	t.Helper()
	s := openSession(t, Options{})
	a, b := node(t, s, "a"), node(t, s, "b")
	br, err := s.Bridge(t.Context(), b, BridgeOptions{Addrs: mustPrefixes("10.0.0.2/24 fd00::2/64")})
	must(t, err)
	_, _, err = s.Veth(t.Context(), End{Namespace: a, Addrs: mustPrefixes("10.0.0.1/24 fd00::1/64")}, End{Bridge: br})
	must(t, err)
	for _, dst := range []string{"10.0.0.2", "fd00::2"} {
		if res, err := a.Ping(t.Context(), pingSpec(dst)); err != nil || len(res.Replies) != 1 {
			t.Errorf("%s: got %+v, %v", dst, res, err)
		}
	}
	sh(t, a, "setsid sleep 1000 & echo x")
	if res, err := b.Run(t.Context(), Command{Argv: []string{"sleep", "1000"}, Timeout: 5 * time.Millisecond}); err != nil || !res.TimedOut {
		t.Errorf("got %+v, %v", res, err)
	}
	_, _ = a.Run(t.Context(), Command{Argv: []string{"no-such-program"}})
	_, _ = s.NewNamespace(t.Context(), "c", NamespaceOptions{Sysctls: map[string]string{"net.nonsense": "1"}})
	_, _ = a.FindLink(t.Context(), "none", time.Millisecond)
	_, _ = a.Routes(0)
	_, _, _ = s.Veth(t.Context(), End{Namespace: a, Name: "eth0"}, End{Namespace: b})
	must(t, s.Close(t.Context()))
}

// limitNamespaces bounds how many network namespaces the tests may have, and
// returns what takes the bound away. The kernel counts those that nobody can
// see too.
func limitNamespaces(t *testing.T, n int) func() {
	t.Helper()
	const path = "/proc/sys/user/max_net_namespaces"
	old, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, []byte(strconv.Itoa(n)), 0))
	return func() { must(t, os.WriteFile(path, bytes.TrimSpace(old), 0)) }
}

func TestSessionsLeaveNothingBehind(t *testing.T) {
	mounts := func() int {
		b, err := os.ReadFile("/proc/self/mountinfo")
		must(t, err)
		return bytes.Count(b, []byte("\n"))
	}
	processes := func() int {
		n := 0
		for _, e := range entries(t, "/proc") {
			if _, err := strconv.Atoi(e); err == nil {
				n++
			}
		}
		return n
	}
	counts := map[string]func() int{
		"open files": func() int { return count(t, "/proc/self/fd") },
		"threads":    func() int { return count(t, "/proc/self/task") },
		"mounts":     mounts,
		"processes":  processes,
		"names":      func() int { return count(t, netnsDir) },
	}
	busy(t) // what is made once and kept is no leak
	before := map[string]int{}
	for what, now := range counts {
		before[what] = now()
	}
	for range 50 {
		busy(t)
	}
	// Go keeps some idle threads; fifty sessions have had hundreds.
	before["threads"] += 10
	for what, now := range counts {
		settles(t, what, before[what], now)
	}
	defer limitNamespaces(t, 12)()
	settles(t, "net namespaces over the limit", 0, func() int {
		s := openSession(t, Options{})
		defer func() { must(t, s.Close(context.Background())) }()
		for _, name := range []string{"a", "b", "c"} {
			if _, err := s.NewNamespace(t.Context(), name, NamespaceOptions{}); err != nil {
				return 1
			}
		}
		return 0
	})
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestLimitsAreNamed(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	make := func() error {
		for i := range 200 {
			if _, err := s.NewNamespace(t.Context(), fmt.Sprintf("n%d", i), NamespaceOptions{}); err != nil {
				return err
			}
		}
		return errors.New("there is no limit")
	}
	undo := limitNamespaces(t, 1)
	err := make()
	undo()
	want := " is more than this machine's limits allow: the limit is in /proc/sys/user/max_net_namespaces, or that of another kind of namespace beside it"
	if !strings.HasPrefix(err.Error(), "netns n") || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got  %q\nwant netns n…%q", err, want)
	}

	var old unix.Rlimit
	must(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &old))
	must(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: uint64(count(t, "/proc/self/fd")) + 8, Max: old.Max}))
	s2 := openSession(t, Options{})
	for err = nil; err == nil; {
		_, err = s2.NewNamespace(t.Context(), fmt.Sprintf("m%d", len(s2.Namespaces())), NamespaceOptions{})
	}
	_, runErr := ns.Run(t.Context(), Command{Argv: []string{"true"}})
	must(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &old))
	if want := " needs more open files than this machine allows (ulimit -n): each namespace needs two open files; raise the limit with ulimit -n"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got  %q\nwant netns m…%q", err, want)
	}
	if runErr == nil || !errors.Is(runErr, unix.EMFILE) {
		t.Errorf("a command: got %v, want that there are too many open files", runErr)
	}
	must(t, s2.Close(t.Context()))
}
