package sandbox

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Values of struct seccomp_data and of a filter's answers, linux/seccomp.h.
const (
	offNr, offArg0 = 0, 16

	answerAllow = 0x7fff0000
	answerErrno = 0x00050000
)

// families are the kinds of socket that a network or process namespace, or a
// file, confines. AF_VSOCK above all is none: it reaches the machine's host.
var families = []uint32{
	unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_KEY, unix.AF_NETLINK, unix.AF_PACKET, unix.AF_PPPOX, unix.AF_CAN, unix.AF_TIPC,
	unix.AF_ALG, unix.AF_XDP,
}

// guard makes the calling thread, and with it the engine that it starts next,
// keep to these families. Nodes have a filter of their own besides, which
// knows other machines' system calls, too; the engine makes none.
func guard() error {
	p := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offNr, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SYS_SOCKET, SkipTrue: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_SOCKETPAIR, SkipTrue: uint8(len(families) + 2)},
		bpf.LoadAbsolute{Off: offArg0, Size: 4},
	}
	for i, f := range families {
		p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: f, SkipTrue: uint8(len(families) - i)})
	}
	p = append(p, bpf.RetConstant{Val: answerErrno | uint32(unix.EAFNOSUPPORT)}, bpf.RetConstant{Val: answerAllow})
	raw, err := bpf.Assemble(p)
	if err != nil {
		return fmt.Errorf("seccomp filter: %w", err)
	}
	return install(raw)
}

// install puts a filter of system calls on the calling thread, for good.
func install(raw []bpf.RawInstruction) error {
	prog := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		prog[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	if _, _, no := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&fprog))); no != 0 {
		return fmt.Errorf("seccomp filter: %w", no)
	}
	return nil
}

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
		if err := lower(unix.RLIMIT_DATA, l.Memory); err != nil {
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
