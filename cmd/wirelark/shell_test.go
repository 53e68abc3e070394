package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// living starts a lab with a node, whose script ends when it is told to.
func living(t *testing.T, node string, args ...string) *exec.Cmd {
	t.Helper()
	c := program(t, fmt.Sprintf(`
n, other = netns(%q), netns("other-of-" + %q)
veth(n, other, addr = ("10.0.0.1/24", "10.0.0.2/24"))
print("READY")
exec_in(other, "sleep 1000", timeout = "20m", check = False)
`, node, node), args...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = c.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "READY\n" {
		t.Fatalf("got %q, %v, want READY", line, err)
	}
	return c
}

// shellIn starts a shell in a node on a terminal.
func shellIn(t *testing.T, node string) (*exec.Cmd, *screen, *os.File) {
	t.Helper()
	c := exec.Command("wirelark", "shell", node)
	c.Env = append(os.Environ(), "TERM=xterm")
	s, master := onTerminal(t, c)
	s.waitFor(t, `\[`+node+`\] \S+# $`)
	return c, s, master
}

func typeIn(t *testing.T, master *os.File, text string) {
	t.Helper()
	if _, err := io.WriteString(master, text); err != nil {
		t.Fatal(err)
	}
}

func TestShellHasJobControl(t *testing.T) {
	living(t, "jobs")
	c, s, master := shellIn(t, "jobs")
	typeIn(t, master, "hostname; stty size; echo term=$TERM; ip -br addr show eth0\n")
	s.waitFor(t, `jobs\r\n24 60\r\nterm=xterm\r\neth0@if2 +UP +10\.0\.0\.1/24`)
	// Keys are typed when the program has the terminal.
	typeIn(t, master, "perl -e '$SIG{CONT} = sub { print \"on\\n\" }; $| = 1; print \"go\\n\"; sleep 1000 while 1'\n")
	s.waitFor(t, `\rgo\r\n`)
	typeIn(t, master, "\x1a")
	s.waitFor(t, `\[1\]\+ +Stopped +perl`)
	typeIn(t, master, "jobs; fg\n")
	s.waitFor(t, `\r\non\r\n`)
	typeIn(t, master, "\x03")
	s.waitFor(t, `\^C\r\n(.*)# $`)
	typeIn(t, master, "echo code $?\n")
	s.waitFor(t, `code 130`)
	if err := pty.Setsize(master, &pty.Winsize{Rows: 30, Cols: 99}); err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	typeIn(t, master, "until [ \"$(stty size)\" = '30 99' ]; do :; done; echo resized\n")
	s.waitFor(t, `\rresized\r\n`)
	typeIn(t, master, "exit 5\n")
	_ = c.Wait()
	if got := c.ProcessState.ExitCode(); got != 5 {
		t.Errorf("got exit code %d, want 5; %q", got, s)
	}
}

func TestShellEndsWithItsLab(t *testing.T) {
	lab := living(t, "doomed")
	c, s, _ := shellIn(t, "doomed")
	if err := lab.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.waitFor(t, `wirelark: shell: the lab is gone`)
	_ = c.Wait()
	if got := c.ProcessState.ExitCode(); got != 255 {
		t.Errorf("got exit code %d, want 255; %q", got, s)
	}
	// Of a terminal that was raw, the line would not have begun at its left.
	if !strings.Contains(s.String(), "the lab is gone\r\n") {
		t.Errorf("got %q, want the terminal as it was", s)
	}
}

// TestShellHangsUp: who closes the window leaves nothing in the node.
func TestShellHangsUp(t *testing.T) {
	living(t, "hung")
	c, s, master := shellIn(t, "hung")
	typeIn(t, master, "trap '' HUP; sleep 1234 & echo started\n")
	s.waitFor(t, `\nstarted`)
	_ = c.Process.Kill()
	_ = c.Wait()
	for range 200 {
		if out, _ := exec.Command("wirelark", "shell", "hung", "--", "pgrep", "-f", "sleep 1234").Output(); len(out) == 0 {
			return
		}
	}
	t.Error("what the shell had started lives on")
}

func TestShellRunsACommandInAPipe(t *testing.T) {
	living(t, "piped")
	for _, row := range []struct {
		words       []string
		in, out, er string
		code        int
	}{
		{[]string{"cat"}, "in\n", "in\n", "", 0},
		{[]string{"sh", "-c", "echo out; echo err >&2; exit 7"}, "", "out\n", "err\n", 7},
		{[]string{"sh", "-c", "kill -9 $$"}, "", "", "", 137},
		{[]string{"cat", "/etc/hostname"}, "", "piped\n", "", 0},
		{[]string{"no-such-program"}, "", "", "wirelark: shell: program no-such-program in piped is not installed: looked in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n", 1},
	} {
		c := exec.Command("wirelark", append([]string{"shell", "piped", "--"}, row.words...)...)
		var out, er strings.Builder
		c.Stdin, c.Stdout, c.Stderr = strings.NewReader(row.in), &out, &er
		err := c.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if got := c.ProcessState.ExitCode(); got != row.code || out.String() != row.out || er.String() != row.er {
			t.Errorf("%q: got %d, %q, %q, want %d, %q, %q", row.words, got, out.String(), er.String(), row.code, row.out, row.er)
		}
	}
}

func TestPsListsLivingLabs(t *testing.T) {
	lab := living(t, "listed")
	id := fmt.Sprint(lab.Process.Pid)
	out, err := exec.Command("wirelark", "ps", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		ID, Script, State, Mode string
		Age                     float64
		Nodes                   []string
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, l := range list {
		if l.ID == id {
			found = l.State == "running" && strings.HasSuffix(l.Script, "/lab.star") && l.Age >= 0 && l.Mode != "" && strings.Join(l.Nodes, " ") == "listed other-of-listed"
		}
	}
	if !found {
		t.Errorf("got %s, want lab %s among them", out, id)
	}
	out, err = exec.Command("wirelark", "ps").Output()
	if err != nil || !strings.Contains(string(out), "listed other-of-listed") || !strings.HasPrefix(string(out), "LAB ") {
		t.Errorf("got %q, %v, want a table with the lab's nodes", out, err)
	}
	// By its id, from a second lab with the same node, and by nothing that is.
	again := living(t, "listed")
	for _, row := range []struct{ word, want string }{
		{id + "/listed", ""},
		{"listed", "wirelark: shell: several labs have a node listed: write "},
		{id + "/listted", "wirelark: shell: there is no node listted (did you mean listed?)\n"},
		{id + "/zzz", "wirelark: shell: there is no node zzz: there are listed, other-of-listed\n"},
		{"0/listed", "wirelark: shell: there is no lab 0: there are "},
	} {
		c := exec.Command("wirelark", "shell", row.word, "--", "true")
		var er strings.Builder
		c.Stderr = &er
		_ = c.Run()
		if !strings.HasPrefix(er.String(), row.want) || (row.want == "") != (er.String() == "") {
			t.Errorf("%s: got %q, want %q", row.word, er.String(), row.want)
		}
	}
	_ = again.Process.Kill()
}

// TestKeptLabsAreEntered: also in what --keep holds.
func TestKeptLabIsListedAsKept(t *testing.T) {
	c := program(t, `netns("held")`, "--keep")
	er, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Wait() }()
	defer func() { _ = c.Process.Signal(syscall.SIGINT) }()
	said := bufio.NewReader(er)
	line, err := said.ReadString('\n')
	for err == nil && !strings.Contains(line, "wirelark shell NODE") {
		line, err = said.ReadString('\n')
	}
	if err != nil {
		t.Fatalf("got %q, %v, want how to enter a node", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }() // ends with the lab
	out, err := exec.Command("wirelark", "shell", fmt.Sprint(c.Process.Pid)+"/held", "--", "hostname").Output()
	if string(out) != "held\n" || err != nil {
		t.Errorf("got %q, %v, want the node's name", out, err)
	}
	if out, err = exec.Command("wirelark", "ps").Output(); !strings.Contains(string(out), "kept") || err != nil {
		t.Errorf("got %q, %v, want the lab as kept", out, err)
	}
}
