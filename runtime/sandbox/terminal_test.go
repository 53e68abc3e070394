package sandbox

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal gives a front a terminal for everything, and returns its other
// end and what is shown on it.
func (c *started) terminal(t *testing.T) (*os.File, *tap) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	raw, err := master.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	var no error
	err = raw.Control(func(fd uintptr) {
		if no = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); no == nil {
			n, no = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	})
	if err != nil || no != nil {
		t.Fatal(err, no)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 40}); err != nil {
		t.Fatal(err)
	}
	c.Stdin, c.Stdout, c.Stderr = tty, tty, tty
	c.SysProcAttr.Setpgid, c.SysProcAttr.Setsid, c.SysProcAttr.Setctty = false, true, true
	c.start(t)
	tty.Close()
	shown := newTap()
	go func() { _, _ = io.Copy(shown, master) }() // ends with the terminal
	return master, shown
}

func TestTerminalShowsEscapesInsteadOfObeying(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Args = []string{"sh", `printf '\033[31mred\033[0m\033]0;title\007\r\n'; printf '\302\2332J' >&2; printf '\033'`}
	c := front(t, u, s)
	_, shown := c.terminal(t)
	if got := c.end(t); got.code != 0 {
		t.Errorf("got %+v", got)
	}
	for _, want := range []string{"\x1b[31mred\x1b[0m^[]0;title^G^M\r\n", `\x9b2J`, "^["} {
		shown.waitFor(t, want)
	}
}

// TestPipesGetEverything: who reads a file or a pipe gets what was written.
func TestPipesGetEverything(t *testing.T) {
	sh(t, people(t)[0], nil, `printf '\033]0;x\007'`).is(t, ended{0, "\x1b]0;x\x07", ""})
}

// TestCtrlCReachesTheFrontAlone: the terminal signals a whole group, and the
// lab is not in it.
func TestCtrlCReachesTheFrontAlone(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"wait"}
		c := front(t, u, s)
		master, shown := c.terminal(t)
		shown.waitFor(t, "READY")
		if _, err := master.Write([]byte{3}); err != nil {
			t.Fatal(err)
		}
		if got := c.end(t); got.code != 130 {
			t.Errorf("got %d, want 130", got.code)
		}
		shown.waitFor(t, "told: interrupted\r\n")
	})
}

func TestHangUpEndsTheLab(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"wait"}
		c := front(t, u, s)
		master, shown := c.terminal(t)
		shown.waitFor(t, "READY")
		master.Close()
		if got := c.end(t); got.code != 130 {
			t.Errorf("got %d, want 130", got.code)
		}
	})
}

// TestCommandsHaveNoTerminal, whatever the front has.
func TestCommandsHaveNoTerminal(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Args = []string{"sh", "(echo x > /dev/tty) 2>/dev/null && echo has; readlink /proc/self/fd/0; tty"}
	c := front(t, u, s)
	_, shown := c.terminal(t)
	c.end(t)
	shown.waitFor(t, "/dev/null\r\nnot a tty\r\n")
	if got, _ := shown.look(); strings.Contains(got, "has") {
		t.Errorf("got %q, want no terminal", got)
	}
}

// TestStatusLineIsReplaced by output, and cut to the terminal's width.
func TestStatusLineIsReplaced(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Args = []string{"status", strings.Repeat("ä\x1b", 40)}
	c := front(t, u, s)
	master, shown := c.terminal(t)
	shown.waitFor(t, "2 of 2")
	if _, err := master.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	c.end(t)
	shown.waitFor(t, "1 of 2: "+strings.Repeat("ä ", 15)+"…\r\x1b[Koutput\r\n2 of 2")
	shown.waitFor(t, "\r\x1b[Ktold: interrupted") // the line was taken away
}
