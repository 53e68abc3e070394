package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// tryToReach tries, from within the engine itself, what a lab must not reach. It
// is a program of these tests: each argument is a thing to try.
func tryToReach(what []string) string {
	var out []string
	for _, w := range what {
		kind, value, _ := strings.Cut(w, "=")
		var err error
		switch kind {
		case "family":
			var n, fd int
			fmt.Sscan(value, &n)
			if fd, err = unix.Socket(n, unix.SOCK_DGRAM, 0); err == nil {
				unix.Close(fd)
			}
		case "pair":
			var n int
			fmt.Sscan(value, &n)
			_, err = unix.Socketpair(n, unix.SOCK_STREAM, 0)
		case "tcp", "unix":
			var c net.Conn
			if c, err = net.Dial(kind, value); err == nil {
				c.Close()
			}
		case "links":
			var list []net.Interface
			list, err = net.Interfaces()
			for _, l := range list {
				out = append(out, "link "+l.Name)
			}
			continue
		}
		var no unix.Errno
		switch {
		case err == nil:
			out = append(out, w+" reached")
		case errors.As(err, &no):
			out = append(out, kind+" "+unix.ErrnoName(no))
		default:
			out = append(out, err.Error())
		}
	}
	return strings.Join(out, "\n") + "\n"
}

func TestEngineReachesNothingOfTheHost(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	abstract, err := net.Listen("unix", "@wirelark-test-"+mark)
	if err != nil {
		t.Fatal(err)
	}
	defer abstract.Close()
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"reach", "tcp=" + tcp.Addr().String(), "unix=@wirelark-test-" + mark, "links",
			"family=" + itoa(unix.AF_VSOCK), "family=" + itoa(unix.AF_BLUETOOTH), "family=" + itoa(unix.AF_INET), "family=" + itoa(unix.AF_UNIX), "family=" + itoa(unix.AF_NETLINK)}
		run(t, u, s).is(t, ended{0, fmt.Sprintf("tcp ECONNREFUSED\nunix ECONNREFUSED\nlink lo\nfamily EAFNOSUPPORT\nfamily EAFNOSUPPORT\nfamily=%d reached\nfamily=%d reached\nfamily=%d reached\n",
			unix.AF_INET, unix.AF_UNIX, unix.AF_NETLINK), ""})
	})
}

// TestCommandsReachNoVsock: the engine's filter is inherited.
func TestCommandsReachNoVsock(t *testing.T) {
	u := people(t)[0]
	got := sh(t, u, nil, fmt.Sprintf(`perl -e 'socket(my $s, %d, 1, 0) or print "$!\n"'`, unix.AF_VSOCK))
	got.is(t, ended{0, "Address family not supported by protocol\n", ""})
}

// TestNamespacesAreTheLabsOwn compares them with the host's.
func TestNamespacesAreTheLabsOwn(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		got := sh(t, u, nil, "readlink /proc/self/ns/*; hostname")
		lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
		if lines[len(lines)-1] != "lab" {
			t.Errorf("host name: got %q, want lab", lines[len(lines)-1])
		}
		for _, kind := range []string{"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"} {
			host, err := os.Readlink("/proc/self/ns/" + kind)
			if err != nil {
				continue // a kernel without
			}
			if strings.Contains(got.stdout, host) || !strings.Contains(got.stdout, kind+":[") {
				t.Errorf("%s: got %q, want one that is not the host's %s", kind, got.stdout, host)
			}
		}
	})
}

// TestCoreDumpsAreNobodys: 0 would still start a program of the host that
// takes them by a pipe.
func TestCoreDumpsAreNobodys(t *testing.T) {
	u := people(t)[0]
	sh(t, u, nil, `grep "Max core" /proc/self/limits | tr -s ' '; cat /proc/self/oom_score_adj`).
		is(t, ended{0, "Max core file size 1 1 bytes \n200\n", ""})
}

// TestLabInLab: the inner one has what the outer gives, and nothing of either
// is left.
func TestLabInLab(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		inner := fmt.Sprintf(`{"Args":["sh","id -u; cat x.star; echo new > y; readlink /proc/self/ns/net; exit 5"],"Script":%q,"Project":%q,"Dir":"/"}`, s.Script, s.Project)
		s.Args = []string{"sh", frontEnv + "='" + inner + "' /proc/" + "$PPID" + "/exe; echo code $?; readlink /proc/self/ns/net"}
		got := run(t, u, s)
		lines := strings.Split(got.stdout, "\n")
		if len(lines) != 6 || lines[0] != "0" || lines[1] != "# a script" || lines[3] != "code 5" || lines[2] == lines[4] {
			t.Fatalf("got %+v", got)
		}
		if want := "wirelark: 1 file written in " + s.Project + " and dropped; --out DIR keeps them\n"; got.stderr != want {
			t.Errorf("got %q, want %q", got.stderr, want)
		}
	})
}

// TestFilesOfTheUserAreThere: a lab is a place to run the user's own programs.
func TestFilesOfTheUserAreThere(t *testing.T) {
	needRoot(t)
	dir := filepath.Join("/var/lib", "wirelark-own-"+mark)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(dir+"/program", []byte("#!/bin/sh\necho runs\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	asEach(t, func(t *testing.T, u person) {
		sh(t, u, nil, dir+"/program").is(t, ended{0, "runs\n", ""})
	})
}
