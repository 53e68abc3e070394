package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHostIsReadOnly tries to write wherever the lab's root might.
func TestHostIsReadOnly(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		got := sh(t, u, nil, `
for d in / /etc /usr /usr/bin /opt /home /root /var /var/lib /boot /mnt /srv; do
	[ -d $d ] && touch $d/wirelark-$WIRELARK_TEST_MARK 2>/dev/null && echo "wrote in $d"
done
mount -o remount,rw / 2>/dev/null && echo "remounted /"
mount -o remount,bind,rw / 2>/dev/null && echo "remounted / as bind"
umount -l /tmp 2>/dev/null && echo "unmounted /tmp"
echo x 2>/dev/null > /proc/sys/kernel/core_pattern && echo "wrote core_pattern"
echo x 2>/dev/null > /sys/kernel/profiling && echo "wrote in /sys"
mknod /tmp/sda b 8 0 2>/dev/null && echo "made a device"
true`)
		got.is(t, ended{0, "", ""})
	})
}

// TestSubmountsAreReadOnly: what is mounted below a read-only tree is another
// mount with flags of its own.
func TestSubmountsAreReadOnly(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		// Below /usr, where no tmpfs of the lab's hides it.
		got := sh(t, u, nil, "touch /usr/local/share/wirelark-$WIRELARK_TEST_MARK && echo wrote; grep -c ' /usr/local/share ' /proc/self/mountinfo",
			"mounts", "tmpfs=/usr/local/share")
		if got.code != 0 || got.stdout != "1\n" || !strings.Contains(got.stderr, "Read-only file system") {
			t.Errorf("got %+v, want one read-only mount", got)
		}
	})
}

func TestPrivateFoldersAreEmptyAndWritable(t *testing.T) {
	left := filepath.Join(filepath.Dir(testBinary), "private")
	if err := os.WriteFile(left, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		got := sh(t, u, s, `
for d in /run /tmp /var/tmp /dev/shm; do touch $d/wirelark-$WIRELARK_TEST_MARK || echo "no writing in $d"; done
ls /tmp | grep -v "wirelark-$WIRELARK_TEST_MARK\$"
ls -d `+left+` /run/systemd /run/dbus 2>/dev/null
ls /dev | tr '\n' ' '`)
		want := filepath.Base(s.Project) + "\nfd full net null ptmx pts random shm stderr stdin stdout tty urandom zero "
		got.is(t, ended{0, want, ""})
	})
	for _, d := range []string{"/run", "/tmp", "/var/tmp", "/dev/shm"} {
		if _, err := os.Stat(d + "/wirelark-" + mark); err == nil {
			t.Errorf("%s/wirelark-%s is on the host", d, mark)
		}
	}
}

// TestHostProcessesAreInvisible: the lab sees init, engine, and what they
// started, also when it takes away the /proc it was given.
func TestHostProcessesAreInvisible(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		list := "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline | cut -d' ' -f1; done | sort -u"
		want := "/bin/sh\ncut\nsort\ntr\n" // they list themselves
		for _, script := range []string{list, "umount -l /proc 2>/dev/null; " + list} {
			got := sh(t, u, nil, script)
			for name := range strings.Lines(got.stdout) {
				if !strings.Contains(want+"wirelark-init\nwirelark-engine\n\n", name) {
					t.Errorf("got a process %q in the lab", name)
				}
			}
			if !strings.Contains(got.stdout, initName) {
				t.Errorf("got %q, want %s in it", got.stdout, initName)
			}
		}
		sh(t, u, nil, "cat /proc/1/environ /proc/1/maps 2>/dev/null; ls /proc/1/root/ 2>/dev/null; readlink /proc/1/fd/[0-9]* /proc/1/exe; true").is(t, ended{0, "", ""})
	})
}

// TestHostRootIsMappedNowhere reads the maps, as the host sees them, of init
// and engine.
func TestHostRootIsMappedNowhere(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		c := waiting(t, u, "wait")
		init := childNamed(c.Process.Pid, initName)
		for name, pid := range map[string]int{"init": init, "engine": childNamed(init, engineName)} {
			for _, file := range []string{"uid_map", "gid_map"} {
				path := filepath.Join("/proc", itoa(pid), file)
				if name == "init" && u.mode == Root {
					continue // our own code alone, in the host's user namespace
				}
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				lines := 0
				for line := range strings.Lines(string(b)) {
					f := strings.Fields(line)
					if lines++; len(f) != 3 || f[1] == "0" {
						t.Errorf("%s of %s: got %q, want no id 0 outside", file, name, b)
					}
				}
				if lines == 0 {
					t.Errorf("%s of %s is empty", file, name)
				}
			}
		}
		c.signal(t, 15)
		c.end(t)
	})
}

func TestHostsDescriptorsStayOutside(t *testing.T) {
	f, err := os.Open("/etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"sh", "ls /proc/self/fd | tr '\\n' ' '"}
		c := front(t, u, s)
		for range 20 {
			c.ExtraFiles = append(c.ExtraFiles, f)
		}
		c.start(t).end(t).is(t, ended{0, "0 1 2 3 ", ""}) // the last is ls's own
	})
}

// TestEngineHoldsNoDescriptorOfTheHost looks at the engine itself, from outside.
func TestEngineHoldsNoDescriptorOfTheHost(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		c := waiting(t, u, "wait")
		defer func() { c.signal(t, 15); c.end(t) }()
		engine := childNamed(childNamed(c.Process.Pid, initName), engineName)
		fds, err := filepath.Glob(filepath.Join("/proc", itoa(engine), "fd/*"))
		if err != nil || len(fds) < 4 {
			t.Fatalf("got %q, %v", fds, err)
		}
		for _, fd := range fds {
			to, err := os.Readlink(fd)
			if err != nil {
				continue
			}
			switch {
			case to == "/dev/null", strings.HasPrefix(to, "pipe:"), strings.HasPrefix(to, "socket:"), strings.HasPrefix(to, "anon_inode:"):
			default:
				t.Errorf("the engine holds %s", to)
			}
		}
	})
}
