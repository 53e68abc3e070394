// Package nodeinit is pid 1 of a node: a program that mounts /proc where its
// first argument says, bounds the node's process numbers by its second, leaves
// the reaping to the kernel, and waits to be killed.
package nodeinit

import (
	"os"
	"os/signal"
	"syscall"
)

//go:generate sh -c "cc -nostdlib -static -Wl,-N -Wl,--build-id=none -s -o init_amd64.bin init_amd64.S"

// Name is the name under which a program serves as pid 1 by calling Main.
const Name = "wirelark-node"

// Main does in Go what the assembled program does, for machines that have
// none. It returns only if it cannot begin.
func Main() int {
	signal.Ignore(syscall.SIGCHLD)
	status := byte(0)
	if len(os.Args) > 1 {
		status = mountProc(os.Args[1])
	}
	if len(os.Args) > 2 {
		// Before Linux 6.14 the limit is the whole machine's, and not ours.
		_ = os.WriteFile("/proc/sys/kernel/pid_max", []byte(os.Args[2]), 0)
	}
	ready := os.NewFile(3, "ready")
	if _, err := ready.Write([]byte{status}); err != nil {
		return 1
	}
	ready.Close()
	select {}
}

// mountProc mounts /proc and returns the errno, 0 for none.
func mountProc(path string) byte {
	err := syscall.Mount("proc", path, "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, "")
	if no, ok := err.(syscall.Errno); ok {
		return byte(no)
	}
	if err != nil {
		return byte(syscall.EINVAL)
	}
	return 0
}
