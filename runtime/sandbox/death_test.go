package sandbox

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// nasty is a lab that does not want to die: it ignores signals, leaves its
// session and its parents, and forks without end.
const nasty = `
trap '' TERM HUP INT QUIT
(setsid sh -c 'trap "" TERM HUP INT QUIT; while :; do sleep 100; done' </dev/null >/dev/null 2>&1 &)
(setsid sh -c 'while :; do (sleep 1 &); sleep 0.01; done' </dev/null >/dev/null 2>&1 &)
(setsid unshare -n sh -c 'sleep 1000; :' </dev/null >/dev/null 2>&1 &)
kill -9 1 2>/dev/null; kill -STOP 1 2>/dev/null; kill -TERM 1 2>/dev/null
echo READY
while :; do sleep 1000; done
`

// A victim is who is killed.
type victim struct {
	name string
	find func(front int) int // 0 if it is not there
}

var victims = []victim{
	{"front", func(front int) int { return front }},
	{"group", func(front int) int { return -front }},
	{"init", func(front int) int { return childNamed(front, initName) }},
	{"engine", func(front int) int {
		if init := childNamed(front, initName); init != 0 {
			return childNamed(init, engineName)
		}
		return 0
	}},
}

// childNamed is the child of a process that was started under a name.
func childNamed(parent int, name string) int {
	for _, p := range children(parent) {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p))
		if arg, _, _ := strings.Cut(string(b), "\x00"); arg == name {
			return p
		}
	}
	return 0
}

func children(parent int) []int {
	var out []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, path := range tasks {
		b, _ := os.ReadFile(path)
		for word := range strings.FieldsSeq(string(b)) {
			var p int
			if _, err := fmt.Sscan(word, &p); err == nil {
				out = append(out, p)
			}
		}
	}
	return out
}

// ofThisLab lists what lives and has the mark in its environment. Zombies are
// dead; who reaps them is the machine's affair.
func ofThisLab(mark string) []string {
	var out []string
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		env, err := os.ReadFile(dir + "/environ") // empty for zombies
		if err != nil || !strings.Contains("\x00"+string(env), "\x00"+markEnv+"="+mark+"\x00") {
			continue
		}
		b, _ := os.ReadFile(dir + "/cmdline")
		out = append(out, dir+" "+strings.ReplaceAll(string(b), "\x00", " "))
	}
	return out
}

// mustVanish waits until nothing of a lab lives.
func mustVanish(t *testing.T, mark string) time.Duration {
	t.Helper()
	start := time.Now()
	for {
		left := ofThisLab(mark)
		if len(left) == 0 {
			return time.Since(start)
		}
		if time.Since(start) > patience {
			t.Fatalf("still there after %s: %q", patience, left)
		}
	}
}

// TestNothingSurvivesAKill kills each part at random instants, many of them
// while the lab is being made.
func TestNothingSurvivesAKill(t *testing.T) {
	rounds := 40
	if testing.Short() {
		rounds = 5
	}
	asEach(t, func(t *testing.T, u person) {
		rnd := rand.New(rand.NewPCG(1, uint64(u.uid)))
		s := project(t, u)
		s.Args = []string{"sh", nasty}
		for _, v := range victims {
			t.Run(v.name, func(t *testing.T) {
				var worst time.Duration
				early, ready := 0, 0
				for i := range rounds {
					// Half of them in the first 20 ms.
					after := time.Duration(rnd.IntN(20_000)) * time.Microsecond
					if i%2 == 0 {
						after = time.Duration(rnd.IntN(100_000)) * time.Microsecond
					}
					mark := fmt.Sprintf("%s-%s-%d-%d", mark, v.name, u.uid, i)
					c := front(t, u, s)
					c.Env = append(c.Env, markEnv+"="+mark)
					c.start(t)
					<-time.After(after) // the instant, not a wait for something
					victim := v.find(c.Process.Pid)
					if victim == 0 { // not yet there
						victim = c.Process.Pid
						early++
					}
					if text, _ := c.out.look(); text != "" {
						ready++
					}
					_ = unix.Kill(victim, unix.SIGKILL)
					got := c.end(t)
					if v.name != "front" && v.name != "group" && victim != c.Process.Pid && got.code != 1 {
						t.Errorf("killed after %s: exit code %d, %q, want 1", after, got.code, got.stderr)
					}
					worst = max(worst, mustVanish(t, mark))
				}
				t.Logf("%d kills, %d of a lab that ran, %d before there was a victim; all gone after at most %s", rounds, ready, early, worst)
			})
		}
	})
}

// TestStoppedInitDiesToo: it cannot read the end of its pipe, so the death
// signal alone must do.
func TestStoppedInitDiesToo(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Args = []string{"sh", nasty}
		mark := fmt.Sprintf("%s-stopped-%d", mark, u.uid)
		c := front(t, u, s)
		c.Env = append(c.Env, markEnv+"="+mark)
		c.start(t)
		c.out.waitFor(t, "READY")
		// The host can stop it, though the lab cannot.
		if err := unix.Kill(childNamed(c.Process.Pid, initName), unix.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		_ = c.Process.Kill()
		c.end(t)
		mustVanish(t, mark)
	})
}

func TestKillsAreExplained(t *testing.T) {
	for name, want := range map[string]string{
		"init":   "wirelark: somebody killed the lab (SIGKILL); everything the script made is gone\n",
		"engine": "wirelark: somebody killed the lab's engine (SIGKILL); everything the script made is gone\n",
	} {
		t.Run(name, func(t *testing.T) {
			asEach(t, func(t *testing.T, u person) {
				s := project(t, u)
				s.Args = []string{"sh", nasty}
				c := front(t, u, s).start(t)
				c.out.waitFor(t, "READY")
				for _, v := range victims {
					if v.name == name {
						if err := unix.Kill(v.find(c.Process.Pid), unix.SIGKILL); err != nil {
							t.Fatal(err)
						}
					}
				}
				c.end(t).is(t, ended{1, "READY\n", want})
			})
		})
	}
}

// TestInitSurvivesSignalsFromInside sends all of them, as the lab's root.
func TestInitSurvivesSignalsFromInside(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		sh(t, u, nil, `for i in $(seq 1 64); do kill -$i 1 2>/dev/null; done; echo alive`).
			is(t, ended{0, "alive\n", ""})
		// The engine dies, as a process may; the lab with it, in order.
		got := sh(t, u, nil, "kill -9 -1")
		if got.code != 1 || !strings.Contains(got.stderr, "somebody killed the lab's engine") {
			t.Errorf("kill -9 -1: got %d, %q", got.code, got.stderr)
		}
	})
}
