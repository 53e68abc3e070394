package sandbox

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"wirelark/runtime"
	"wirelark/runtime/behalf"
	"wirelark/runtime/confine"
)

// holdName is a process that does nothing but keep a user namespace open.
const holdName = "wirelark-hold"

// initMain is pid 1 of the lab. It returns only if it cannot begin.
func initMain() int {
	syscall.CloseOnExec(liveFD)
	syscall.CloseOnExec(controlFD)
	syscall.CloseOnExec(specFD)
	ctl, file := os.NewFile(controlFD, "control"), os.NewFile(specFD, "specification")
	s, err := readSpec(file)
	if err != nil {
		return failed(ctl, err)
	}
	if len(os.Args) > 1 && os.Args[1] == waitArg {
		return failed(ctl, becomeRoot(s, ctl))
	}
	resetSignals()
	armDeath()
	code, err := serve(s, ctl, file)
	if err != nil {
		return failed(ctl, err)
	}
	return code
}

// failed tells the front why the lab could not begin.
func failed(ctl *os.File, err error) int {
	_ = send(ctl, toFailed, encodeFailure(err))
	return codeUnable
}

// becomeRoot waits until the front has had our ids mapped, becomes root of
// our namespace and starts this program again: only so does it get the
// capabilities that go with it.
func becomeRoot(s *Spec, ctl *os.File) error {
	var b [8]byte
	if n, err := ctl.Read(b[:]); n < 1 || err != nil {
		return errors.New("the ids of the lab were not mapped")
	}
	// Raw calls, for this thread alone: the others end with the exec. The
	// user's other groups stay, as they must where there is one id only: the
	// project may be readable by one of them.
	if _, _, no := unix.RawSyscall(unix.SYS_SETRESGID, 0, 0, 0); no != 0 {
		return fmt.Errorf("become group 0: %w", no)
	}
	if _, _, no := unix.RawSyscall(unix.SYS_SETRESUID, 0, 0, 0); no != 0 {
		return fmt.Errorf("become user 0: %w", no)
	}
	for _, fd := range []uintptr{liveFD, controlFD, specFD} {
		if _, err := unix.FcntlInt(fd, unix.F_SETFD, 0); err != nil {
			return fmt.Errorf("keep descriptor: %w", err)
		}
	}
	return unix.Exec("/proc/self/exe", []string{initName}, s.environ())
}

// resetSignals gives every signal its default action again. The kernel
// protects pid 1 only from signals that it does not handle, and the Go
// runtime handles all.
func resetSignals() {
	var action [4]uint64 // handler, flags, restorer, mask: SIG_DFL
	for sig := uintptr(1); sig <= 64; sig++ {
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
	}
}

// armDeath makes sure that init dies with the front: by the death signal,
// which an exec that gains capabilities has cleared, and by the end of a pipe
// that only the front holds. Either alone has a gap.
func armDeath() {
	_ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0)
	if n, _ := unix.Poll([]unix.PollFd{{Fd: liveFD, Events: unix.POLLIN}}, 0); n > 0 {
		unix.Exit(137)
	}
	go func() { // ends with the process
		var b [1]byte
		for {
			if _, err := unix.Read(liveFD, b[:]); err != unix.EINTR {
				unix.Exit(137)
			}
		}
	}()
}

// serve builds the view, starts the engine in a user namespace of its own,
// and reaps until the engine has ended. Then it ends everything else.
func serve(s *Spec, ctl, file *os.File) (int, error) {
	unix.Umask(0o022)
	v, err := buildView(s)
	if err != nil {
		return 0, err
	}
	if v.note != "" {
		_ = send(ctl, toNote, []byte(v.note)) // a front that is gone needs no telling
	}
	limitProcesses(s)
	leaveKeys()
	files := []uintptr{0, 1, 2, controlFD, file.Fd()}
	var client, server *os.File
	if s.administers() {
		if client, server, err = behalf.Pair(); err != nil {
			return 0, err
		}
		files = append(files, client.Fd())
	}
	// On this thread, which starts the engine.
	if err := (confine.Filter{Strict: s.Strict}).Install(); err != nil {
		return 0, err
	}
	attr := &syscall.SysProcAttr{
		Pdeathsig:   syscall.SIGKILL,
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWCGROUP,
		UidMappings: innerRanges(s.UIDs, s.Mode), GidMappings: innerRanges(s.GIDs, s.Mode),
		GidMappingsEnableSetgroups: s.Mode != RootlessOne,
	}
	if s.Mode == Root {
		// Host root is nobody in there: become the lab's root before the
		// exec, or it would take all capabilities away.
		attr.Credential = &syscall.Credential{}
	}
	pid, err := syscall.ForkExec(fmt.Sprintf("/proc/self/fd/%d", v.program), []string{engineName}, &syscall.ProcAttr{
		Env: s.environ(), Files: files, Sys: attr,
	})
	if err != nil {
		return 0, fmt.Errorf("start the engine: %w", err)
	}
	file.Close()
	unix.Close(v.program)
	if server != nil {
		client.Close()
		b := behalf.Server{Owner: fmt.Sprintf("/proc/%d/ns/user", pid), Enter: runtime.InNetwork}
		go b.Serve(server) // ends with the engine
	}
	tick := memoryTick
	if s.Virtual {
		tick = virtualTick
	}
	w := &watch{tick: tick, limit: s.limits().Memory, engine: pid, upper: v.upper, tell: func(letter byte, text string) { tell(ctl, letter, text) }}
	go w.run() // ends with the process
	code, killer := reap(pid)
	// The engine had made our common socket non-blocking.
	if err := unix.SetNonblock(controlFD, false); err != nil {
		return 0, fmt.Errorf("control socket: %w", err)
	}
	_ = send(ctl, toOver, nil)
	if killer != 0 {
		_ = send(ctl, toKilled, []byte{byte(killer)})
	}
	_ = unix.Kill(-1, unix.SIGKILL) // everything in the lab but us
	reap(-1)
	return code, v.collect(s, ctl)
}

// innerRanges maps the lab's ids for the engine. As the user's root init has
// the same numbers already; as host root it gives an unused range.
func innerRanges(list []Range, m Mode) []syscall.SysProcIDMap {
	out := sysRanges(list)
	if m != Root {
		for i := range out {
			out[i].HostID = out[i].ContainerID
		}
	}
	return out
}

// reap waits for children until the given one, or the last, has ended, and
// returns its exit code, or the signal that killed it.
func reap(pid int) (code int, killer syscall.Signal) {
	for {
		var ws syscall.WaitStatus
		p, err := syscall.Wait4(-1, &ws, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return 0, 0 // no children are left
		case p == pid && ws.Signaled():
			return 128 + int(ws.Signal()), ws.Signal()
		case p == pid:
			return ws.ExitStatus(), 0
		}
	}
}

// limitProcesses bounds the lab's process numbers. A kernel older than 6.14 has
// one limit for the whole machine, which we may not change: there it stays.
func limitProcesses(s *Spec) {
	if kernelAtLeast(6, 14) {
		_ = os.WriteFile("/proc/sys/kernel/pid_max", []byte(strconv.Itoa(reservedPIDs+s.limits().Processes)), 0)
	}
}

// kernelAtLeast reports whether the running kernel is that new.
func kernelAtLeast(major, minor int) bool {
	var u unix.Utsname
	var a, b int
	if unix.Uname(&u) != nil {
		return false
	}
	if n, _ := fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &a, &b); n != 2 {
		return false
	}
	return a > major || a == major && b >= minor
}

// userNamespace opens a user namespace with the lab's maps, for mounts that
// show files under the lab's ids.
func userNamespace(s *Spec) (int, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return -1, err
	}
	defer w.Close()
	defer r.Close()
	pid, err := syscall.ForkExec("/proc/self/exe", []string{holdName}, &syscall.ProcAttr{
		Files: []uintptr{r.Fd(), 1, 2},
		Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Cloneflags: unix.CLONE_NEWUSER,
			UidMappings: sysRanges(s.UIDs), GidMappings: sysRanges(s.GIDs), GidMappingsEnableSetgroups: true},
	})
	if err != nil {
		return -1, fmt.Errorf("user namespace: %w", err)
	}
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/user", pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	_ = unix.Kill(pid, unix.SIGKILL)
	_, _ = unix.Wait4(pid, nil, 0, nil)
	return fd, err
}

// holdMain keeps the user namespace until it is killed.
func holdMain() int {
	var b [1]byte
	_, _ = os.Stdin.Read(b[:])
	return 0
}
