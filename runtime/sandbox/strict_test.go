package sandbox

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func strict(t *testing.T, u person) *Spec {
	s := project(t, u)
	s.Strict = true
	return s
}

// TestStrictHidesHomesAndSecrets: the folders are there and empty.
func TestStrictHidesHomesAndSecrets(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		sh(t, u, strict(t, u), `
ls -A /home /root /var/lib /var/log /var/cache /var/spool | grep -v ':$' | grep .
ls -d /mnt /media /srv /boot 2>/dev/null
cat /etc/shadow /etc/gshadow /etc/sudoers 2>/dev/null
find /etc -type f ! -perm -004
test -r /etc/passwd -a -x /usr/bin/env -a -x /bin/sh && echo "programs are there"`).
			is(t, ended{0, "programs are there\n", ""})
	})
}

func TestStrictProjectIsReadOnly(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		got := sh(t, u, strict(t, u), "cat x.star; touch y")
		if got.code == 0 || got.stdout != "# a script\n" || !strings.Contains(got.stderr, "Read-only file system") {
			t.Errorf("got %+v", got)
		}
	})
}

func TestStrictRootIsReadOnly(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		sh(t, u, strict(t, u), `
for d in / /etc /usr /home /root /var /var/lib /opt; do touch $d/x 2>/dev/null && echo "wrote in $d"; done
for d in /tmp /run /var/tmp /dev/shm; do touch $d/x || echo "no writing in $d"; done; ls /sys/class/net`).is(t, ended{0, "lo\n", ""})
	})
}

// TestStrictEnvironmentHasNothingOfTheUser: not even where the lab's own
// processes keep it.
func TestStrictEnvironmentHasNothingOfTheUser(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := strict(t, u)
		s.Args = []string{"sh", `env | grep -v '^PWD=\|^SHLVL=\|^_=\|^OLDPWD=' | sort; cat /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | grep -i secret`}
		c := front(t, u, s)
		c.Env = append(c.Env, "WIRELARK_SECRET=secret", "TERM=xterm-test")
		got := c.start(t).end(t)
		got.is(t, ended{1, "HOME=/root\nLANG=C.UTF-8\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nTERM=xterm-test\n", ""})
	})
}

// TestSpecMayBeLong: longer than the environment could carry, 128 KiB.
func TestSpecMayBeLong(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"sh", `echo "$WIRELARK_SPEC"`, strings.Repeat("x", 1<<20)}
		c := front(t, u, s)
		// The test's own way to the front is the environment.
		path := filepath.Join(s.Project, "spec")
		for i, kv := range c.Env {
			if text, ok := strings.CutPrefix(kv, frontEnv+"="); ok {
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				c.Env[i] = frontEnv + "=@" + path
			}
		}
		c.start(t).end(t).is(t, ended{0, "\n", ""})
	})
}

func TestStrictMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a GiB of memory")
	}
	u := people(t)[0]
	s := strict(t, u)
	s.Args = []string{"memory"}
	got := run(t, u, s)
	if want := regexp.MustCompile(`^wirelark: the lab's processes have [0-9]+ MiB of memory, more than its limit of 1024 MiB \(--limit memory=\): the script itself has the most, and was ended\n$`); got.code != 1 || !want.MatchString(got.stderr) {
		t.Errorf("got %+v, want 1, %s", got, want)
	}
}

// TestForkBombIsBounded, and the host's own bound is left alone.
func TestForkBombIsBounded(t *testing.T) {
	was, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil {
		t.Fatal(err)
	}
	asEach(t, func(t *testing.T, u person) {
		got := sh(t, u, strict(t, u), `i=0; while [ $i -lt 2000 ]; do sleep 1000 >/dev/null 2>&1 & i=$((i+1)); done`)
		if got.code == 0 || !strings.Contains(got.stderr, "Cannot fork") {
			t.Errorf("got %d, %q, want a fork refused", got.code, got.stderr)
		}
	})
	if now, _ := os.ReadFile("/proc/sys/kernel/pid_max"); string(now) != string(was) {
		t.Errorf("the host's pid_max was %s and is %s", was, now)
	}
}
