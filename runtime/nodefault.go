package runtime

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// What may befall a node while the script runs.

// Freeze stops all processes of the node. Its network goes on: the kernel
// answers pings and keeps connections.
func (ns *Namespace) Freeze(ctx context.Context) error {
	return ns.signalAll(ctx, unix.SIGSTOP)
}

// Thaw lets all processes of the node go on.
func (ns *Namespace) Thaw(ctx context.Context) error {
	return ns.signalAll(ctx, unix.SIGCONT)
}

// signalAll sends all processes of the node but pid 1 a signal, also those
// that are born meanwhile.
func (ns *Namespace) signalAll(ctx context.Context, sig Signal) error {
	ns.mu.Lock()
	init := 0
	if ns.view != nil {
		init = ns.view.init
	}
	ns.mu.Unlock()
	return ns.session.step(ctx, ns, "kill -s "+signalName(sig)+" -1", func() error {
		if init == 0 {
			return nil // no command has run yet
		}
		marker, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", init))
		if err != nil {
			return &Error{Thing: "node " + ns.Name, Err: Refusal("has no processes any more")}
		}
		known, done := map[int]string{}, map[int]string{}
		limit := time.Now().Add(stopLimit)
		for fresh := true; fresh && ctx.Err() == nil; {
			fresh = false
			for _, pid := range processTree(-1, marker, known) {
				if pid == init || done[pid] == known[pid] {
					continue
				}
				done[pid], fresh = known[pid], true
				_ = unix.Kill(pid, sig)
			}
			// Who is stopped in the middle of a fork ends that first: the
			// child is seen by the next look if the parent stands still.
			if sig == unix.SIGSTOP {
				awaitStopped(ctx, maps.Keys(done), limit)
			}
		}
		return context.Cause(ctx)
	})
}

// stopLimit is how long the processes of a node may take to stop: one that
// waits for a disk does not at once.
const stopLimit = 2 * time.Second

// awaitStopped waits until processes are stopped, or gone.
func awaitStopped(ctx context.Context, pids iter.Seq[int], limit time.Time) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for pid := range pids {
		for moves(pid) && time.Now().Before(limit) && ctx.Err() == nil {
			<-tick.C
		}
	}
}

// moves reports whether a process is neither stopped nor gone.
func moves(pid int) bool {
	st, ok := readStat(strconv.Itoa(pid))
	return ok && !strings.ContainsRune("TtZX", rune(st.state))
}

// Kill ends all processes of the node and switches its links off, as a power
// failure does. No command runs in it any more; Delete makes room for another
// of its name.
func (ns *Namespace) Kill(ctx context.Context) error {
	if ns.dead.Swap(true) {
		return refuse("node "+ns.Name, "was killed or deleted before")
	}
	states, err := ns.LinkStates()
	if err != nil {
		return err
	}
	var m rtnl.Batch
	command := "kill -s KILL -1"
	for _, st := range states {
		if st.Index == loopback || !st.Up() {
			continue
		}
		m.Begin(unix.RTM_NEWLINK, 0)
		m.Ifinfo(unix.AF_UNSPEC, int32(st.Index), 0, unix.IFF_UP)
		command += "; ip -n " + ns.Name + " link set dev " + st.Name + " down"
	}
	ns.readdressed.Store(true)
	return ns.session.step(ctx, ns, command, func() error {
		ns.endProcesses("was killed (kill_node), so no command can run there")
		defer ns.closeOpen() // when no packet of theirs gets out any more
		if err := ns.conn.Do(&m); err != nil {
			return &Error{Thing: "links of " + ns.Name, Err: err}
		}
		return nil
	})
}

// Delete unmakes the node: its processes, its links and their other ends.
func (ns *Namespace) Delete(ctx context.Context) error {
	s := ns.session
	if s.lost(ns) {
		return refuse("netns "+ns.Name, "was deleted before")
	}
	ns.dead.Store(true)
	return s.step(ctx, nil, "ip netns del "+ns.Name, func() error {
		ns.endProcesses("has no processes any more: it was deleted")
		defer ns.closeOpen()
		// The kernel takes its time with the links of a namespace.
		ns.mu.Lock()
		var ends []*Link
		for _, other := range ns.cables {
			ends = append(ends, other)
		}
		ns.mu.Unlock()
		for _, end := range ends {
			if at, _ := end.where(); at == ns {
				continue // both ends are in it
			}
			end.remove()
			end.depart()
		}
		ns.removeLinks()
		return s.forget(ns)
	})
}

// removeLinks removes the links that are left in a node which is deleted: those
// that commands made there, or that were moved there, may have another end
// elsewhere that we do not know of. What the kernel does not let us remove, it
// removes itself, in its time.
func (ns *Namespace) removeLinks() {
	states, _ := ns.linkStates()
	for _, st := range states {
		if st.Index != loopback {
			l := Link{ns: ns, index: int32(st.Index)}
			l.remove()
		}
	}
}
