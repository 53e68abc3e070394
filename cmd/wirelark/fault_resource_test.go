package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// shelled makes a program start in a shell that first does something to itself.
func shelled(c *exec.Cmd, shell string) *exec.Cmd {
	c.Args = append([]string{"sh", "-c", shell + ` exec "$0" "$@"`, c.Path}, c.Args[1:]...)
	c.Path = "/bin/sh"
	return c
}

const small = `
a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
check(ping(a, "10.0.0.2"))
print(exec_in(a, "echo works").stdout.strip())
`

// TestFewDescriptors tries each number: the lab runs, or says what it lacks.
func TestFewDescriptors(t *testing.T) {
	ran := 0
	for n := 8; n <= 80; n++ {
		c := shelled(program(t, small), fmt.Sprintf("ulimit -n %d;", n))
		switch code, stdout, stderr := said(t, c); {
		case code == 0 && stdout == "works\n":
			ran++
		case ran > 0:
			t.Errorf("%d: got %d, %q, though fewer do", n, code, stderr)
		case code != 1 && code != 3 || !strings.Contains(stderr, "open files"):
			t.Errorf("%d: got %d, %q, want that there are too few", n, code, stderr)
		}
	}
	if ran == 0 {
		t.Error("with 80 no lab runs")
	}
}

// TestFullFileSystemsAreTheCommands: what is full in a lab is an error of who
// writes there, and of nobody else.
func TestFullFileSystemsAreTheCommands(t *testing.T) {
	c := program(t, `
n, m = netns("n"), netns("m")
for i, place in enumerate(["/tmp/a", "/var/tmp/a", "/run/a", "/dev/shm/a", "a"]):
    r = sh_in(n, "cat /dev/zero >" + place, check = False)
    check("No space left on device" in r.stderr)
    check(exec_in(m, "echo works").stdout == "works\n")
    check(exec_in(n, "echo works").stdout == "works\n")
    late = netns("late%d" % i)
    attempt(lambda: exec_in(late, "true"))
    sh_in(n, "rm -f " + place)
    check(exec_in(netns("new%d" % i), "echo works").stdout == "works\n")
for i in range(3):
    sh_in(n, "cd /tmp; i=0; while [ $i -lt 3000 ]; do : >f$i; i=$((i + 1)); done; rm -f f*")
print("all")
`)
	if code, stdout, stderr := said(t, c); code != 0 || stdout != "all\n" {
		t.Errorf("got %d, %q, %s", code, stdout, stderr)
	}
}

// TestPoorEnvironment: no home, no terminal, no standard files, nothing in the
// environment, a folder that is read-only.
func TestPoorEnvironment(t *testing.T) {
	for name, shell := range map[string]string{
		"no home":               "unset HOME;",
		"home that is not":      "HOME=/nonexistent;",
		"home that is a file":   "HOME=/etc/passwd;",
		"home read-only":        "HOME=/proc;",
		"no path":               "PATH=;",
		"no user":               "unset USER LOGNAME;",
		"no terminal":           "unset TERM; exec 0<&-;",
		"strange locale":        "LC_ALL=xx_YY.nonsense; LANG=; export LC_ALL;",
		"temporary is not":      "TMPDIR=/nonexistent;",
		"umask":                 "umask 0777;",
		"inherited descriptors": "exec 3</etc/passwd 4</ 5>/dev/null 9<$0;",
		"ignored signals":       "trap '' HUP INT TERM QUIT PIPE CHLD;",
		"core dumps":            "ulimit -c unlimited;",
		"nice":                  "renice -n 19 $$ >/dev/null;",
		"garbage":               "GODEBUG=x=y GOGC=1 GOMAXPROCS=1 GOTRACEBACK=crash; export GODEBUG GOGC GOMAXPROCS GOTRACEBACK;",
	} {
		t.Run(name, func(t *testing.T) {
			if code, stdout, stderr := said(t, shelled(program(t, small), shell)); code != 0 || stdout != "works\n" {
				t.Errorf("got %d, %q, %q", code, stdout, stderr)
			}
		})
	}
}

// TestClosedStandardFiles: they must not become others of the lab's.
func TestClosedStandardFiles(t *testing.T) {
	for _, shell := range []string{"exec 1>&-;", "exec 2>&-;", "exec 0<&- 1>&- 2>&-;"} {
		code, _, stderr := said(t, shelled(program(t, small), shell))
		if code != 0 && code != 1 || strings.Contains(stderr, "internal error") {
			t.Errorf("%s got %d, %q", shell, code, stderr)
		}
	}
}

// TestInheritedDescriptorsStayOutside: a command has its three, whatever the
// caller of the lab left open.
func TestInheritedDescriptorsStayOutside(t *testing.T) {
	c := program(t, `print(sh_in(netns("n"), "ls /proc/self/fd | wc -l; ls -l /proc/*/fd | grep -c passwd", check = False).stdout)`)
	for range 60 {
		f, err := os.Open("/etc/passwd")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		c.ExtraFiles = append(c.ExtraFiles, f)
	}
	code, stdout, stderr := said(t, c)
	if code != 0 || stdout != "4\n0\n\n" { // one is that of ls
		t.Errorf("got %d, %q, %q, want three files and that of ls", code, stdout, stderr)
	}
}

// TestOutCannotBeWritten: the code is 1, the reason is said, and no file has
// its final name unless it is whole.
func TestOutCannotBeWritten(t *testing.T) {
	script := `sh_in(netns("n"), "head -c 300000 /dev/urandom >big")`
	for _, name := range []string{"/proc/out", "/dev/null", "lab.star"} {
		code, _, stderr := said(t, program(t, script, "--out", name))
		if code == 0 || !regexp.MustCompile(`(?m)^wirelark: .*`+regexp.QuoteMeta(filepath.Base(name))).MatchString(stderr) {
			t.Errorf("%s: got %d, %q, want a reason", name, code, stderr)
		}
	}
}

// TestParentDies: a lab whose parent is gone goes on to its end, and leaves
// nothing; program looks for that.
func TestParentDies(t *testing.T) {
	c := program(t, "sleep(\"1s\")\n"+small)
	out := filepath.Join(t.TempDir(), "out")
	c = shelled(c, "")
	c.Args[2] = `"$0" "$@" >` + out + ` 2>&1 & echo started; wait`
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Kill(-c.Process.Pid, unix.SIGKILL) })
	if _, err := r.Read(make([]byte, 8)); err != nil {
		t.Fatal(err)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	limit := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if b, _ := os.ReadFile(out); strings.Contains(string(b), "passed: 1 check") {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			b, _ := os.ReadFile(out)
			t.Fatalf("got %q, want that the script passed", b)
		}
	}
}

// TestArtifactsFolderIsFull: the verdicts stand, what is missing is said, and
// the exit code is that of a failure.
func TestArtifactsFolderIsFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED: only root can make what this test needs")
	}
	c := liveProgram(t, "--run", "passes|fails", "--artifacts", "small", "-p", "1")
	if err := os.Mkdir(filepath.Join(c.Dir, "small"), 0o755); err != nil {
		t.Fatal(err)
	}
	c = shelled(c, "mount -t tmpfs -o size=16k none small && head -c 12000 /dev/zero >small/ballast &&")
	c.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	code, stdout, _ := said(t, c)
	if code != 1 || !strings.Contains(stdout, "no space left on device") || !strings.Contains(stdout, "what came after that is lost") || !regexp.MustCompile(`(?m)^\d passed, \d failed, 0 skipped in `).MatchString(stdout) {
		t.Errorf("got %d, %q; want verdicts, and that there is no space", code, stdout)
	}
	c = liveProgram(t, "--run", "passes", "--artifacts", "readonly")
	if err := os.Mkdir(filepath.Join(c.Dir, "readonly"), 0o755); err != nil {
		t.Fatal(err)
	}
	c = shelled(c, "mount -t tmpfs -o ro none readonly &&")
	c.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if code, stdout, stderr := said(t, c); code != 2 || !strings.Contains(stderr, "/readonly may not be written") {
		t.Errorf("got %d, %q, %q; want that the folder may not be written", code, stdout, stderr)
	}
}
