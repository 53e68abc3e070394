package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestScriptOpensAShell on the terminal that it was started on, and goes on
// when that ends. Its time limit does not pass meanwhile.
func TestScriptOpensAShell(t *testing.T) {
	c := program(t, `
h1, h2 = netns("h1"), netns("h2")
print("before")
print("code", shell(h1), shell(h2))
print("after")
`, "--timeout", "3s")
	s := sit(t, c)
	s.waitFor(t, `before\r\nwirelark: a shell in h1: exit or Ctrl-D leaves it\r\n.*\[h1\] `+c.Dir+`# $`)
	s.typed(t, "stty size; sleep 3.2; echo sl''ept\r")
	s.waitFor(t, `24 200\r\nslept\r\n`)
	s.typed(t, "sh -c \"echo re''ady; exec cat\"\r") // ready is who has the terminal
	s.waitFor(t, `ready\r\n`)
	s.typed(t, "\x03")                         // the shell's, not the lab's
	s.waitFor(t, `\^C(?s:.*)\[h1\] [^\n]*# $`) // what is typed before may be cat's
	s.typed(t, "exit 4\r")
	s.waitFor(t, `a shell in h2: .*\r\n.*\[h2\] `)
	s.typed(t, "\x04")
	s.leaves(t, 0)
	s.waitFor(t, `code 4 0\r\nafter\r\nwirelark: lab.star passed: no checks\r\n$`)
	if strings.Contains(s.String(), "[3s]") {
		t.Errorf("got a line of progress in %q", s)
	}
}

// TestShellOnFail opens where the script failed, before the lab is unmade.
func TestShellOnFail(t *testing.T) {
	for _, row := range []struct{ script, node string }{
		{"a, b = netns('a'), netns('b')\nexec_in(b, 'false')", "b"},
		{"a, b = netns('a'), netns('b')\nveth(a, b, addr = ('10.0.0.1/24', '10.0.0.2/24'))\ncheck(ping(b, '10.0.0.1').received == 5)\n", "b"},
		{"a, b = netns('a'), netns('b')\nfail('x')", "a"},
		{"a, b = netns('a'), netns('b')\nexpect(exec_in(a, 'false', check = False))\nexec_in(b, 'true')", "b"},
	} {
		s := sit(t, program(t, row.script, "--shell-on-fail", "--color", "never"))
		s.waitFor(t, `lab.star:\d+:\d+: (?s:.*)wirelark: a shell in `+row.node+`: exit or Ctrl-D leaves it\r\n.*\[`+row.node+`\] `)
		s.typed(t, "exit 9\r")
		s.leaves(t, 1)
	}
}

// TestShellOnFailHasNothingToOpen: where nothing failed, or nothing was made.
func TestShellOnFailHasNothingToOpen(t *testing.T) {
	for _, row := range []struct {
		script string
		code   int
		says   string // "" for nothing of a shell
	}{
		{"netns('a')", 0, ""},
		{"check(False)", 1, "wirelark: --shell-on-fail: the lab has no node"},
		{"ntens('a')", 2, ""},
		{"netns('a')\nskip('x')", 3, ""},
	} {
		s := sit(t, program(t, row.script, "--shell-on-fail", "--color", "never"))
		s.leaves(t, row.code)
		s.waitFor(t, `wirelark: |^lab.star`)
		if got := s.String(); strings.Contains(got, "shell") != (row.says != "") || !strings.Contains(got, row.says) {
			t.Errorf("%q: got %q, want %q in it", row.script, got, row.says)
		}
	}
}

// A labEnd is how a lab may end while somebody sits in it.
type labEnd struct {
	name string
	end  func(front *exec.Cmd)
	code int
	says string
}

var labEnds = []labEnd{
	{"told", func(c *exec.Cmd) { _ = c.Process.Signal(syscall.SIGTERM) }, 130, `interrupted \(SIGTERM\)\r\n`},
	{"engine", func(c *exec.Cmd) {
		_ = unix.Kill(childNamed(childNamed(c.Process.Pid, "wirelark-init"), "wirelark-engine"), unix.SIGKILL)
	}, 1, `\r\nwirelark: somebody killed the lab's engine \(SIGKILL\); `},
	{"init", func(c *exec.Cmd) { _ = unix.Kill(childNamed(c.Process.Pid, "wirelark-init"), unix.SIGKILL) }, 1, `\r\nwirelark: somebody killed the lab \(SIGKILL\); `},
}

// givesBack ends a lab whose script waits for somebody, whom use plays, and
// expects the terminal back.
func (e labEnd) givesBack(t *testing.T, script string, use func(*seat)) {
	t.Helper()
	c := program(t, script, "--color", "never")
	s := sit(t, c)
	use(s)
	e.end(c)
	s.leaves(t, e.code)
	s.waitFor(t, e.says)
	if strings.Contains(s.String(), "not reached") {
		t.Errorf("got %q, want the end where the script waits", s)
	}
}

// TestTerminalIsGivenBack however a lab ends whose script has opened a shell.
func TestTerminalIsGivenBack(t *testing.T) {
	twice := labEnd{"twice", func(c *exec.Cmd) {
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = c.Process.Signal(syscall.SIGQUIT)
	}, 130, `interrupted`}
	for _, e := range append([]labEnd{twice}, labEnds...) {
		t.Run(e.name, func(t *testing.T) {
			e.givesBack(t, "n = netns('n')\nshell(n)\nprint('not reached')\n", func(s *seat) {
				s.waitFor(t, `\[n\] `)
				s.typed(t, "trap '' HUP TERM; while :; do sleep 1000; done\r")
				s.waitFor(t, `1000; done\r\n`)
			})
		})
	}
}

// TestStrangersScriptGetsNoTerminal, unless the user asks for a shell.
func TestStrangersScriptGetsNoTerminal(t *testing.T) {
	s := sit(t, program(t, `shell(netns("n"))`, "--sandbox", "--color", "never"))
	s.leaves(t, 1)
	s.waitFor(t, `lab.star:1:1: shell: with --sandbox, a script gets no hold of your terminal: use wirelark shell from another\r\n`)
	s = sit(t, program(t, `exec_in(netns("n"), "false")`, "--sandbox", "--shell-on-fail"))
	s.waitFor(t, `\[n\] `)
	s.typed(t, "exit\r")
	s.leaves(t, 1)
}

// TestShellWithoutBash: the prompt and the keys work in any shell. It needs a
// machine that has another in the place of sh.
func TestShellWithoutBash(t *testing.T) {
	l := live(t, busy, 2)
	c := l.visitor("h1", "sh")
	s := sit(t, c)
	s.waitFor(t, `\[h1\] `+l.Dir+`# $`)
	s.typed(t, "cd /tmp\r")
	s.waitFor(t, `\[h1\] /tmp# $`)
	s.typed(t, "sleep 1000\r")
	eventually(t, "a sleep in h1", func() bool { return strings.Contains(l.says(t, "h1", "ps", "-eo", "args"), "sleep 1000") })
	s.typed(t, "\x03")
	s.waitFor(t, `\^C(?s:.*)\[h1\] /tmp# $`)
	s.typed(t, "echo code=$?\r")
	s.waitFor(t, `code=130`)
	s.typed(t, "exit 2\r")
	s.leaves(t, 2)
}

// TestOutputOnTerminalAndFile: what is shown on the terminal is the shell, and
// the script's output goes where it was sent.
func TestOutputOnTerminalAndFile(t *testing.T) {
	c := program(t, `
print("before")
shell(netns("n"))
print("after")
`)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := sitWith(t, c, w)
	w.Close()
	s.waitFor(t, `\[n\] `)
	s.typed(t, "exit\r")
	s.leaves(t, 0)
	buf := make([]byte, 100)
	n, _ := r.Read(buf)
	if got := string(buf[:n]); got != "before\nafter\n" && got != "before\n" {
		t.Errorf("got %q, want the script's output alone", got)
	}
	if strings.Contains(s.String(), "before") {
		t.Errorf("got %q, want the shell alone", s)
	}
}
