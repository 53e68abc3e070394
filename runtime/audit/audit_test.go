package audit

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

func take(t *testing.T, sc Scope) *Snapshot {
	t.Helper()
	s, err := sc.Take()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTwoSnapshotsOfAQuietMachineAreEqual(t *testing.T) {
	before := take(t, Scope{})
	if got := before.Diff(take(t, Scope{})); got != nil {
		t.Errorf("got %q, want nothing", got)
	}
}

// handle is a netlink handle for the tests' own network namespace.
func handle(t *testing.T) *netlink.Handle {
	h, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

func bridge(t *testing.T) netlink.Link {
	h := handle(t)
	at := netlink.NewLinkAttrs()
	at.Name = "leak0"
	br := &netlink.Bridge{LinkAttrs: at}
	if err := h.LinkAdd(br); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.LinkDel(br) })
	return br
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	was, err := os.ReadFile(path)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err != nil {
			os.Remove(path)
		} else {
			os.WriteFile(path, was, 0o644)
		}
	})
}

func TestDiffSeesLeak(t *testing.T) {
	for _, c := range []struct {
		name string
		leak func(t *testing.T)
		want string // of the one line that says it best
	}{
		{"link", func(t *testing.T) { bridge(t) }, `^link leak0 \(\d+\) is new: bridge mtu 1500 `},
		{"address", func(t *testing.T) {
			addr, _ := netlink.ParseAddr("192.0.2.1/24")
			if err := handle(t).AddrAdd(bridge(t), addr); err != nil {
				t.Fatal(err)
			}
		}, `^address 192\.0\.2\.1/24 on leak0 is new`},
		{"route in another table", func(t *testing.T) {
			h, br := handle(t), bridge(t)
			if err := h.LinkSetUp(br); err != nil {
				t.Fatal(err)
			}
			_, dst, _ := net.ParseCIDR("198.51.100.0/24")
			if err := h.RouteAdd(&netlink.Route{LinkIndex: br.Attrs().Index, Dst: dst, Table: 4711}); err != nil {
				t.Fatal(err)
			}
		}, `^route .*198\.51\.100\.0/24.*Table: 4711.* is new`},
		{"rule", func(t *testing.T) {
			h := handle(t)
			r := netlink.NewRule()
			r.Table, r.Priority, r.Family = 4711, 99, netlink.FAMILY_V4
			if err := h.RuleAdd(r); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = h.RuleDel(r) })
		}, `^rule 99 of family 2: .*4711.* is new`},
		{"sysctl of the network", func(t *testing.T) { writeFile(t, "/proc/sys/net/ipv4/ip_forward", "1") },
			`^sysctl net\.ipv4\.ip_forward was "0", is "1"$`},
		{"host name", func(t *testing.T) {
			was, _ := os.Hostname()
			if err := unix.Sethostname([]byte("leak")); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = unix.Sethostname([]byte(was)) })
		},
			`^sysctl kernel\.hostname was ".*", is "leak"$`},
		{"mount", func(t *testing.T) {
			if err := unix.Mount("tmpfs", "/tmp", "tmpfs", 0, ""); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = unix.Unmount("/tmp", 0) })
		}, `^mount on /tmp \(\d+\) is new: / rw,.*tmpfs`},
		{"changed mount", func(t *testing.T) {
			if err := unix.Mount("", "/tmp", "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_NOEXEC, ""); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = unix.Mount("", "/tmp", "", unix.MS_BIND|unix.MS_REMOUNT, "") })
		}, `^mount on /tmp \(\d+\) was ".*", is ".*noexec`},
		{"file in /tmp", func(t *testing.T) { writeFile(t, "/tmp/leak", "") }, `^file /tmp/leak is new`},
		{"name in /run/netns", func(t *testing.T) {
			if err := os.MkdirAll("/run/netns/leak", 0o755); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll("/run/netns") })
		}, `^file /run/netns/leak is new`},
		{"abstract socket", func(t *testing.T) {
			l, err := net.Listen("unix", "@leak")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
		}, `^socket @leak is new`},
		{"descriptor", func(t *testing.T) {
			f, err := os.Open("/etc/passwd")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { f.Close() })
		}, `^open descriptor \d+ is new: /etc/passwd$`},
		{"process", func(t *testing.T) { sleeper(t, nil, 0) }, `^process \d+ of tick \d+ is new: sleep 1000$`},
		{"network namespace", func(t *testing.T) { sleeper(t, nil, unix.CLONE_NEWNET) }, `^namespace net:\[\d+\] is new$`},
		{"process namespace", func(t *testing.T) { sleeper(t, nil, unix.CLONE_NEWPID) }, `^namespace pid:\[\d+\] is new$`},
		{"user namespace", func(t *testing.T) { sleeper(t, nil, unix.CLONE_NEWUSER) }, `^namespace user:\[\d+\] is new$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := take(t, Scope{})
			t.Run("leaking", func(t *testing.T) {
				c.leak(t)
				got := before.Diff(take(t, Scope{}))
				if !anyMatches(got, c.want) {
					t.Errorf("got %q, want a line that matches %s", got, c.want)
				}
			})
			if got := before.Diff(take(t, Scope{})); got != nil {
				t.Errorf("after the leak was mended: got %q, want nothing", got)
			}
		})
	}
}

func TestDiffSeesNftRules(t *testing.T) {
	path := nftPath()
	if path == "" {
		t.Skip("nft is not installed: the snapshot leaves the rules out, as it says")
	}
	before := take(t, Scope{})
	if b, err := exec.Command(path, "add table inet leak; add chain inet leak c; add rule inet leak c counter drop").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	defer exec.Command(path, "delete table inet leak").Run()
	want := `^nft rules in table inet leak is new: .*counter drop`
	if got := before.Diff(take(t, Scope{})); !anyMatches(got, want) {
		t.Errorf("got %q, want a line that matches %s", got, want)
	}
}

// TestGoneIsSaidToo: a host's own thing that is missing afterwards is as bad.
func TestGoneIsSaidToo(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join("/tmp", "mine")
	writeFile(t, path, "")
	before := take(t, Scope{})
	if err := os.Rename(path, filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if got, want := before.Diff(take(t, Scope{})), `^file /tmp/mine is gone`; !anyMatches(got, want) {
		t.Errorf("got %q, want a line that matches %s", got, want)
	}
}

func anyMatches(list []string, re string) bool {
	for _, s := range list {
		if regexp.MustCompile(re).MatchString(s) {
			return true
		}
	}
	return false
}

// sleeper is a process in namespaces of its own that lives until the end of
// the test.
func sleeper(t *testing.T, env []string, flags uintptr) *exec.Cmd {
	c := exec.Command("sleep", "1000")
	c.Env = env
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags, Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	return c
}
