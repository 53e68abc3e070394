package sandbox

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// noDelay keeps the race detector, if it is in the binary, from waiting a
// second at the end of each of a lab's processes.
const noDelay = "GORACE=atexit_sleep_ms=0"

// patience is how long a test waits for what comes at once on an idle machine.
const patience = 30 * time.Second

// A tap keeps what is written to it and lets others wait for it.
type tap struct {
	mu   sync.Mutex
	text []byte
	more chan struct{} // closed and replaced at each write
}

func newTap() *tap { return &tap{more: make(chan struct{})} }

func (w *tap) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	close(w.more)
	w.more = make(chan struct{})
	return len(p), nil
}

func (w *tap) look() (string, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.text), w.more
}

// waitFor waits until the text has been written.
func (w *tap) waitFor(t testing.TB, want string) {
	t.Helper()
	late := time.After(patience)
	for {
		got, more := w.look()
		if strings.Contains(got, want) {
			return
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("got %q, want %q in it", got, want)
		}
	}
}

// A started is a front that runs, in a process group of its own.
type started struct {
	*exec.Cmd
	out, err *tap
}

// An ended is one that has ended.
type ended struct {
	code           int
	stdout, stderr string
}

// project makes a folder with a script in it that the person owns.
func project(t testing.TB, u person) *Spec {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "wirelark-"+mark+"-project-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return projectAt(t, u, dir)
}

// projectAt puts a script of the person into a folder.
func projectAt(t testing.TB, u person, dir string) *Spec {
	t.Helper()
	script := filepath.Join(dir, "x.star")
	if err := os.WriteFile(script, []byte("# a script\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, script} {
		if err := os.Chown(path, u.uid, u.gid); err != nil {
			t.Fatal(err)
		}
	}
	return &Spec{Script: script, Project: dir, Dir: dir, Force: u.mode}
}

// front is a front, not yet started, for the person; steps are its prelude.
func front(t testing.TB, u person, s *Spec, steps ...string) *started {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	c := &started{Cmd: exec.Command(testBinary), out: newTap(), err: newTap()}
	c.Stdout, c.Stderr = c.out, c.err
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if u.uid != os.Geteuid() {
		if u.mode == RootlessMany {
			steps = append([]string{"mounts", "subids"}, steps...)
		}
		steps = append(steps, "user="+itoa(u.uid))
	}
	c.Env = append(os.Environ(), markEnv+"="+mark, "TMPDIR="+scratch, noDelay, frontEnv+"="+string(b))
	if len(steps) > 0 {
		c.Env = append(c.Env, preludeEnv+"="+strings.Join(steps, " "))
		if !strings.Contains(strings.Join(steps, " "), "group=") && os.Geteuid() == 0 {
			c.SysProcAttr.Credential = &syscall.Credential{Groups: []uint32{}}
		}
	}
	return c
}

func (c *started) start(t testing.TB) *started {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c.ProcessState == nil { // else the number is perhaps another's by now
			_ = unix.Kill(-c.Process.Pid, unix.SIGKILL)
		}
	})
	return c
}

// end waits for the end of a front.
func (c *started) end(t testing.TB) ended {
	t.Helper()
	late := time.AfterFunc(2*patience, func() { _ = c.Process.Kill() })
	_ = c.Wait()
	if !late.Stop() {
		t.Errorf("the front did not end by itself")
	}
	stdout, _ := c.out.look()
	stderr, _ := c.err.look()
	return ended{c.ProcessState.ExitCode(), stdout, stderr}
}

// run runs a lab to its end.
func run(t testing.TB, u person, s *Spec, steps ...string) ended {
	t.Helper()
	return front(t, u, s, steps...).start(t).end(t)
}

// sh runs a lab whose program is a shell command, and returns what it said.
func sh(t testing.TB, u person, s *Spec, script string, steps ...string) ended {
	t.Helper()
	if s == nil {
		s = project(t, u)
	}
	s.Args = []string{"sh", script}
	return run(t, u, s, steps...)
}

func (e ended) is(t testing.TB, want ended) {
	t.Helper()
	if e != want {
		t.Errorf("got %d, stdout %q, stderr %q\nwant %d, stdout %q, stderr %q", e.code, e.stdout, e.stderr, want.code, want.stdout, want.stderr)
	}
}
