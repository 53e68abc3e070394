package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A screen keeps what a program wrote to its terminal.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	done chan struct{} // closed when the program has closed its terminal
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// watch reads a terminal's master until nobody has the terminal any more.
func watch(master *os.File) *screen {
	s := &screen{done: make(chan struct{})}
	go func() { // ends with the program
		defer close(s.done)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			s.mu.Lock()
			s.text.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return s
}

// waitFor waits until the terminal was sent something that matches.
func (s *screen) waitFor(t *testing.T, pattern string) {
	t.Helper()
	s.waitFrom(t, 0, pattern)
}

// waitFrom is waitFor of what comes after the first bytes.
func (s *screen) waitFrom(t *testing.T, from int, pattern string) {
	t.Helper()
	re := regexp.MustCompile(pattern)
	limit := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !re.MatchString(s.String()[from:]) {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("got %q, want a match of %q from byte %d on", s, pattern, from)
		}
	}
}

// program is a run of a script, whose folder is new and the test's. After the
// test, the machine must be as it was.
func program(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.star")
	sc := &scene{mark: mark(strings.ReplaceAll(path, "/", "-")), tmp: t.TempDir()}
	if err := sc.look(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left, err := sc.left()
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %q, %v", left, err)
		}
	})
	if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("wirelark", append([]string{"run"}, append(args, "lab.star")...)...)
	c.Dir = filepath.Dir(path)
	c.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=", "TMPDIR="+sc.tmp, markEnv+"="+sc.mark)
	return c
}

// onTerminal starts a program whose three files are a terminal of 60 columns.
func onTerminal(t *testing.T, c *exec.Cmd) (*screen, *os.File) {
	t.Helper()
	master, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 60})
	if err != nil {
		t.Fatal(err)
	}
	s := watch(master)
	t.Cleanup(func() {
		_ = c.Process.Kill() // it has ended, unless the test failed
		_ = c.Wait()
		<-s.done
		master.Close()
	})
	return s, master
}

func TestSlowScriptShowsOneStatusLine(t *testing.T) {
	c := program(t, `
n = netns("node")
step("wait for it")
sh_in(n, "sleep 1.5; : a command of more columns than the terminal has")
print("done")
`)
	s, _ := onTerminal(t, c)
	s.waitFor(t, `\[\d+s\] wait for it: step 2, node: sh -c`)
	if err := c.Wait(); err != nil {
		t.Fatal(err, s)
	}
	<-s.done
	got := s.String()
	// Each line that was shown is taken away by what comes after it.
	shown := strings.Count(got, "[0s] ") + strings.Count(got, "[1s] ") + strings.Count(got, "[2s] ")
	if gone := strings.Count(got, "\r\x1b[K"); shown == 0 || gone != shown {
		t.Errorf("got %d lines shown, %d taken away in %q", shown, gone, got)
	}
	for part := range strings.SplitSeq(got, "\r\x1b[K") {
		if i := strings.LastIndex(part, "["); i >= 0 && len([]rune(part[i:])) >= 60 {
			t.Errorf("got a line of %d columns, want less than 60: %q", len([]rune(part[i:])), part[i:])
		}
	}
	// What stays on the screen is the output alone.
	stays := regexp.MustCompile(`\[\d+s\][^\r]*\r\x1b\[K`).ReplaceAllString(got, "")
	if want := "done\r\nwirelark: lab.star passed: no checks\r\n"; stays != want {
		t.Errorf("got %q, want %q", stays, want)
	}
}

func TestQuickScriptShowsNoStatusLine(t *testing.T) {
	c := program(t, `print("done")`)
	s, _ := onTerminal(t, c)
	if err := c.Wait(); err != nil {
		t.Fatal(err, s)
	}
	<-s.done
	if got, want := s.String(), "done\r\nwirelark: lab.star passed: no checks\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestStatusLineIsForTerminalsOnly: a log has none.
func TestStatusLineIsForTerminalsOnly(t *testing.T) {
	for _, args := range [][]string{nil, {"-q"}} {
		c := program(t, `sh_in(netns("n"), "sleep 1.2")`, args...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(out), "[") || strings.Contains(string(out), "\r") {
			t.Errorf("%q: got %q, want no status line", args, out)
		}
	}
}

func TestColoursAreForTerminals(t *testing.T) {
	for _, row := range []struct {
		env  string
		args []string
		want bool
	}{
		{"", nil, true},
		{"NO_COLOR=1", nil, false},
		{"TERM=dumb", nil, false},
		{"", []string{"--color", "never"}, false},
		{"NO_COLOR=1", []string{"--color", "always"}, true},
	} {
		c := program(t, "check(False)", row.args...)
		c.Env = append(c.Env, row.env)
		s, _ := onTerminal(t, c)
		if err := c.Wait(); c.ProcessState.ExitCode() != 1 {
			t.Fatal(err, s)
		}
		<-s.done
		if got := strings.Contains(s.String(), "\x1b[1;31m"); got != row.want {
			t.Errorf("%s %q: got colours: %v, want %v in %q", row.env, row.args, got, row.want, s)
		}
	}
}

// TestCommandsOutputCannotDriveTheTerminal: what a script prints of a
// command's output is shown, not obeyed.
func TestCommandsOutputCannotDriveTheTerminal(t *testing.T) {
	c := program(t, `print(sh_in(netns("n"), "printf '\\033]0;title\\007\\033[2J'").stdout)`)
	s, _ := onTerminal(t, c)
	if err := c.Wait(); err != nil {
		t.Fatal(err, s)
	}
	<-s.done
	if got, want := s.String(), `^[]0;title^G^[[2J`; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestInterruptByKeyEndsTheLab: Ctrl-C on the terminal, whose settings are as
// before afterwards.
func TestInterruptByKeyEndsTheLab(t *testing.T) {
	c := program(t, `
defer(lambda: print("deferred"))
print("READY")
exec_in(netns("n"), "sleep 1000", timeout = "20m")
`)
	s, master := onTerminal(t, c)
	s.waitFor(t, "READY")
	if _, err := io.WriteString(master, "\x03"); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	<-s.done
	if got := c.ProcessState.ExitCode(); got != 130 {
		t.Errorf("got exit code %d, want 130; %q", got, s)
	}
	if !strings.Contains(s.String(), "deferred") || !strings.Contains(s.String(), "interrupted") {
		t.Errorf("got %q, want what was deferred and the reason", s)
	}
}

// TestTerminalGoneEndsTheLab: closing its window hangs the front up.
func TestTerminalGoneEndsTheLab(t *testing.T) {
	c := program(t, `
print("READY")
exec_in(netns("n"), "sleep 1000", timeout = "20m")
`)
	losesTerminal(t, c, "READY")
}

// losesTerminal closes the window in which a command runs, once it shows some
// words, and expects its end.
func losesTerminal(t *testing.T, c *exec.Cmd, words string) {
	t.Helper()
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	c.Stdin, c.Stdout, c.Stderr = terminal, terminal, terminal
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	err = c.Start()
	terminal.Close()
	if err != nil {
		t.Fatal(err)
	}
	shown := ""
	for buf := make([]byte, 256); !strings.Contains(shown, words); {
		n, err := master.Read(buf)
		if err != nil {
			t.Fatalf("got %q, %v, want %s", shown, err, words)
		}
		shown += string(buf[:n])
	}
	master.Close()
	late := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	_ = c.Wait()
	if !late.Stop() || c.ProcessState.ExitCode() != 130 {
		t.Errorf("got %s, want exit code 130", c.ProcessState)
	}
}
