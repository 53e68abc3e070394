package sandbox

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// waiting is a lab whose program runs, and says so.
func waiting(t *testing.T, u person, program string) *started {
	t.Helper()
	s := project(t, u)
	s.Args = []string{program}
	c := front(t, u, s).start(t)
	c.out.waitFor(t, "READY")
	return c
}

func (c *started) signal(t *testing.T, sig unix.Signal) {
	t.Helper()
	if err := c.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func TestOneSignalTellsTheScript(t *testing.T) {
	for sig, reason := range map[unix.Signal]string{
		unix.SIGINT:  "interrupted",
		unix.SIGTERM: "interrupted (SIGTERM)",
		unix.SIGHUP:  "interrupted: the terminal is gone (SIGHUP)",
	} {
		t.Run(unix.SignalName(sig), func(t *testing.T) {
			asEach(t, func(t *testing.T, u person) {
				c := waiting(t, u, "wait")
				c.signal(t, sig)
				c.end(t).is(t, ended{130, "READY\n", "told: " + reason + "\n"})
			})
		})
	}
}

func TestDeafScriptIsKilledAfterGrace(t *testing.T) {
	t.Parallel()
	asEach(t, func(t *testing.T, u person) {
		t.Parallel()
		c := waiting(t, u, "deaf")
		start := time.Now()
		c.signal(t, unix.SIGINT)
		c.end(t).is(t, ended{130, "READY\n", "wirelark: interrupted; the lab was killed, and everything the script made is gone\n"})
		if took := time.Since(start); took < grace {
			t.Errorf("killed after %s, want a grace of %s", took, grace)
		}
	})
}

func TestSecondSignalKillsAtOnce(t *testing.T) {
	c := waiting(t, people(t)[0], "deaf")
	// One after the other: the same signal pending twice is one signal.
	c.signal(t, unix.SIGINT)
	c.signal(t, unix.SIGTERM)
	got := c.end(t)
	if got.code != 130 || !strings.Contains(got.stderr, "the lab was killed, and everything the script made is gone\n") {
		t.Errorf("got %d, %q", got.code, got.stderr)
	}
}

func TestQuitKillsAtOnce(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		c := waiting(t, u, "deaf")
		c.signal(t, unix.SIGQUIT)
		c.end(t).is(t, ended{130, "READY\n", "wirelark: interrupted (SIGQUIT); the lab was killed, and everything the script made is gone\n"})
	})
}

func TestManySignalsDoNoHarm(t *testing.T) {
	c := waiting(t, people(t)[0], "wait")
	for range 100 {
		_ = c.Process.Signal(unix.SIGINT) // it may have ended
	}
	if got := c.end(t); got.code != 130 {
		t.Errorf("got %d, %q, want 130", got.code, got.stderr)
	}
}

func TestTimeoutTellsTheScript(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args, s.Timeout = []string{"finish"}, 50*time.Millisecond
		run(t, u, s).is(t, ended{1, "", "told: the script's time limit of 50ms has passed (--timeout)\n"})
	})
}

func TestTimeoutKillsDeafScript(t *testing.T) {
	t.Parallel()
	asEach(t, func(t *testing.T, u person) {
		t.Parallel()
		s := project(t, u)
		s.Args, s.Timeout = []string{"deaf"}, 100*time.Millisecond
		got := run(t, u, s)
		got.stdout = ""
		got.is(t, ended{1, "", "wirelark: the script's time limit of 100ms has passed (--timeout); it did not stop by itself and was killed\n"})
	})
}

// TestEndedScriptHasNoDeadline: --keep holds the lab, for as long as one likes.
func TestEndedScriptHasNoDeadline(t *testing.T) {
	t.Parallel()
	u := people(t)[0]
	s := project(t, u)
	s.Args, s.Timeout = []string{"keep"}, 5*time.Second // for a busy machine to begin in
	run(t, u, s).is(t, ended{0, "READY\n", "wirelark: the lab is kept until Ctrl-C\n"})
}

// TestCtrlCEndsAKeptLab as it should: with the code of the script.
func TestCtrlCEndsAKeptLab(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Args, s.Timeout = []string{"keep"}, time.Hour
	c := front(t, u, s).start(t)
	c.out.waitFor(t, "READY")
	c.signal(t, unix.SIGINT)
	c.end(t).is(t, ended{0, "READY\n", "wirelark: the lab is kept until Ctrl-C\ntold: interrupted\n"})
}

// TestUnreadOutputHoldsNobody: the front writes into a pipe that nobody reads
// and must keep its deadline all the same, whichever output it is.
func TestUnreadOutputHoldsNobody(t *testing.T) {
	t.Parallel()
	for _, both := range []bool{false, true} {
		u := people(t)[0]
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		s := project(t, u)
		s.Args, s.Timeout = []string{"flood"}, 2*time.Second // by then the pipe is full
		c := front(t, u, s)
		c.Stdout = w
		want := "wirelark: the output was not read; the rest of it is lost\n"
		if both {
			c.Stderr, want = w, ""
		}
		c.start(t)
		w.Close()
		got := c.end(t)
		got.is(t, ended{1, "", want})
	}
}

// TestSlowReaderGetsEverything: a lab that has ended waits for its reader.
func TestSlowReaderGetsEverything(t *testing.T) {
	u := people(t)[0]
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := project(t, u)
	s.Args, s.Timeout = []string{"sh", "head -c 300000 /dev/zero"}, time.Minute
	c := front(t, u, s)
	c.Stdout = w
	c.start(t)
	w.Close()
	// Nothing to wait for but init's end: then the rest is in the front.
	for limit := time.Now().Add(patience); time.Now().Before(limit); {
		if p := childNamed(c.Process.Pid, initName); p == 0 {
			break
		}
	}
	b, err := io.ReadAll(r)
	if err != nil || len(b) != 300000 {
		t.Errorf("got %d bytes, %v, want 300000", len(b), err)
	}
	c.end(t).is(t, ended{0, "", ""})
}

// TestClosedOutputLetsScriptFinish: as under head -1, whose reader has seen
// enough; the verdict still counts.
func TestClosedOutputLetsScriptFinish(t *testing.T) {
	u := people(t)[0]
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	s := project(t, u)
	s.Args = []string{"sh", "for i in 1 2 3; do echo line; done; echo done >&2; exit 5"}
	c := front(t, u, s)
	c.Stdout = w
	c.start(t)
	w.Close()
	c.end(t).is(t, ended{5, "", "done\n"})
}

func TestLostOutputFails(t *testing.T) {
	u := people(t)[0]
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	s := project(t, u)
	s.Args = []string{"sh", "echo line"}
	c := front(t, u, s)
	c.Stdout = full
	c.start(t).end(t).is(t, ended{1, "", "wirelark: write output: write /dev/stdout: no space left on device\n"})
}

func TestStrictOutputIsBounded(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Args, s.Strict = []string{"flood"}, true
	c := front(t, u, s)
	null, err := os.OpenFile("/dev/null", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	c.Stdout = null
	c.start(t).end(t).is(t, ended{1, "", "wirelark: the script wrote more than 64 MiB of output and was stopped\n"})
}
