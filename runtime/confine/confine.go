// Package confine keeps from a thread, and from all that it starts, the system
// calls that reach past a lab: what no namespace confines. These are families
// of sockets (AF_VSOCK above all reaches the machine that this one is a guest
// of), typing into a terminal, the user's keyrings, files by handle.
//
// The engine and every node are under it alike: a command is root in the
// engine's user namespace and may write in the engine's memory, so that what
// the engine might do, a command can.
package confine

import (
	"fmt"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Values of struct seccomp_data and of a filter's answers, linux/seccomp.h.
const (
	offNr, offArch, offArg0, offArg1 = 0, 4, 16, 24

	answerAllow = 0x7fff0000
	answerErrno = 0x00050000
)

// families may be used: each is confined by a network namespace, or by who can
// see a file.
var families = []uint32{
	unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_KEY, unix.AF_NETLINK, unix.AF_PACKET, unix.AF_PPPOX, unix.AF_CAN, unix.AF_TIPC,
	unix.AF_ALG, unix.AF_XDP,
}

// denied calls give EPERM.
var denied = []uint32{
	unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_KEYCTL, unix.SYS_OPEN_BY_HANDLE_AT,
	unix.SYS_IO_URING_SETUP, // it makes sockets that no filter sees
}

// deniedStrict are denied besides to a stranger's script.
var deniedStrict = []uint32{
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD,
	unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
}

// A Filter says what more than the usual is denied.
type Filter struct {
	Strict  bool // a stranger's script: calls that reach far into the kernel
	FakeIDs bool // the calls that change ids succeed without doing anything
}

// program is what the kernel runs at each system call.
func (f Filter) program() []bpf.Instruction {
	load := func(off uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: off, Size: 4} }
	errno := func(no unix.Errno) bpf.Instruction { return bpf.RetConstant{Val: answerErrno | uint32(no)} }
	p := []bpf.Instruction{
		load(offArch),
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: auditArch, SkipTrue: 1},
		errno(unix.ENOSYS), // another machine's calls would pass the numbers below
		load(offNr),
	}
	calls := func(list []uint32, no unix.Errno) {
		for _, nr := range list {
			p = append(p, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: nr, SkipTrue: 1}, errno(no))
		}
	}
	if x32Bit != 0 {
		p = append(p, bpf.JumpIf{Cond: bpf.JumpLessThan, Val: x32Bit, SkipTrue: 1}, errno(unix.ENOSYS))
	}
	calls(denied, unix.EPERM)
	if f.Strict {
		calls(deniedStrict, unix.EPERM)
	}
	if f.FakeIDs {
		calls(idCalls, 0)
	}
	n := uint8(len(families))
	p = append(p,
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SYS_SOCKET, SkipTrue: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_SOCKETPAIR, SkipTrue: n + 3},
		load(offArg0))
	for i, family := range families {
		p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: family, SkipTrue: n - uint8(i)})
	}
	p = append(p, errno(unix.EAFNOSUPPORT), bpf.RetConstant{Val: answerAllow})
	return append(p,
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_IOCTL, SkipTrue: 3},
		load(offArg1),
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.TIOCSTI, SkipTrue: 1},
		errno(unix.EPERM),
		bpf.RetConstant{Val: answerAllow},
	)
}

// Install puts the filter on the calling thread, for good.
func (f Filter) Install() error { return Load(f.program()) }

// Load makes the kernel run a program at each system call of the calling
// thread, for good.
func Load(program []bpf.Instruction) error {
	raw, err := bpf.Assemble(program)
	if err != nil {
		return fmt.Errorf("seccomp filter: %w", err)
	}
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
