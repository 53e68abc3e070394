package main

import (
	"os/exec"
	"testing"
)

// liveTest is a file with a test that passes and one that fails.
const liveTest = `
n = netns("node")
def test_a_passes(): print("begun"); check(True)
def test_b_fails(): exec_in(n, "false")
def test_c_opens(): print("code", shell(n)); check(True)
`

// liveProgram is program for wirelark test.
func liveProgram(t *testing.T, args ...string) *exec.Cmd {
	c := program(t, liveTest)
	c.Args = append(append(c.Args[:1:1], "test", "lab.star", "--color", "never"), args...)
	return c
}

// TestShellWhereATestFailed opens on the user's terminal, and the others go on.
func TestShellWhereATestFailed(t *testing.T) {
	s := sit(t, liveProgram(t, "--shell-on-fail", "--skip", "opens"))
	s.waitFor(t, `begun\r\nok    lab.star::test_a_passes .*\r\nlab.star:4:21: exec_in: false in node: exit 1 (?s:.*)again: .*\r\nwirelark: a shell in node: .*\r\n.*\[node\] `)
	s.typed(t, "exit 3\r")
	s.leaves(t, 1)
	s.waitFor(t, `exit\r\nFAIL  lab.star::test_b_fails .*\r\n\r\n=== lab.star::test_b_fails\r\n(?s:.*)1 passed, 1 failed, 0 skipped in `)
}

// TestLiveTestOpensAShell shows that one which is captured cannot.
func TestLiveTestOpensAShell(t *testing.T) {
	s := sit(t, liveProgram(t, "--live", "--run", "opens"))
	s.waitFor(t, `\[node\] `)
	s.typed(t, "exit 7\r")
	s.waitFor(t, `code 7\r\n`)
	s.leaves(t, 0)
	s = sit(t, liveProgram(t, "--run", "opens"))
	s.waitFor(t, `shell: there is no terminal to open it on`)
	s.leaves(t, 1)
}

// TestKeepFailed holds the lab of the first test that fails, and begins no
// other.
func TestKeepFailed(t *testing.T) {
	s := sit(t, liveProgram(t, "--keep-failed"))
	s.waitFor(t, `wirelark: the lab is kept until Ctrl-C\r\n  wirelark shell \w+/node\r\n`)
	s.typed(t, "\x03")
	s.leaves(t, 1)
}
