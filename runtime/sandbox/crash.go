package sandbox

import (
	"io"
	"os"
	"strings"
)

// readCrash reads what the Go runtime says when a stage dies, up to a limit.
func readCrash(r *os.File) string {
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, 256<<10))
	_, _ = io.Copy(io.Discard, r)
	return string(b)
}

// outOfMemory reports whether Go's runtime died because it got no memory. Its
// collector does not notice, and trips over what is not there.
func outOfMemory(crash string) bool {
	return strings.Contains(crash, "SIGSEGV") && strings.Contains(crash, "runtime.(*spanQueue)") ||
		strings.Contains(crash, "fatal error: runtime: out of memory") ||
		strings.Contains(crash, "runtime: cannot allocate memory") || strings.Contains(crash, "fatal error: out of memory")
}

// outOfProcesses reports whether Go's runtime died because the lab's process
// numbers were used up: it could start no thread.
func outOfProcesses(crash string) bool {
	return strings.Contains(crash, "failed to create new OS thread")
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
