package runtime

import (
	"strings"

	"golang.org/x/sys/unix"
)

// A Signal is one that a process can be sent.
type Signal = unix.Signal

// Terminate asks a program to end.
const Terminate Signal = unix.SIGTERM

// SignalByName finds a signal by its name, with or without SIG.
func SignalByName(name string) (Signal, bool) {
	n := unix.SignalNum("SIG" + strings.TrimPrefix(name, "SIG"))
	return n, n != 0
}

// signalName is a signal as kill(1) wants it.
func signalName(sig Signal) string { return strings.TrimPrefix(unix.SignalName(sig), "SIG") }
