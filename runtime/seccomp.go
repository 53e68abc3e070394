package runtime

import (
	"fmt"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A node's thread carries a filter of system calls that every command of the
// node inherits. It closes what a network namespace does not confine: socket
// families that reach the host (AF_VSOCK above all), typing into a terminal,
// the user's keyrings, files by handle.

// Values of struct seccomp_data and of a filter's answers, linux/seccomp.h.
const (
	offNr, offArch, offArg0, offArg1 = 0, 4, 16, 24

	answerAllow = 0x7fff0000
	answerErrno = 0x00050000
)

// families may be used by commands: each is confined by the namespace.
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
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_KEXEC_LOAD,
	unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
}

// filter is the program: fake makes the calls that change ids succeed
// without doing anything, for labs that have one id only.
func filter(strict, fake bool) []bpf.Instruction {
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
	if strict {
		calls(deniedStrict, unix.EPERM)
	}
	if fake {
		calls(idCalls, 0)
	}
	p = append(p, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_SOCKET, SkipTrue: uint8(len(families) + 3)}, load(offArg0))
	for i, f := range families {
		p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: f, SkipTrue: uint8(len(families) - i)})
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

// installFilter puts the filter on the calling thread, for good.
func installFilter(strict, fake bool) error {
	raw, err := bpf.Assemble(filter(strict, fake))
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
