package runtime

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// killLimit is how long killing one by one is tried; then the node goes.
const killLimit = 2 * time.Second

// settleLimit is how long those that shall be killed may take to stop first. One
// that waits for a child that it lent its memory to, and that stopped, does not.
const settleLimit = 50 * time.Millisecond

// killTree kills a command and everything that descends from it, whatever
// that did to hide: left its session, lost its parent, ignores signals.
//
// What marks the descendants is a control-group namespace: each command is
// born in one of its own, children inherit it, and it has no other effect.
// A process that made yet another one is found by its parents, and once found
// is not forgotten when they die. All hold until nothing is left; a tree that
// forks faster than it is killed is stopped first.
func killTree(pid int, marker string) bool {
	known := map[int]string{}
	limit := time.Now().Add(killLimit)
	for time.Now().Before(limit) {
		tree := processTree(pid, marker, known)
		if len(tree) == 0 {
			return true
		}
		for _, p := range tree {
			_ = unix.Kill(p, unix.SIGSTOP)
		}
		// Who is stopped in the middle of a fork ends that first: the child
		// is found below, by its parent, if that one stands still and lives.
		awaitStopped(context.Background(), slices.Values(tree), time.Now().Add(settleLimit))
		for _, p := range processTree(pid, marker, known) {
			_ = unix.Kill(p, unix.SIGKILL)
		}
	}
	return false
}

// newMarker puts the calling thread, a node's with the number tid, in a
// control-group namespace of its own, so that what it starts next is born
// there, and returns its name: "" from a kernel without, where the parents
// must do.
func newMarker(tasks, tid int) string {
	if unix.Unshare(unix.CLONE_NEWCGROUP) != nil {
		return ""
	}
	// By a descriptor: the node's own /proc does not show the thread.
	buf := make([]byte, 64)
	n, err := unix.Readlinkat(tasks, fmt.Sprintf("%d/ns/cgroup", tid), buf)
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// tasks is a descriptor of the folder of this process's threads in /proc. It
// is not asked for on a node's thread, whose /proc is the node's.
func (s *Session) tasks() int {
	s.taskOnce.Do(func() {
		fd, err := unix.Open("/proc/self/task", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			fd = -1
		} else {
			s.ledger.owe("list of threads", func(context.Context) error { return unix.Close(fd) })
		}
		s.taskFD = fd
	})
	return s.taskFD
}

// processTree lists the living processes that bear the marker or descend
// from one that does, or from pid, or from one that is known, and adds them to
// those: by their numbers, and when they were started, since numbers return.
func processTree(pid int, marker string, known map[int]string) []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	names, _ := dir.Readdirnames(-1)
	dir.Close()
	kind, _, _ := strings.Cut(marker, ":") // the marker is the name of a namespace: "cgroup:[4026531835]"
	stats := map[int]procStat{}
	in := map[int]bool{pid: true}
	for _, name := range names {
		p, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		st, ok := readStat(name)
		if !ok {
			continue
		}
		stats[p] = st
		if known[p] == st.started {
			in[p] = true
		}
		if marker != "" {
			if link, err := os.Readlink("/proc/" + name + "/ns/" + kind); err == nil && link == marker {
				in[p] = true
			}
		}
	}
	for grown := true; grown; {
		grown = false
		for p, st := range stats {
			if in[st.parent] && !in[p] {
				in[p], grown = true, true
			}
		}
	}
	var tree []int
	for p := range in {
		if st, ok := stats[p]; ok && st.state != 'Z' && st.state != 'X' {
			tree = append(tree, p)
			known[p] = st.started
		}
	}
	return tree
}

// A procStat is what /proc/PID/stat says of a process.
type procStat struct {
	state   byte // 'R', 'S', 'T', 'Z' …
	parent  int
	started string // when, in clock ticks since the machine's start
}

// readStat reads that of a process, which may be gone.
func readStat(pid string) (procStat, bool) {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return procStat{}, false
	}
	// The name stands in parentheses and may hold anything.
	f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	if len(f) < 20 {
		return procStat{}, false
	}
	parent, err := strconv.Atoi(f[1])
	return procStat{state: f[0][0], parent: parent, started: f[19]}, err == nil
}
