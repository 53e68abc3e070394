package runtime

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

func TestFoldersOfTheHostAreEmptyAndTheirOwners(t *testing.T) {
	s := newSessionWith(t, Options{Folders: func() []Folder {
		return []Folder{
			{Path: "/var/lib/daemon", Mode: 0o2770, UID: 101, GID: 102}, {Path: "/var/lib/daemon/keys", Mode: 0o700, UID: 101, GID: 102},
			{Path: "/etc/daemon", Mode: 0o750, UID: 101, GID: 102}, {Path: "/etc/passwd", Mode: 0o777}, {Path: "/etc", Mode: 0o700, UID: 5},
			{Path: "/usr/lib/daemon", Mode: 0o755}, {Path: "/var/log/huge", UID: 1 << 20}, {Path: "/var/spool/a/b/c", Mode: 0o755},
		}
	}})
	n := node(t, s, "n")
	want := "2770 101:102 /var/lib/daemon\n700 101:102 /var/lib/daemon/keys\n750 101:102 /etc/daemon\n644 0:0 /etc/passwd\n755 0:0 /etc\n"
	if oneID() {
		want = strings.NewReplacer("101:102", "0:0").Replace(want)
	}
	if got := run(t, n, "stat", "-c", "%a %u:%g %n", "/var/lib/daemon", "/var/lib/daemon/keys", "/etc/daemon", "/etc/passwd", "/etc"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := sh(t, n, "find /var/lib /var/log /var/cache /var/spool -type f; ls -d /var/log/huge /var/spool/a 2>/dev/null; true"); got != "" {
		t.Errorf("got %q, want no files of the host's and no folder that cannot be", got)
	}
}

func TestBootFolder(t *testing.T) {
	for _, test := range []struct {
		line string
		want Folder
		ok   bool
	}{
		{"d /run/sshd 0755", Folder{Path: "/run/sshd", Mode: 0o755}, true},
		{"d! /run/lock/x 1777 root root -", Folder{Path: "/run/lock/x", Mode: 0o1777}, true},
		{"D\t/var/lib/a/ - 3 4 10d", Folder{Path: "/var/lib/a", Mode: 0o755, UID: 3, GID: 4}, true},
		{"d /run/x ~0700 - -", Folder{Path: "/run/x", Mode: 0o700}, true},
		{"d /run/../usr/x 0755", Folder{}, false},
		{"d /home/x 0755", Folder{}, false},
		{"d /run/%u 0755", Folder{}, false},
		{"d /run/x 0755 no-such-user", Folder{}, false},
		{"d /run/x 0755 0 no-such-group", Folder{}, false},
		{"f /run/x 0755", Folder{}, false},
		{"# d /run/x", Folder{}, false},
		{"d", Folder{}, false},
		{"", Folder{}, false},
	} {
		if got, ok := bootFolder(test.line); got != test.want || ok != test.ok {
			t.Errorf("%q: got %v, %v, want %v, %v", test.line, got, ok, test.want, test.ok)
		}
	}
}

func FuzzBootFolder(f *testing.F) {
	f.Add("d /run/sshd 0755 root root -")
	f.Fuzz(func(t *testing.T, line string) {
		if folder, ok := bootFolder(line); ok && inStock(folder.Path) == "" {
			t.Errorf("%q: got %v, which is no folder of a node's own", line, folder)
		}
	})
}

func TestCopyTree(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	must(t, os.MkdirAll(from+"/a/b", 0o755))
	must(t, os.Mkdir(from+"/closed", 0))
	must(t, os.WriteFile(from+"/a/b/small", []byte("small"), 0o640))
	must(t, os.WriteFile(from+"/a/large", make([]byte, 3*copyBuffer), 0o755))
	must(t, os.WriteFile(from+"/a/larger", make([]byte, 3*copyBuffer+1), 0o644))
	must(t, os.Symlink("b/small", from+"/a/link"))
	must(t, unix.Mkfifo(from+"/a/pipe", 0o644))
	for _, whole := range []bool{false, true} {
		dst := filepath.Join(to, map[bool]string{false: "over", true: "whole"}[whole])
		must(t, os.Mkdir(dst, 0o755))
		must(t, copyTree(from, dst, 3*copyBuffer, whole, new(atomic.Bool)))
		if b, err := os.ReadFile(dst + "/a/b/small"); string(b) != "small" || err != nil {
			t.Errorf("got %q, %v, want the file", b, err)
		}
		st, err := os.Stat(dst + "/a/large")
		if err != nil || st.Size() != 3*copyBuffer || st.Mode().Perm() != 0o755 {
			t.Errorf("got %v, %v, want the large file with its mode", st, err)
		}
		if _, err := os.Lstat(dst + "/a/larger"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v, want no file over the size", err)
		}
		if _, err := os.Lstat(dst + "/a/pipe"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v, want no pipe", err)
		}
		if link, _ := os.Readlink(dst + "/a/link"); (link == "b/small") != whole {
			t.Errorf("whole %v: got a link to %q", whole, link)
		}
	}
	for _, test := range [][2]string{{from + "/none", to}, {from, to + "/none"}} {
		err := copyTree(test[0], test[1], 1, true, new(atomic.Bool))
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v, want that it does not exist", err)
		}
	}
	if err := copyTree(from, to+"/whole", 1<<20, true, new(atomic.Bool)); !errors.Is(err, unix.EEXIST) {
		t.Errorf("copied over what there is: got %v, want that it exists", err)
	}
}

// TestHostsBelowMounts has /etc as a container has it: with mounts in it.
func TestEtcWithMountsInIt(t *testing.T) {
	must(t, unix.Mount("/etc/hostname", "/etc/hostname", "", unix.MS_BIND, ""))
	defer func() { must(t, unix.Unmount("/etc/hostname", 0)) }()
	n := node(t, newSession(t), "n")
	if got := sh(t, n, "cat /etc/hostname; echo x >>/etc/passwd; tail -1 /etc/passwd; test -L /etc/mtab && echo link"); got != "n\nx\nlink\n" {
		t.Errorf("got %q, want the node's own /etc", got)
	}
}

// TestNamesOfANodeStayWhenAnotherBegins: what iproute2 mounts in the folder that
// all nodes share.
func TestNamesOfANodeStayWhenAnotherBegins(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	sh(t, a, "ip netns add own && ip -n own link set lo up")
	run(t, b, "true") // its view is made now
	sh(t, a, "ip -n own link show lo up | grep -q UP")
	sh(t, b, "ip -n own link show lo up | grep -q UP")
	sh(t, a, "ip netns del own")
}
