package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// memoryTick is how often init looks at the machine's memory. A process
	// that takes a gigabyte a second goes over its limit by that much in a tenth.
	memoryTick = 100 * time.Millisecond

	// virtualTick is that where the clock jumps to the next time that somebody
	// wants to look at something.
	virtualTick = 2 * time.Second

	// surelyEvery is after how many ticks init looks at the lab's, even if the
	// machine has as much as before: others may have given some back.
	surelyEvery = 20

	// settleTicks is how many ticks those killed have to be gone.
	settleTicks = 3

	// mostRounds is how often the greatest are killed before the lab is ended.
	mostRounds = 10
)

// A watch keeps a lab within its memory, as a control group would if the user
// might make one.
type watch struct {
	limit  uint64
	tick   time.Duration
	engine int
	upper  *os.File // where the project's changes are; may be nil
	tell   func(letter byte, text string)

	rounds int // in which something was killed
}

// run looks at the lab's processes while the machine's memory has become
// scarcer since the start by as much as half of the limit: what the lab took
// cannot be free. It ends with init.
func (w *watch) run() {
	if w.limit == 0 {
		return // nobody knows how much there is
	}
	free := meminfo("MemAvailable")
	since := 0
	for range time.Tick(w.tick) {
		now := meminfo("MemAvailable")
		free = max(free, now)
		since++
		if since < settleTicks || free-now < w.limit/2 && since < surelyEvery {
			continue
		}
		since = 0
		w.look()
	}
}

// look kills the processes that have the most until the rest is within the
// limit, or the engine if that does not help.
func (w *watch) look() {
	list := processMemory()
	var own, shared uint64
	for _, p := range list {
		own += p.own
		shared = max(shared, p.shared)
	}
	files := max(w.files(), shared)
	total := own + files
	if total <= w.limit {
		return
	}
	w.rounds++
	text := fmt.Sprintf("the lab's processes have %s of memory, more than its limit of %s (--limit memory=): ", megabytes(total), megabytes(w.limit))
	switch {
	case files > w.limit:
		w.end(fmt.Sprintf("the lab's files in memory, as in /tmp, and its shared memory have %s, more than its limit of %s (--limit memory=): it was ended",
			megabytes(files), megabytes(w.limit)))
	case len(list) > 0 && list[0].pid == w.engine:
		w.end(text + "the script itself has the most, and was ended")
	case w.rounds > mostRounds:
		w.end(text + "those killed for it came back again and again, so the lab was ended")
	default:
		w.tell(toNote, text+w.kill(list, total))
	}
}

func (w *watch) end(why string) {
	w.tell(toLimit, why)
	_ = unix.Kill(w.engine, unix.SIGKILL)
}

// kill kills the greatest processes, and says which. The engine, should it be
// next, is spared: it needs little of its own.
func (w *watch) kill(list []memory, total uint64) string {
	first, more := "", 0
	for _, p := range list {
		if total <= w.limit {
			break
		}
		if p.pid == w.engine {
			continue
		}
		_ = unix.Kill(p.pid, unix.SIGKILL)
		total -= min(p.own, total)
		if first == "" {
			b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", p.pid))
			first = strings.TrimSpace(string(b))
		} else {
			more++
		}
	}
	switch more {
	case 0:
		return first + ", which has the most, was killed"
	case 1:
		return first + " and another process, which have the most, were killed"
	}
	return fmt.Sprintf("%s and %d other processes, which have the most, were killed", first, more)
}

// files is how much the lab's files have in file systems that are memory:
// those that we made. A command may mount others.
func (w *watch) files() uint64 {
	var sum uint64
	places := []string{"/tmp", "/var/tmp", "/dev/shm", "/run", fmt.Sprintf("/proc/%d/root/run", w.engine)}
	if w.upper != nil {
		places = append(places, fmt.Sprintf("/proc/self/fd/%d", w.upper.Fd()))
	}
	for _, path := range places {
		var st unix.Statfs_t
		// A project in one of these folders covers it.
		if unix.Statfs(path, &st) == nil && st.Type == unix.TMPFS_MAGIC {
			sum += (st.Blocks - st.Bfree) * uint64(st.Bsize)
		}
	}
	return sum
}

// tell sends a text over the socket that the engine uses too, and has made
// non-blocking.
func tell(ctl *os.File, letter byte, text string) {
	for range 10 {
		if err := send(ctl, letter, []byte(text)); !errors.Is(err, unix.EAGAIN) {
			return
		}
		_, _ = unix.Poll([]unix.PollFd{{Fd: controlFD, Events: unix.POLLOUT}}, 100)
	}
}

// memory is what one process has.
type memory struct {
	pid    int
	own    uint64 // for itself, in memory or swapped out; programs and libraries do not count
	shared uint64 // with others, and in files that are memory
}

// processMemory lists the lab's processes, the greatest first.
func processMemory() []memory {
	var list []memory
	for pid, text := range statuses() {
		if pid == 1 {
			continue
		}
		p := memory{pid: pid}
		for line := range strings.Lines(text) {
			switch field, value, _ := strings.Cut(line, ":"); field {
			case "RssAnon", "VmSwap":
				p.own += kilobytes(value)
			case "RssShmem":
				p.shared = kilobytes(value)
			}
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b memory) int { return cmp.Compare(b.own, a.own) })
	return list
}

// statuses are the processes that /proc shows, each with its status file.
func statuses() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		dir, err := os.Open("/proc")
		if err != nil {
			return
		}
		names, _ := dir.Readdirnames(-1)
		dir.Close()
		for _, name := range names {
			pid, err := strconv.Atoi(name)
			if err != nil {
				continue
			}
			text, err := os.ReadFile("/proc/" + name + "/status")
			if err == nil && !yield(pid, string(text)) { // else it has ended
				return
			}
		}
	}
}

func megabytes(n uint64) string { return fmt.Sprintf("%d MiB", n>>20) }
