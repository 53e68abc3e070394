package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// survivors are the node's processes of the name sleep. One that is dead and
// not reaped yet is none.
func survivors(t *testing.T, ns *Namespace) string {
	t.Helper()
	return strings.TrimSpace(sh(t, ns, `for p in /proc/[0-9]*; do read n < $p/comm 2>/dev/null && [ "$n" = sleep ] && grep -qs '^State:.[^ZX]' $p/status && echo $p; done; true`))
}

func TestDeadlineKillsTheWholeTree(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	for name, script := range map[string]string{
		"plain":         "sleep 1000",
		"child":         "sleep 1000 & wait",
		"double fork":   "(sh -c 'sleep 1000 &' &); sleep 1000",
		"own session":   "setsid sh -c 'setsid sleep 1000 & setsid sleep 1000' & sleep 1000",
		"nohup":         "nohup sh -c 'nohup sleep 1000 & sleep 1000' & sleep 1000",
		"ignores TERM":  "trap '' TERM HUP INT QUIT; (trap '' TERM; sleep 1000) & sleep 1000",
		"stopped":       "sleep 1000 & kill -STOP $!; sleep 1000",
		"fork loop":     "f() { while :; do sleep 1000 & sleep 0.001; done; }; f & f & sleep 1000",
		"new namespace": "unshare -C sleep 1000 & unshare -p -f sleep 1000 & sleep 1000",
	} {
		start := time.Now()
		res, err := ns.Run(t.Context(), Command{Argv: []string{"sh", "-c", script}, Timeout: 150 * time.Millisecond})
		if err != nil || !res.TimedOut || res.Signal != "SIGKILL" || res.Code != 137 {
			t.Errorf("%s: got %+v, %v, want killed at the deadline", name, res, err)
		}
		if took := time.Since(start); took < 150*time.Millisecond || took > 20*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
		if got := survivors(t, ns); got != "" {
			t.Errorf("%s: got survivors %s", name, got)
		}
	}
}

func TestDeadlineSparesOtherCommands(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	sh(t, ns, "sleep 1000 & exit 0")
	res, err := ns.Run(t.Context(), Command{Argv: []string{"sh", "-c", "setsid sleep 1000 & sleep 1000"}, Timeout: 100 * time.Millisecond})
	if err != nil || !res.TimedOut {
		t.Errorf("got %+v, %v", res, err)
	}
	if got := strings.Fields(survivors(t, ns)); len(got) != 1 {
		t.Errorf("got survivors %v, want the one of the command that had ended", got)
	}
}

func TestCancelledContextKills(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	stop := errors.New("the user stopped it")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		_, _ = ns.Run(t.Context(), Command{Argv: []string{"sh", "-c", "until [ -e /tmp/begun ]; do sleep 0.01; done"}})
		cancel(stop)
	}()
	res, err := ns.Run(ctx, Command{Argv: []string{"sh", "-c", "echo begun; setsid sleep 1000 & touch /tmp/begun; sleep 1000"}})
	if !errors.Is(err, stop) || res == nil || string(res.Stdout) != "begun\n" || res.TimedOut {
		t.Errorf("got %+v, %v, want an end by %v", res, err, stop)
	}
	if got := survivors(t, ns); got != "" {
		t.Errorf("got survivors %s", got)
	}
	if _, err := ns.Run(ctx, Command{Argv: []string{"sleep", "1000"}}); !errors.Is(err, stop) {
		t.Errorf("got %v for a command begun too late, want %v", err, stop)
	}
}

func TestCommandKilledBySomebodyElse(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	done := make(chan string, 1)
	go func() {
		res, err := ns.Run(context.Background(), Command{Argv: []string{"sh", "-c", "touch /tmp/begun; exec sleep 1000"}})
		done <- fmt.Sprint(res.Code, res.Signal, res.TimedOut, err)
	}()
	sh(t, ns, "while ! [ -e /tmp/begun ] || ! pkill -TERM sleep; do sleep 0.01; done")
	if got, want := <-done, "143SIGTERMfalse <nil>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNodeKillsItsOwnOnly(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	for _, ns := range []*Namespace{a, b} {
		sh(t, ns, "sleep 1000 & exit 0")
		// It may not be sleep yet, but the shell's child.
		settles(t, "sleeps in "+ns.Name, 1, func() int { return len(strings.Fields(survivors(t, ns))) })
	}
	res, err := a.Run(t.Context(), Command{Argv: []string{"sh", "-c", "kill -KILL -1"}})
	if err != nil || res.Code != 0 { // a shell is spared by its own kill -1
		t.Errorf("got %+v, %v", res, err)
	}
	// The signal is sent when kill returns; that all have died of it comes later.
	settles(t, "survivors in a", 0, func() int { return len(strings.Fields(survivors(t, a))) })
	if got := survivors(t, b); got == "" {
		t.Error("b's process is gone, want it to live")
	}
	// Nothing inside ends pid 1.
	sh(t, a, "for s in $(seq 1 64); do kill -$s 1 2>/dev/null; done; true")
	if got := run(t, a, "cat", "/proc/1/comm"); got != "wirelark-node\n" {
		t.Errorf("got %q as pid 1", got)
	}
	if got := strings.TrimSpace(sh(t, a, "for i in $(seq 200); do (true &) ; done; grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l")); got > "2" {
		t.Errorf("got %s zombies", got)
	}
}

func TestCloseKillsRunningCommands(t *testing.T) {
	s := openSession(t, Options{})
	ns := node(t, s, "a")
	sh(t, ns, "true")
	done := make(chan string, 1)
	go func() {
		res, err := ns.Run(context.Background(), Command{Argv: []string{"sh", "-c", "touch /tmp/begun; exec sleep 1000"}})
		done <- fmt.Sprint(res.Signal, err)
	}()
	sh(t, ns, "while ! [ -e /tmp/begun ]; do sleep 0.01; done")
	must(t, s.Close(t.Context()))
	if got, want := <-done, "SIGKILL<nil>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
