package runtime

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCommandEndsAsItDoes(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	binary := bytes.Repeat([]byte{0, 1, 255, '\n', '\r', 0x1b}, 50000)
	for _, c := range []struct {
		c      Command
		code   int
		signal string
		out    string
		err    string
	}{
		{Command{Argv: []string{"true"}}, 0, "", "", ""},
		{Command{Argv: []string{"false"}}, 1, "", "", ""},
		{Command{Argv: []string{"sh", "-c", "echo out; echo err >&2; exit 7"}}, 7, "", "out\n", "err\n"},
		{Command{Argv: []string{"sh", "-c", "kill -TERM $$"}}, 143, "SIGTERM", "", ""},
		{Command{Argv: []string{"sh", "-c", "kill -KILL $$"}}, 137, "SIGKILL", "", ""},
		{Command{Argv: []string{"cat"}}, 0, "", "", ""},
		{Command{Argv: []string{"cat"}, Stdin: binary}, 0, "", string(binary), ""},
		{Command{Argv: []string{"cat", "/dev/stdin"}, Stdin: []byte("again")}, 0, "", "again", ""},
		{Command{Argv: []string{"sh", "-c", "read x; echo $x"}, Stdin: []byte("one\ntwo\n")}, 0, "", "one\n", ""},
		{Command{Argv: []string{"printf", "%s|", "a b", "", "$x", "'", "*"}}, 0, "", "a b||$x|'|*|", ""},
		{Command{Argv: []string{"pwd"}}, 0, "", "/tmp\n", ""},
		{Command{Argv: []string{"pwd"}, Dir: "/usr"}, 0, "", "/usr\n", ""},
		{Command{Argv: []string{"pwd"}, Dir: "../usr/bin"}, 0, "", "/usr/bin\n", ""},
		{Command{Argv: []string{"sh", "-c", "echo $A-$HOME"}, Env: map[string]string{"A": "x y", "HOME": "/"}}, 0, "", "x y-/\n", ""},
		{Command{Argv: []string{"id", "-u"}}, 0, "", "0\n", ""},
	} {
		res, err := ns.Run(t.Context(), c.c)
		if err != nil {
			t.Errorf("%q: %v", c.c.Argv, err)
			continue
		}
		if res.Code != c.code || res.Signal != c.signal || string(res.Stdout) != c.out || string(res.Stderr) != c.err || res.TimedOut || res.StdoutOver != 0 {
			t.Errorf("%q: got code %d, signal %q, %d bytes and %q", c.c.Argv, res.Code, res.Signal, len(res.Stdout), res.Stderr)
		}
	}
}

func TestCommandRunsAsUser(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	if oneID() {
		_, err := ns.Run(t.Context(), Command{Argv: []string{"id"}, User: "nobody"})
		var unable *Unable
		wantError(t, err, "user nobody: this lab has a single user id; give yourself subordinate ids in /etc/subuid and /etc/subgid, or run as root")
		if !errors.As(err, &unable) {
			t.Errorf("got %T, want an Unable", err)
		}
		return
	}
	for user, want := range map[string]string{"nobody": "65534:65534:65534", "65534": "65534:65534:65534", "4242": "4242:4242:4242", "root": "0:0:0", "0": "0:0:0"} {
		res, err := ns.Run(t.Context(), Command{Argv: []string{"sh", "-c", "echo $(id -u):$(id -g):$(id -G)"}, User: user})
		if err != nil || !strings.HasPrefix(string(res.Stdout), want) {
			t.Errorf("%s: got %v, %v, want %s", user, res, err, want)
		}
	}
	_, err := ns.Run(t.Context(), Command{Argv: []string{"id"}, User: "nobody-at-all"})
	wantError(t, err, "user nobody-at-all does not exist in /etc/passwd")
}

func TestCommandEnvironmentIsFixed(t *testing.T) {
	t.Setenv("SECRET", "of the host")
	s := newSession(t)
	got := run(t, node(t, s, "a"), "env")
	want := "HOME=/tmp\nLC_ALL=C.UTF-8\nPATH=" + DefaultPath + "\nTZ=UTC\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestCommandHasThreeDescriptors(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	for _, stdin := range [][]byte{nil, []byte("x")} {
		res, err := a.Run(t.Context(), Command{Argv: []string{"sh", "-c", "ls /proc/self/fd"}, Stdin: stdin})
		// ls has one more, for the folder that it lists.
		if err != nil || string(res.Stdout) != "0\n1\n2\n3\n" {
			t.Errorf("got %v, %v, want 0 to 2 and ls's own 3", res, err)
		}
	}
	if got := sh(t, a, "tty; cat /proc/self/stat | cut -d' ' -f7"); got != "not a tty\n0\n" {
		t.Errorf("got %q, want no terminal", got)
	}
}

func TestCommandsOutputIsBounded(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	res, err := ns.Run(t.Context(), Command{Argv: []string{"sh", "-c", "head -c 300000000 /dev/zero; head -c 1001 /dev/zero >&2"}, Limit: 1000})
	must(t, err)
	if len(res.Stdout) != 1000 || res.StdoutOver != 300000000-1000 || len(res.Stderr) != 1000 || res.StderrOver != 1 {
		t.Errorf("got %d and %d bytes over, %d and %d, want 1000 kept of each and the rest counted", len(res.Stdout), res.StdoutOver, len(res.Stderr), res.StderrOver)
	}
	if cap(res.Stdout) > 1<<20 {
		t.Errorf("%d bytes are held for 1000", cap(res.Stdout))
	}
}

func TestCommandRefuses(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	sh(t, ns, `cd /tmp; echo 'echo hi' > plain; echo '#!/no/such/shell' > lost; echo 'x' > data; printf '#!/bin/sh\necho ran $1\n' > good; chmod +x plain lost good; mkdir dir`)
	for _, c := range []struct {
		c    Command
		want string
	}{
		{Command{}, "command is empty"},
		{Command{Argv: []string{"tcpdumpx"}}, "program tcpdumpx in a is not installed: looked in " + DefaultPath},
		{Command{Argv: []string{"mausezahn"}}, "program mausezahn in a is not installed: looked in " + DefaultPath + "; Debian and Ubuntu have it in the package netsniff-ng"},
		{Command{Argv: []string{"ls"}, Env: map[string]string{"PATH": "/nowhere"}}, "program ls in a is not installed: looked in /nowhere"},
		{Command{Argv: []string{"/usr/bin"}}, "program /usr/bin in a is a directory"},
		{Command{Argv: []string{"./dir"}}, "program ./dir in a is a directory"},
		{Command{Argv: []string{"./none"}}, "program ./none in a does not exist"},
		{Command{Argv: []string{"./data"}}, "program ./data in a is no program that may be run"},
		{Command{Argv: []string{"./data/x"}}, "program ./data/x in a is not a directory"},
		{Command{Argv: []string{"./plain"}}, "program ./plain in a is not a program: it has no #! line and is no binary of this machine"},
		{Command{Argv: []string{"./lost"}}, "program ./lost in a names an interpreter that does not exist, in its first line or in its header"},
		{Command{Argv: []string{""}}, "program  in a is not installed: looked in " + DefaultPath},
		{Command{Argv: []string{"pwd"}, Dir: "nowhere"}, "folder nowhere in a does not exist or is no folder"},
		{Command{Argv: []string{"pwd"}, Dir: "/etc/passwd"}, "folder /etc/passwd in a does not exist or is no folder"},
		{Command{Argv: []string{"true"}, Env: map[string]string{"A=B": "x"}}, `environment variable "A=B" is not allowed: a name is not empty and has no '=', and neither name nor value has a zero byte`},
		{Command{Argv: []string{"echo", "a\x00b"}}, `command "echo" has an argument with a zero byte, which no program can be given`},
	} {
		_, err := ns.Run(t.Context(), c.c)
		wantError(t, err, c.want)
	}
	_, err := ns.Run(t.Context(), Command{Argv: []string{"tcpdumpx"}})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want one that says that a file does not exist", err)
	}
	res, err := ns.Run(t.Context(), Command{Argv: []string{"./good", "well"}})
	if err != nil || string(res.Stdout) != "ran well\n" {
		t.Errorf("got %v, %v from a program in the node's own /tmp", res, err)
	}
}

func TestCommandNeedsAFolder(t *testing.T) {
	s := NewSession(Options{})
	defer func() { must(t, s.Close(context.Background())) }()
	ns := node(t, s, "a")
	_, err := ns.Run(t.Context(), Command{Argv: []string{"true"}})
	wantError(t, err, "node a did not work: this session has no folder to run commands with")
}

func TestProjectIsVisibleInNodes(t *testing.T) {
	for _, dir := range []string{"/tmp/project/deep", "/run/project"} {
		must(t, os.MkdirAll(dir, 0o755))
		must(t, os.WriteFile(filepath.Join(dir, "lab.star"), []byte("x"), 0o644))
		s := newSessionWith(t, Options{Project: dir, WorkDir: dir})
		ns := node(t, s, "a")
		if got := sh(t, ns, "ls; pwd; ls "+filepath.Dir(dir)); !strings.HasPrefix(got, "lab.star\n"+dir+"\n") {
			t.Errorf("got %q, want the project's file in %s", got, dir)
		}
		must(t, s.Close(t.Context()))
	}
}

func TestBackgroundProcessDoesNotHoldACommand(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	for _, script := range []string{
		"sleep 1000 & echo done",
		"(while :; do sleep 0.01; echo noise; done) & echo done",
		"yes & echo done",
		"setsid nohup sleep 1000 & echo done",
	} {
		start := time.Now()
		res, err := ns.Run(t.Context(), Command{Argv: []string{"sh", "-c", script}, Timeout: time.Minute})
		if err != nil || res.Code != 0 || res.TimedOut || !strings.Contains(string(res.Stdout), "done\n") || time.Since(start) > 30*time.Second {
			t.Errorf("%s: got %d, %d bytes, %v after %s, want done at once", script, res.Code, len(res.Stdout), err, time.Since(start))
		}
	}
	// Each lives on, once it has become what the shell forked it for.
	script := "until [ $(grep -lzx 100[0] /proc/[0-9]*/cmdline 2>/dev/null | wc -l) = 2 ]; do sleep 0.01; done"
	if res, err := ns.Run(t.Context(), Command{Argv: []string{"sh", "-c", script}, Timeout: 20 * time.Second}); err != nil || res.TimedOut {
		t.Errorf("got %+v, %v, want two background processes that live on", res, err)
	}
}

func TestBackgroundProcessIsNotKilledByItsOutput(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	sh(t, ns, `(i=0; while [ $i -lt 200 ]; do echo "a line of some length to fill the pipe up $i" || exit 1; i=$((i+1)); done; head -c 1000000 /dev/zero || exit 1; echo through > /tmp/through) & exit 0`)
	deadline := time.Now().Add(20 * time.Second)
	for got := ""; got != "through\n"; {
		if time.Now().After(deadline) {
			t.Fatal("the background process did not get through its output")
		}
		res, err := ns.Run(t.Context(), Command{Argv: []string{"cat", "/tmp/through"}})
		must(t, err)
		got = string(res.Stdout)
	}
}

func TestCommandsRunAtOnce(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	errs := make(chan error, 20)
	for range cap(errs) {
		go func() {
			res, err := ns.Run(context.Background(), Command{Argv: []string{"sh", "-c", "cat; echo end"}, Stdin: []byte("begin ")})
			if err == nil && string(res.Stdout) != "begin end\n" {
				err = errors.New("got " + string(res.Stdout))
			}
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestFilterClosesWhatNoNamespaceConfines(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	for _, c := range []struct{ call, want string }{
		{"socket(S, 40, 1, 0)", "97"}, // AF_VSOCK: EAFNOSUPPORT
		{"socket(S, 38, 5, 0)", "ok"}, // AF_ALG
		{"socket(S, 2, 2, 0)", "ok"},
		{`ioctl(STDIN, 0x5412, my $x = "a")`, "1"}, // TIOCSTI: EPERM
		{"syscall(250, 0, 0, 0) != -1", "1"},       // keyctl: EPERM
	} {
		got := run(t, ns, "perl", "-e", `print(`+c.call+` ? "ok" : $!+0)`)
		if got != c.want && !(c.call[:6] == "socket" && strings.Contains(c.call, "38") && got == "97") {
			t.Errorf("%s: got %s, want %s", c.call, got, c.want)
		}
	}
}

// TestPatienceWhereTimeIsVirtual: the clock may have run ahead.
func TestPatienceWhereTimeIsVirtual(t *testing.T) {
	for virtual, want := range map[bool]time.Duration{false: time.Second, true: 20 * time.Second} {
		if got := newSessionWith(t, Options{Virtual: virtual}).patience(time.Second); got != want {
			t.Errorf("virtual %v: got %s, want %s", virtual, got, want)
		}
	}
}
