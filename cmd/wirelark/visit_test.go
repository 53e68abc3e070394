package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"wirelark/runtime/sandbox"
)

// A living is a lab that runs while a test visits it.
type living struct {
	*exec.Cmd
	id   string
	text lockedBuffer // what it says
}

// A lockedBuffer is a buffer that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// busy is a script whose second node works, and whose first one has never run
// a command.
const busy = `
h1, h2 = netns("h1"), netns("h2")
veth(h1, h2, addr = ("10.0.0.1/24", "10.0.0.2/24"))
exec_in(h2, "sleep 1000", timeout = "20m")
`

// live starts a lab and waits until it can be visited and has n nodes.
func live(t *testing.T, script string, n int, args ...string) *living {
	t.Helper()
	l := &living{Cmd: program(t, script, args...)}
	l.Stdout, l.Stderr = &l.text, &l.text
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = l.Process.Signal(syscall.SIGCONT)
		_ = l.Process.Kill() // it has ended, unless the test left that to us
		_ = l.Wait()
	})
	path := filepath.Join(l.Dir, "lab.star")
	eventually(t, "a lab with its nodes", func() bool {
		for _, lab := range livingLabs(t) {
			if lab.Script == path && len(lab.Nodes) == n && (lab.State == sandbox.Kept || len(args) == 0 || args[0] != "--keep") {
				l.id = lab.ID
				return true
			}
		}
		return false
	})
	return l
}

func livingLabs(t *testing.T) []*sandbox.Living {
	t.Helper()
	all, err := sandbox.Labs()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// eventually polls, because nobody tells of what other processes do.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("want %s", what)
		}
	}
}

// visitor is a client of the lab.
func (l *living) visitor(node string, command ...string) *exec.Cmd {
	args := []string{"shell", l.id + "/" + node}
	if command != nil {
		args = append(append(args, "--"), command...)
	}
	c := exec.Command("wirelark", args...)
	c.Dir, c.Env = l.Dir, append(l.Env, "TERM=xterm")
	return c
}

// says runs a command in a node and returns what it says.
func (l *living) says(t *testing.T, node string, command ...string) string {
	t.Helper()
	out, err := l.visitor(node, command...).CombinedOutput()
	if err != nil {
		t.Fatalf("%q in %s: %v, %s", command, node, err, out)
	}
	return string(out)
}

// A seat is a person at a terminal, and what runs there.
type seat struct {
	*screen
	cmd    *exec.Cmd
	master *os.File
	tty    *os.File // held, so that its settings outlive the program
	before *term.State
}

// sit starts a program on a new terminal of 24 rows and 200 columns, more than a line that is typed.
func sit(t *testing.T, c *exec.Cmd) *seat {
	t.Helper()
	return sitWith(t, c, nil)
}

// sitWith is sit with another standard output, unless that is nil.
func sitWith(t *testing.T, c *exec.Cmd, out *os.File) *seat {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 200}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	c.Stdin, c.Stdout, c.Stderr = tty, tty, tty
	if out != nil {
		c.Stdout = out
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s := &seat{watch(master), c, master, tty, before}
	t.Cleanup(func() {
		_ = c.Process.Kill() // it has ended, unless the test failed
		_ = c.Wait()
		tty.Close()
		<-s.done
		master.Close()
	})
	return s
}

// typed writes what a person types.
func (s *seat) typed(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(s.master, text); err != nil {
		t.Fatal(err)
	}
}

// leaves waits for the program's end. Its exit code must be this one, and the
// terminal as it was.
func (s *seat) leaves(t *testing.T, code int) {
	t.Helper()
	late := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait()
	if !late.Stop() {
		t.Errorf("it did not end; it showed %q", s)
	}
	if got := exitCode(s.cmd); got != code {
		t.Errorf("got exit code %d, want %d; it showed %q", got, code, s)
	}
	after, err := term.GetState(int(s.tty.Fd()))
	if err != nil || !reflect.DeepEqual(after, s.before) {
		t.Errorf("got other settings of the terminal than before: %+v, %v, want %+v", after, err, s.before)
	}
}

// exitCode is that of a program that has ended, or 128 and its signal.
func exitCode(c *exec.Cmd) int {
	if ws := c.ProcessState.Sys().(syscall.WaitStatus); ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return c.ProcessState.ExitCode()
}

// TestShellOnATerminal: what a person expects of a shell.
func TestShellOnATerminal(t *testing.T) {
	l := live(t, busy, 2)
	s := sit(t, l.visitor("h1"))
	s.waitFor(t, `\[h1\] `+l.Dir+`# $`)
	s.typed(t, "stty size; tty; hostname; echo $TERM $HOME\r")
	s.waitFor(t, `24 200\r\n/dev/pts/\d+\r\nh1\r\nxterm /tmp\r\n`)
	if err := pty.Setsize(s.master, &pty.Winsize{Rows: 30, Cols: 70}); err != nil {
		t.Fatal(err)
	}
	s.typed(t, "until [ \"$(stty size)\" = '30 70' ]; do :; done; echo re''sized\r")
	s.waitFor(t, `resized`)
	s.typed(t, "ip -br addr show eth0 | grep -c 10.0.0.1; ls /proc/self/fd | tr '\\n' ,\r")
	s.waitFor(t, `\r1\r\n0,1,2,3,`)

	// A process group at a time has the keys.
	s.typed(t, "sleep 1000\r")
	eventually(t, "a sleep in h1", func() bool { return strings.Contains(l.says(t, "h1", "ps", "-eo", "args"), "sleep 1000") })
	s.typed(t, "\x1a")
	s.waitFor(t, `Stopped +sleep 1000`)
	s.typed(t, "jobs | wc -l; fg\r")
	s.waitFor(t, `\r1\r\nsleep 1000`)
	eventually(t, "it to go on", func() bool { return strings.Contains(l.says(t, "h1", "ps", "-eo", "stat,args"), "S+   sleep 1000") })
	s.typed(t, "\x03")
	s.waitFor(t, `\^C\r\n`)
	s.typed(t, "echo code=$?\r")
	s.waitFor(t, `code=130`)
	s.typed(t, "exit 7\r")
	s.leaves(t, 7)
	_ = l.Process.Signal(syscall.SIGINT)
	if _ = l.Wait(); exitCode(l.Cmd) != 130 {
		t.Errorf("got %d, want the lab's usual end: %s", exitCode(l.Cmd), &l.text)
	}
}

// TestCommandOnATerminal gets one, and its keys.
func TestCommandOnATerminal(t *testing.T) {
	l := live(t, busy, 2)
	s := sit(t, l.visitor("h2", "sh", "-c", "tty; read x; kill -USR1 $$"))
	s.waitFor(t, `/dev/pts/`)
	s.typed(t, "\r")
	s.leaves(t, 128+int(syscall.SIGUSR1))
}

// TestShellDiesWithItsLab, and gives the terminal back.
func TestShellDiesWithItsLab(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		l := live(t, busy, 2)
		s, other := sit(t, l.visitor("h1")), sit(t, l.visitor("h1"))
		for _, s := range []*seat{s, other} {
			s.waitFor(t, `\[h1\] `)
			s.typed(t, "trap '' HUP TERM INT; sleep 1000\r")
		}
		eventually(t, "two shells", func() bool { return strings.Count(l.says(t, "h1", "ps", "-eo", "args"), "sleep 1000") == 2 })
		start := time.Now()
		_ = l.Process.Signal(sig)
		_ = l.Wait()
		if took := time.Since(start); took > patience/4 {
			t.Errorf("%s: the lab took %s to end", sig, took)
		}
		for _, s := range []*seat{s, other} {
			s.leaves(t, 255)
			s.waitFor(t, `\r\nwirelark: the lab is gone\r\n$`)
		}
	}
}
