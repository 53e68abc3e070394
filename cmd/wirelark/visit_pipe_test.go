package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/sandbox"
)

// TestCommandOverPipes: its input and output are the client's, byte for byte,
// and so is its exit code.
func TestCommandOverPipes(t *testing.T) {
	l := live(t, busy, 2)
	big := bytes.Repeat([]byte("0123456789abcde\n"), 1<<16)
	for _, row := range []struct {
		command  []string
		in       string
		code     int
		out, err string
	}{
		{[]string{"hostname"}, "", 0, "h1\n", ""},
		{[]string{"cat"}, "a\r\n\x00\xff", 0, "a\r\n\x00\xff", ""},
		{[]string{"cat"}, string(big), 0, string(big), ""},
		{[]string{"sh", "-c", "echo out; echo problem >&2; exit 7"}, "", 7, "out\n", "problem\n"},
		{[]string{"sh", "-c", "kill -TERM $$"}, "", 143, "", ""},
		{[]string{"sh", "-c", "exec <&- >&- 2>&-; exit 3"}, "", 3, "", ""},
		{[]string{"sh", "-c", "sleep 1000 & echo left"}, "", 0, "left\n", ""},
		{[]string{"sh", "-c", "exit 255"}, "", 255, "", ""},
		{nil, "hostname; exit 5\n", 5, "h1\n", ""}, // a shell that reads its commands
		{[]string{"no-such"}, "", 255, "", "wirelark: program no-such in h1 is not installed: looked in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"},
		{[]string{"/tmp"}, "", 255, "", "wirelark: program /tmp in h1 is a directory\n"},
	} {
		c := l.visitor("h1", row.command...)
		var out, problems bytes.Buffer
		c.Stdin, c.Stdout, c.Stderr = strings.NewReader(row.in), &out, &problems
		_ = c.Run()
		if got := exitCode(c); got != row.code || out.String() != row.out || problems.String() != row.err {
			t.Errorf("%q: got %d, %.100q, %q, want %d, %.100q, %q", row.command, got, out.String(), problems.String(), row.code, row.out, row.err)
		}
	}
	if got := l.says(t, "h1", "sh", "-c", "grep -c wirelark/ /proc/net/unix; ls /proc/self/fd"); got != "0\n0\n1\n2\n3\n" {
		t.Errorf("got %q, want no door of the lab, and no descriptor but its own three", got)
	}
}

// TestSlowReaderGetsAll of what a command wrote before it ended.
func TestSlowReaderGetsAll(t *testing.T) {
	l := live(t, busy, 2)
	c := l.visitor("h1", "sh", "-c", "yes 0123456 | head -c 100000")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the command's end", func() bool { return !strings.Contains(l.says(t, "h1", "ps", "-eo", "args"), "head") })
	b, err := io.ReadAll(out)
	if e := c.Wait(); err != nil || e != nil || len(b) != 100000 {
		t.Errorf("got %d bytes, %v, %v, want 100000", len(b), err, e)
	}
}

// TestReaderThatLeaves ends the command, as in any pipe.
func TestReaderThatLeaves(t *testing.T) {
	l := live(t, busy, 2)
	c := l.visitor("h1", "yes")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	out.Close()
	_ = c.Wait()
	if got := exitCode(c); got != 128+int(syscall.SIGPIPE) {
		t.Errorf("got exit code %d, want that of SIGPIPE", got)
	}
}

// TestClientThatDies leaves nothing behind in the node: what it used is hung
// up.
func TestClientThatDies(t *testing.T) {
	l := live(t, busy, 2)
	s := sit(t, l.visitor("h1"))
	s.waitFor(t, `\[h1\] `)
	s.typed(t, "sh -c \"trap 'echo hup > /tmp/terminal; exit' HUP; echo re''ady; while :; do sleep 0.01; done\"\r")
	s.waitFor(t, `ready`)
	pipes := l.visitor("h1", "sh", "-c", "exec 2>/dev/null; trap 'echo hup > /tmp/pipes; exit' HUP; echo ready; while :; do sleep 0.01; done")
	out, err := pipes.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := pipes.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*exec.Cmd{s.cmd, pipes} {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	eventually(t, "both hung up, and the shell gone", func() bool {
		return l.says(t, "h1", "sh", "-c", "cat /tmp/terminal /tmp/pipes; ps -eo args | grep -c '^bash'; true") == "hup\nhup\n0\n"
	})
}

// TestClientThatIsStopped holds up neither the lab nor its end.
func TestClientThatIsStopped(t *testing.T) {
	l := live(t, busy, 2)
	s := sit(t, l.visitor("h1"))
	s.waitFor(t, `\[h1\] `)
	s.typed(t, "yes\r")
	s.waitFor(t, `y\r\ny\r\n`)
	_ = s.cmd.Process.Signal(syscall.SIGSTOP)
	if got := l.says(t, "h1", "hostname"); got != "h1\n" {
		t.Errorf("got %q, want h1", got)
	}
	start := time.Now()
	_ = l.Process.Signal(syscall.SIGINT)
	if _ = l.Wait(); exitCode(l.Cmd) != 130 || time.Since(start) > patience/4 {
		t.Errorf("got %d after %s, want the lab's usual end: %s", exitCode(l.Cmd), time.Since(start), &l.text)
	}
	_ = s.cmd.Process.Signal(syscall.SIGCONT)
	s.leaves(t, 255)
}

// TestSignalledClient gives the terminal back.
func TestSignalledClient(t *testing.T) {
	l := live(t, busy, 2)
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		s := sit(t, l.visitor("h1"))
		s.waitFor(t, `\[h1\] `)
		_ = s.cmd.Process.Signal(sig)
		s.leaves(t, 128+int(sig))
	}
}

// TestSilentLab: a lab of which somebody has stopped a part is listed, and
// holds up neither who asks nor its own end.
func TestSilentLab(t *testing.T) {
	for _, part := range []string{"front", "engine"} {
		l := live(t, busy, 2)
		pid := l.Process.Pid
		if part == "engine" {
			pid = childNamed(childNamed(pid, "wirelark-init"), "wirelark-engine")
		}
		state := func() sandbox.State {
			for _, lab := range livingLabs(t) {
				if lab.ID == l.id {
					return lab.State
				}
			}
			return ""
		}
		_ = unix.Kill(pid, unix.SIGSTOP)
		got := state()
		for range 10 { // a process stops when it next runs, not when it is told
			if got == sandbox.Silent {
				break
			}
			got = state()
		}
		if got != sandbox.Silent {
			t.Errorf("%s stopped: got %q, want silent", part, got)
		}
		out, err := l.visitor("h1").CombinedOutput()
		if want := fmt.Sprintf("wirelark: shell: lab %s does not answer\n", l.id); err == nil || string(out) != want {
			t.Errorf("%s stopped: got %v, %q, want %q", part, err, out, want)
		}
		if part == "front" {
			_ = unix.Kill(pid, unix.SIGCONT)
			if got := state(); got != sandbox.Running {
				t.Errorf("got %q, want running", got)
			}
		}
		_ = l.Process.Signal(syscall.SIGINT)
		if _ = l.Wait(); exitCode(l.Cmd) != 130 {
			t.Errorf("%s stopped: got %d, want the end of an interrupted lab", part, exitCode(l.Cmd))
		}
		if got := state(); got != "" {
			t.Errorf("got %q, want none", got)
		}
	}
}

// TestStatesOfALab: a kept one is told from one that runs, and can be visited.
func TestStatesOfALab(t *testing.T) {
	l := live(t, `netns("h1"); print("ready")`, 1, "--keep")
	c := exec.Command("wirelark", "ps")
	c.Dir, c.Env = l.Dir, append(os.Environ(), l.Env...)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := l.id + "  lab.star "; !strings.Contains(string(out), want) || !strings.HasPrefix(string(out), "LAB   SCRIPT ") {
		t.Errorf("got %q, want %q in it", out, want)
	}
	if !strings.Contains(l.says(t, "h1", "ip", "link"), "lo:") {
		t.Error("got no loopback in a kept lab")
	}
	_ = l.Process.Signal(syscall.SIGINT)
	if _ = l.Wait(); exitCode(l.Cmd) != 0 || !strings.Contains(l.text.String(), "  wirelark shell "+l.id+"/h1\n") {
		t.Errorf("got %d, %q", exitCode(l.Cmd), &l.text)
	}
}
