package runtime

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Process is a program that runs in a node while the script goes on.
type Process struct {
	Argv      []string
	Namespace string
	MayExit   bool   // that it ends by itself is no failure
	PID       int    // as the node counts
	Artifact  string // the name of its log among the artifacts, "" if there are none

	ns      *Namespace
	p       *os.Process
	pidfd   int
	marker  string   // of its descendants
	stdin   *os.File // nil if all that it reads was given to it
	record  *record
	log     *os.File // nil if the script names none
	start   time.Time
	ended   chan struct{} // closed when result is there
	result  *Result
	at      int  // the next line that ExpectLine looks at; mu guards it
	noticed bool // the script asked for its end, or took note of it; mu guards it
	mu      sync.Mutex
}

// SpawnOptions is what a spawned command may have besides.
type SpawnOptions struct {
	Log     string // a file in the node that takes what it writes, or ""
	MayExit bool
}

// DefaultSpawnLimit is how many bytes are kept of each output of a process.
const DefaultSpawnLimit = 1 << 20

// Spawn starts a command in the namespace and does not wait for it. With a nil
// Stdin it reads what Write sends.
func (ns *Namespace) Spawn(ctx context.Context, c Command, opt SpawnOptions) (*Process, error) {
	if err := ns.prepare(ctx, c); err != nil {
		return nil, err
	}
	var proc *Process
	j := &ns.session.journal
	st := j.begin(ctx, ns.Name, c.words()+" &")
	err := j.run(st, func() (err error) {
		proc, err = ns.spawn(c, opt)
		return err
	})
	if err != nil {
		return nil, err
	}
	proc.MayExit = opt.MayExit
	ns.session.ledger.owe(proc.thing(), proc.leave)
	return proc, nil
}

func (ns *Namespace) spawn(c Command, opt SpawnOptions) (*Process, error) {
	thing := "program " + c.Argv[0] + " in " + ns.Name
	p := &Process{Argv: c.Argv, Namespace: ns.Name, ns: ns, pidfd: -1, start: time.Now(), ended: make(chan struct{})}
	log, err := ns.openLog(opt.Log)
	if err != nil {
		return nil, err
	}
	var logs []io.Writer
	if log != nil {
		p.log, logs = log, append(logs, log)
	}
	name, kept := ns.session.artifact(ns.Name, c.Argv[0])
	if kept != nil {
		p.Artifact, logs = name, append(logs, kept)
	}
	p.record = newRecord(cmp.Or(c.Limit, DefaultSpawnLimit), logs...)
	stdin, err := p.input(c.Stdin)
	if err != nil {
		return nil, &Error{Thing: thing, Err: err, Hint: limitHint(err)}
	}
	defer stdin.Close()
	files := []*os.File{stdin}
	var taps []*tap
	for which := range 2 {
		t, w, err := p.record.follow(which)
		if err != nil {
			return nil, &Error{Thing: thing, Err: err, Hint: limitHint(err)}
		}
		defer w.Close()
		files, taps = append(files, w), append(taps, t)
	}
	p.p, p.marker, err = ns.start(c, &syscall.SysProcAttr{PidFD: &p.pidfd}, files...)
	if err != nil {
		if p.stdin != nil {
			p.stdin.Close()
		}
		if log != nil {
			log.Close()
		}
		return nil, err
	}
	p.PID = innerPID(p.p.Pid)
	go p.await(taps) // ends with the process, the node's end at the latest
	return p, nil
}

// openLog opens the file that takes what a program writes.
func (ns *Namespace) openLog(path string) (*os.File, error) {
	if path == "" {
		return nil, nil
	}
	path, thing, err := ns.nodePath(path)
	if err != nil {
		return nil, err
	}
	var f *os.File
	err = ns.thread.do(func() (err error) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC|unix.O_CLOEXEC|unix.O_NONBLOCK, 0o644)
		if err == nil {
			f = os.NewFile(uintptr(fd), path)
		}
		return err
	})
	return f, writeError(thing, err)
}

// input is what the program reads: a text, or a pipe that stays open.
func (p *Process) input(text []byte) (*os.File, error) {
	if text != nil {
		return input(text)
	}
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return nil, err
	}
	_ = unix.SetNonblock(fds[1], true) // otherwise a write has no deadline
	p.stdin = os.NewFile(uintptr(fds[1]), "stdin")
	return os.NewFile(uintptr(fds[0]), "stdin"), nil
}

// innerPID is a process's number in the innermost namespace it is in.
func innerPID(pid int) int {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(b), "\nNSpid:")
	line, _, _ := strings.Cut(rest, "\n")
	f := strings.Fields(line)
	inner := pid
	if len(f) > 0 {
		_, _ = fmt.Sscan(f[len(f)-1], &inner)
	}
	return inner
}

// await waits for the end of the program and notes how it was.
func (p *Process) await(taps []*tap) {
	err := p.awaitEnd()
	var state *os.ProcessState
	if err == nil {
		state, err = p.p.Wait()
	}
	res := &Result{Argv: p.Argv, Namespace: p.Namespace, Duration: time.Since(p.start)}
	for _, t := range taps {
		t.settle()
	}
	if res.Code = -1; err == nil { // else it was reaped by somebody else, which nobody does
		res.Code, res.Signal = ending(state)
	}
	p.result = res
	close(p.ended)
}

// awaitEnd waits without a thread of its own where the kernel allows it.
func (p *Process) awaitEnd() error {
	fd, err := unix.FcntlInt(uintptr(p.pidfd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil || unix.SetNonblock(fd, true) != nil {
		return awaitEnd(p.p.Pid)
	}
	f := os.NewFile(uintptr(fd), "process")
	defer f.Close()
	conn, err := f.SyscallConn()
	if err != nil {
		return awaitEnd(p.p.Pid)
	}
	_ = conn.Read(func(uintptr) bool { return p.exited() }) // an error means that it cannot be waited for
	return awaitEnd(p.p.Pid)
}

// words name the process in messages.
func (p *Process) words() string {
	return p.Argv[0] + " in " + p.Namespace
}

func (p *Process) thing() string { return "process " + p.words() }

// leave gives up what is held of the process. The node's end has ended it.
func (p *Process) leave(ctx context.Context) error {
	p.notice()
	late := time.AfterFunc(killLimit, func() { p.kill() }) // the node's end should have
	defer late.Stop()
	select {
	case <-p.ended:
	case <-ctx.Done():
		return &Error{Thing: p.thing(), Err: Refusal("does not end")}
	}
	if p.pidfd >= 0 {
		unix.Close(p.pidfd)
	}
	if p.stdin != nil {
		p.stdin.Close()
	}
	if p.log != nil {
		return p.log.Close()
	}
	return nil
}
