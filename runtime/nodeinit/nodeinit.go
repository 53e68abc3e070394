// Package nodeinit is pid 1 of a node: a program that mounts the node's /proc,
// leaves the reaping to the kernel, and waits to be killed.
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
	if err := syscall.Mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""); err != nil {
		status = byte(syscall.EINVAL)
		if no, ok := err.(syscall.Errno); ok {
			status = byte(no)
		}
	}
	ready := os.NewFile(3, "ready")
	if _, err := ready.Write([]byte{status}); err != nil {
		return 1
	}
	ready.Close()
	select {}
}
