package sandbox

import (
	"os"
	"strconv"
	"strings"
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
			return kilobytes(rest)
		}
	}
	return 0
}

// kilobytes reads a size as /proc writes it, " 123 kB"; 0 if it is none.
func kilobytes(s string) uint64 {
	n, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(s), " kB"), 10, 64)
	return n << 10
}
