package sandbox

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// leaveKeys gives the calling thread, and what it starts, a session keyring of
// its own: the user's belong to his id, which the lab has.
func leaveKeys() {
	_, _ = unix.KeyctlJoinSessionKeyring("") // a kernel without keys has none to leave
}

// oomScore makes the kernel, when memory runs out, choose something of a lab
// before the user's other programs. Commands inherit it.
const oomScore = 200

// limitEngine bounds the engine and the commands that it will start.
func limitEngine(s *Spec) error {
	// Dumps of a lab's programs are nobody's; 1 rather than 0, because a pipe
	// to a program of the host takes no notice of 0.
	if err := lower(unix.RLIMIT_CORE, 1); err != nil {
		return err
	}
	if b, err := os.ReadFile("/proc/self/oom_score_adj"); err == nil {
		if now, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil && now < oomScore {
			_ = os.WriteFile("/proc/self/oom_score_adj", []byte(strconv.Itoa(oomScore)), 0)
		}
	}
	l := s.limits()
	if s.Limits.Files != 0 {
		if err := lower(unix.RLIMIT_NOFILE, uint64(l.Files)); err != nil {
			return err
		}
	}
	if s.Strict {
		// A second net, below the one that init holds: Go dies of it without
		// a word that a script's author would understand.
		if err := lower(unix.RLIMIT_DATA, 2*l.Memory); err != nil {
			return err
		}
	}
	if kernelAtLeast(6, 14) || !s.Strict && s.Limits.Processes == 0 {
		return nil // init has bounded the lab's process numbers, or nobody asks
	}
	return lower(unix.RLIMIT_NPROC, uint64(l.Processes))
}

// lower sets a limit for this process and its descendants, for good.
func lower(which int, n uint64) error {
	var now unix.Rlimit
	if err := unix.Getrlimit(which, &now); err != nil {
		return fmt.Errorf("limit: %w", err)
	}
	n = min(n, now.Max)
	if err := unix.Setrlimit(which, &unix.Rlimit{Cur: n, Max: n}); err != nil {
		return fmt.Errorf("limit: %w", err)
	}
	return nil
}
