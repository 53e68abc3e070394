package main

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A prompt's mark, alone on its line.
const freshMark = `(?:^|\n|\r)>>> $`

// says types a line at a prompt and waits for what it shows before the next
// mark.
func (s *seat) says(t *testing.T, line, pattern string) {
	t.Helper()
	from := len(s.String())
	s.typed(t, line)
	s.waitFrom(t, from, `(?s)`+pattern+`(?:.*\n)?>>> $`)
}

// TestBreakpoint: a script's prompt has its names, and the script goes on
// behind it as if it had not been there. Its time limit does not pass meanwhile.
func TestBreakpoint(t *testing.T) {
	c := program(t, `
load("@std//topo.star", build = "chain")
n = netns("node")
def count(limit, words = ["a"]):
    total = 2
    later = lambda: total
    breakpoint()
    print("total", total, "words", words)
count(7)
`, "--timeout", "3s", "--color", "never")
	s := sit(t, c)
	s.waitFor(t, `^wirelark: lab.star:7:15 in count: exit or Ctrl-D goes on with the script, help\(\) says more\r\n>>> $`)
	s.says(t, "limit + total\r", `\r\n9\r\n`)
	s.says(t, "later(), n, build\r", `\(2, netns\(node\), <function chain>\)\r\n`)
	s.says(t, "total = 100; words.append('b')\r", ``)
	s.says(t, "total\r", `\r\n100\r\n`)
	s.typed(t, "def twice(x):\r")
	s.waitFor(t, `\.\.\. $`)
	s.typed(t, "    return 2 * x\r")
	s.waitFor(t, `2 \* x\r\n\.\.\. $`)
	s.says(t, "\r", ``)
	s.says(t, "print(twice(21))\r", `\r\n42\r\n`)
	s.says(t, "{}['k']\r", `\r\n<prompt>:9:1: key "k" not in dict\r\n    9 \| \{\}\['k'\]\r\n      \| \^+\r\n`)
	s.says(t, "check(limit == 8)\r", `<prompt>:10:1: check failed: limit == 8\r\n.*\| limit = 7\r\n`)
	s.says(t, "help(sleep)\r", `sleep\(duration: duration\) -> None\r\n\r\nWait for a fixed time\.`)
	s.says(t, "sleep(3.5)\r", ``)
	s.says(t, "breakpoint()\r", `<prompt>:13:1: breakpoint: a prompt has the terminal: leave it first, or use wirelark shell from another`)
	s.says(t, "shell(n)\r", `<prompt>:14:1: shell: a prompt has the terminal`)
	s.says(t, "def broken(:\r", `<prompt>:15:13: `)
	s.typed(t, "\x04")
	s.leaves(t, 0)
	s.waitFor(t, `\ntotal 2 words \["a", "b"\]\r\nwirelark: lab.star passed: no checks\r\n$`)
}

// TestInterruptAtAPrompt drops the line, or ends what runs: the script goes on.
func TestInterruptAtAPrompt(t *testing.T) {
	c := program(t, `
n = netns("n")
breakpoint()
print("after")
`, "--color", "never")
	s := sit(t, c)
	s.waitFor(t, freshMark)
	s.typed(t, "1 + ")
	s.waitFor(t, `1 \+ $`)
	s.says(t, "\x03", `1 \+ \^C\r`)
	s.typed(t, "def f():\r")
	s.waitFor(t, `\.\.\. $`)
	s.says(t, "\x03", `\^C\r`)
	for _, line := range []string{"sleep('20m')", "exec_in(n, 'sleep 1000', timeout = '20m')", "[0 for i in range(1 << 40)]"} {
		from := len(s.String())
		s.typed(t, line+"\r")
		s.waitFrom(t, from, `\r\n$`)
		s.says(t, "\x03", `interrupted`)
	}
	// It may be there before what it ends.
	s.says(t, "sleep('20m')\r\x03", `interrupted`)
	s.says(t, "def f():\r\x03", `\r\n`)
	s.says(t, "6 * 7\r", `\r\n42\r\n`)
	s.typed(t, "exit\r")
	s.leaves(t, 0)
	s.waitFor(t, `\r\nafter\r\nwirelark: lab.star passed`)
}

// TestKeysAtAPrompt: completion, earlier lines, and a window of another size.
func TestKeysAtAPrompt(t *testing.T) {
	s := sit(t, program(t, `
host = netns("a")
breakpoint()
breakpoint()
`))
	s.waitFor(t, freshMark)
	s.typed(t, "ho\t")
	s.waitFor(t, `host$`)
	s.typed(t, ".na\t")
	s.waitFor(t, `\.name$`)
	s.says(t, "\r", `\r\n"a"\r\n`)
	s.typed(t, "serve_\t")
	s.waitFor(t, `serve_http +serve_tcp +serve_udp`)
	s.waitFor(t, `serve_(\x1b\[\d*[A-D])*$`)
	s.says(t, "\x03", ``)
	s.typed(t, "ping(host, inter\t")
	s.waitFor(t, `interval = $`)
	s.says(t, "\x03", ``)
	s.says(t, "\x1b[A\r", `host\.name\r\n"a"\r\n`)
	if err := pty.Setsize(s.master, &pty.Winsize{Rows: 30, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	wrapped := regexp.MustCompile(`>>> 1{36}\r\n1{24}\r\n1{60}\r\n`) // a key may overtake the news of another size
	eventually(t, "a line that is broken at the new width", func() bool {
		s.says(t, strings.Repeat("1", 60)+"\r", `1{60}\r\n`)
		return wrapped.MatchString(s.String())
	})
	s.typed(t, "\x04")
	s.waitFor(t, `lab.star:4:11: exit or(?s:.*)`+freshMark)
	s.typed(t, "\x1b[A") // of the prompt before
	s.waitFor(t, `1{24}(\x1b\[\d*[A-D])*$`)
	s.typed(t, "\x03")
	s.waitFor(t, `\^C\r\n>>> $`)
	s.typed(t, "\x04")
	s.leaves(t, 0)
}

// TestTerminalIsGivenBackByAPrompt however its lab ends.
func TestTerminalIsGivenBackByAPrompt(t *testing.T) {
	for _, e := range labEnds {
		for _, busy := range []string{"", "exec_in(n, \"sh -c 'trap : TERM HUP; sleep 1000'\", timeout = '20m')\r"} {
			t.Run(e.name+busy[:min(4, len(busy))], func(t *testing.T) {
				e.givesBack(t, "n = netns('n')\nbreakpoint()\nprint('not reached')\n", func(s *seat) {
					s.waitFor(t, freshMark)
					if s.typed(t, busy); busy != "" {
						s.waitFor(t, `'20m'\)\r\n$`)
					}
				})
			})
		}
	}
}

// TestPromptsTakeTurns: functions that run at once have the terminal one after
// the other, a shell too.
func TestPromptsTakeTurns(t *testing.T) {
	s := sit(t, program(t, `
n = netns("n")
def first():
    breakpoint()
def second():
    return shell(n)
print(parallel([first, first, second]))
`, "--color", "never"))
	prompts, shells := 0, 0
	for from := 0; prompts+shells < 3; {
		s.waitFrom(t, from, `>>> $|\[n\] .*# $`)
		if strings.HasSuffix(s.String(), ">>> ") {
			prompts++
		} else {
			shells++
		}
		from = len(s.String())
		s.typed(t, "\x04")
	}
	s.leaves(t, 0)
	s.waitFor(t, `\[None, None, 0\]\r\n`)
	if prompts != 2 || shells != 1 {
		t.Errorf("got %d prompts and %d shells, want 2 and 1", prompts, shells)
	}
}

// TestReplOfATerminalGone: closing its window ends the lab.
func TestReplOfATerminalGone(t *testing.T) {
	c := program(t, "")
	c.Args = []string{c.Args[0], "repl"}
	losesTerminal(t, c, ">>> ")
}

// TestReplOverPipesIsInterrupted, and answers each line when it comes.
func TestReplOverPipesIsInterrupted(t *testing.T) {
	c := program(t, "")
	c.Args = []string{c.Args[0], "repl"}
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	lines := bufio.NewReader(out)
	for _, row := range []struct{ line, want string }{{"6 * 7", "42\n"}, {"print('READY'); sleep('20m')", "READY\n"}} {
		if _, err := in.Write([]byte(row.line + "\n")); err != nil {
			t.Fatal(err)
		}
		if got, err := lines.ReadString('\n'); got != row.want {
			t.Errorf("%s: got %q, %v, want %q", row.line, got, err, row.want)
		}
	}
	_ = c.Process.Signal(syscall.SIGINT)
	_ = c.Wait()
	if !late.Stop() || c.ProcessState.ExitCode() != 130 {
		t.Errorf("got %s, want exit code 130", c.ProcessState)
	}
}

// TestStrangersScriptGetsNoPrompt, as it gets no shell.
func TestStrangersScriptGetsNoPrompt(t *testing.T) {
	s := sit(t, program(t, "breakpoint()", "--sandbox", "--color", "never"))
	s.leaves(t, 1)
	s.waitFor(t, `lab.star:1:1: breakpoint: with --sandbox, a script gets no hold of your terminal: use wirelark shell from another\r\n`)
}

// TestReplOnATerminal: a lab by hand, whose failures are no exit code.
func TestReplOnATerminal(t *testing.T) {
	c := program(t, "mtu = 1400\ndef main():\n    fail('not called')\nexpect(mtu > 1500)\n")
	c.Args = []string{c.Args[0], "repl", "lab.star", "-x", "--color", "never"}
	s := sit(t, c)
	s.waitFor(t, `^wirelark: a lab of your own: exit or Ctrl-D ends it, help\(\) says more\r\n(?s:.*)lab.star:4:1: expect failed: mtu > 1500\r\n(?s:.*)`+freshMark)
	s.says(t, "a, b = netns('a'), netns('b')\r", `\r\n\+ ip netns add a  # <prompt>:1:13\r\n.*\+ ip netns add b  # <prompt>:1:25\r\n.*`)
	s.says(t, "veth(a, b, mtu = mtu, addr = ('10.0.0.1/24', '10.0.0.2/24'))[0].mtu\r", `\r\n1400\r\n`)
	s.says(t, "ping(a, '10.0.0.2').received\r", `\r\n1\r\n`)
	s.says(t, "defer(lambda: print('deferred'))\r", ``)
	s.says(t, "main()\r", `lab.star:3:5: not called \(in main\)(?s:.*)called from <prompt>:5:1 in <expr>`)
	s.typed(t, "\x04")
	s.leaves(t, 0)
	s.waitFor(t, `deferred\r\n$`)
}

// TestPromptsOutputToAFile: what the script prints goes where it was sent, and
// values are shown on the terminal.
func TestPromptsOutputToAFile(t *testing.T) {
	c := program(t, "breakpoint()\nprint('after')\n")
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s := sitWith(t, c, out)
	s.waitFor(t, freshMark)
	s.says(t, "print('to the file'), 5\r", `\(None, 5\)`)
	s.typed(t, "\x04")
	s.leaves(t, 0)
	if got, err := os.ReadFile(out.Name()); string(got) != "to the file\nafter\n" {
		t.Errorf("got %q, %v, want what was printed", got, err)
	}
	if regexp.MustCompile(`\nto the file`).MatchString(s.String()) {
		t.Errorf("got %q, want the values alone", s)
	}
}
