package sandbox

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Limits bound what a lab takes from the machine. Zero is the default.
type Limits struct {
	Memory    uint64 // of all its processes together, in bytes
	Processes int    // and threads
	Files     int    // that one process may have open
}

// Defaults of a lab: half of the machine's memory, and process numbers enough
// for a thousand nodes. A stranger's script has less.
const (
	processes       = 4096
	strictProcesses = 600
	strictMemory    = 1 << 30
)

// reservedPIDs is how many process numbers the kernel does not give out again:
// its limit is one of numbers, and refuses to be lower.
const reservedPIDs = 300

// limits fills in the defaults.
func (s *Spec) limits() Limits {
	l := s.Limits
	if l.Processes == 0 {
		l.Processes = processes
		if s.Strict {
			l.Processes = strictProcesses
		}
	}
	if l.Memory == 0 {
		l.Memory = meminfo("MemTotal") / 2
		if s.Strict {
			l.Memory = min(l.Memory, strictMemory)
		}
	}
	return l
}

// meminfo is a value of /proc/meminfo in bytes, 0 if there is none.
func meminfo(name string) uint64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return n << 10
		}
	}
	return 0
}

// memoryTick is how often init looks at the lab's memory. A process that takes
// a gigabyte a second goes over its limit by that much in a tenth.
const memoryTick = 100 * time.Millisecond

// watchMemory keeps the lab within its memory, as a control group would if the
// user might make one: when all processes together have more, the one that has
// the most is killed. It looks at them only while the machine's memory has
// become scarcer since the start, by as much as half of the limit: what the
// lab took cannot be free. It ends with init.
func watchMemory(limit uint64, engine int, tell func(letter byte, text string)) {
	if limit == 0 {
		return
	}
	free := meminfo("MemAvailable")
	for range time.Tick(memoryTick) {
		now := meminfo("MemAvailable")
		free = max(free, now)
		if free-now < limit/2 {
			continue
		}
		total, most := labMemory()
		if total <= limit {
			continue
		}
		text := fmt.Sprintf("the lab's processes have %s of memory, more than its limit of %s (--limit memory=): ", megabytes(total), megabytes(limit))
		if most.pid == engine {
			tell(toLimit, text+"the script itself has the most, and was ended")
		} else {
			tell(toNote, text+most.name+", which has the most, was killed")
		}
		_ = unix.Kill(most.pid, unix.SIGKILL)
		free = now // until that has had its effect
	}
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

// A hog is the process that has the most memory of its own.
type hog struct {
	pid   int
	name  string
	bytes uint64
}

// labMemory adds up what the lab's processes have each for itself: what they
// share, programs above all, is counted for none.
func labMemory() (total uint64, most hog) {
	dir, err := os.Open("/proc")
	if err != nil {
		return 0, most
	}
	names, _ := dir.Readdirnames(-1)
	dir.Close()
	page := uint64(os.Getpagesize())
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == 1 {
			continue
		}
		text, err := os.ReadFile("/proc/" + name + "/statm")
		f := strings.Fields(string(text))
		if err != nil || len(f) < 3 {
			continue // it has ended
		}
		resident, _ := strconv.ParseUint(f[1], 10, 64)
		shared, _ := strconv.ParseUint(f[2], 10, 64)
		own := (resident - min(shared, resident)) * page
		total += own
		if own > most.bytes {
			comm, _ := os.ReadFile("/proc/" + name + "/comm")
			most = hog{pid, strings.TrimSpace(string(comm)), own}
		}
	}
	return total, most
}

func megabytes(n uint64) string { return fmt.Sprintf("%d MiB", n>>20) }
