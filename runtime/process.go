package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Command is a program to run in a namespace.
type Command struct {
	Argv    []string
	Stdin   []byte            // what it reads; nil for nothing
	Env     map[string]string // added to the lab's fixed environment
	Dir     string            // "" for the session's WorkDir
	User    string            // a name or a number; "" for root
	Timeout time.Duration     // after which it and all its descendants are killed; 0 for DefaultTimeout
	Limit   int               // bytes kept of each output; 0 for DefaultOutputLimit
	told    string            // its equivalent, if what it reads is part of it
}

// DefaultTimeout is how long a command may take.
const DefaultTimeout = 30 * time.Second

// DefaultOutputLimit is how many bytes are kept of each output of a command.
const DefaultOutputLimit = 8 << 20

// A Result is how a command ended.
type Result struct {
	Argv           []string
	Namespace      string
	Code           int    // exit code, or 128 + the signal's number
	Signal         string // "SIGKILL" …, or "" if it exited
	Stdout, Stderr []byte
	// StdoutOver and StderrOver count the bytes beyond the limit, which are lost.
	StdoutOver, StderrOver int64
	// StdoutTail and StderrTail are the ends of those: a report needs them.
	StdoutTail, StderrTail []byte
	Duration               time.Duration
	TimedOut               bool
}

// DefaultPath is where programs are looked for.
const DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environ is the environment of every command: fixed and sorted, so that a
// script gives the same result for everybody.
func environ(extra map[string]string) []string {
	env := map[string]string{"PATH": DefaultPath, "HOME": "/tmp", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
	maps.Copy(env, extra)
	list := make([]string, 0, len(env))
	for k, v := range env {
		list = append(list, k+"="+v)
	}
	slices.Sort(list)
	return list
}

// checkEnv refuses what cannot stand in an environment.
func checkEnv(env map[string]string) error {
	for _, k := range slices.Sorted(maps.Keys(env)) {
		if k == "" || strings.ContainsAny(k, "=\x00") || strings.Contains(env[k], "\x00") {
			return refuse("environment variable "+quote(k), "is not allowed: a name is not empty and has no '=', and neither name nor value has a zero byte")
		}
	}
	return nil
}

// Run runs a command in the namespace and waits for its end. The error says
// that it could not be started; how it ended is in the result.
func (ns *Namespace) Run(ctx context.Context, c Command) (*Result, error) {
	if err := ns.prepare(ctx, c); err != nil {
		return nil, err
	}
	var res *Result
	j := &ns.session.journal
	st := j.begin(ctx, ns.Name, c.words())
	err := j.run(st, func() (err error) {
		res, err = ns.run(ctx, c)
		if res != nil && !res.OK() {
			j.outcome(st, res.Ending())
		}
		return err
	})
	return res, err
}

// prepare refuses what is no command, and makes the node ready for one.
func (ns *Namespace) prepare(ctx context.Context, c Command) error {
	if len(c.Argv) == 0 {
		return refuse("command", "is empty")
	}
	if err := checkEnv(c.Env); err != nil {
		return err
	}
	if strings.Contains(strings.Join(c.Argv, ""), "\x00") {
		return refuse("command "+quote(c.Argv[0]), "has an argument with a zero byte, which no program can be given")
	}
	if err := ns.session.Ready(ctx); err != nil {
		return err
	}
	return ns.ensureView()
}

// words are the command as a shell would be given it.
func (c Command) words() string {
	if c.told != "" {
		return c.told
	}
	if len(c.Env) == 0 {
		return shellJoin(c.Argv)
	}
	words := []string{"env"}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		words = append(words, name+"="+c.Env[name])
	}
	return shellJoin(append(words, c.Argv...))
}

func (ns *Namespace) run(ctx context.Context, c Command) (*Result, error) {
	thing := "program " + c.Argv[0] + " in " + ns.Name
	limit := c.Limit
	if limit == 0 {
		limit = DefaultOutputLimit
	}
	stdin, err := input(c.Stdin)
	if err != nil {
		return nil, &Error{Thing: thing, Err: err}
	}
	defer stdin.Close()
	out, outW, err := newOutput(limit)
	if err != nil {
		return nil, &Error{Thing: thing, Err: err, Hint: limitHint(err)}
	}
	defer outW.Close()
	errs, errW, err := newOutput(limit)
	if err != nil {
		return nil, &Error{Thing: thing, Err: err, Hint: limitHint(err)}
	}
	defer errW.Close()

	start := time.Now()
	p, marker, err := ns.start(c, &syscall.SysProcAttr{}, stdin, outW, errW)
	outW.Close()
	errW.Close()
	if err != nil {
		out.close()
		errs.close()
		return nil, err
	}
	return ns.wait(ctx, c, p, marker, start, out, errs)
}

// start starts a program on the node's thread, so that it is born in its
// namespaces. No Pdeathsig: in another process namespace Go would take the
// parent for dead, and pid 1 sees to it anyway. What marks its descendants is
// read before it runs: it may end at once.
func (ns *Namespace) start(c Command, attr *syscall.SysProcAttr, files ...*os.File) (p *os.Process, marker string, err error) {
	cred, err := ns.credential(c.User)
	if err != nil {
		return nil, "", err
	}
	env := environ(c.Env)
	dir := c.Dir
	switch {
	case dir == "":
		dir = ns.session.opt.WorkDir
	case !filepath.IsAbs(dir):
		dir = filepath.Join(ns.session.opt.WorkDir, dir)
	}
	attr.Setsid, attr.Credential = true, cred
	found, tasks := false, ns.session.tasks()
	err = ns.thread.do(func() error {
		if c.Dir != "" {
			if st, err := os.Stat(dir); err != nil || !st.IsDir() {
				return refuse("folder "+c.Dir+" in "+ns.Name, "does not exist or is no folder")
			}
		}
		path, err := lookPath(c.Argv[0], dir, env)
		if err != nil {
			return err
		}
		found = true
		marker = newMarker(tasks, ns.thread.tid)
		p, err = os.StartProcess(path, c.Argv, &os.ProcAttr{Dir: dir, Env: env, Files: files, Sys: attr})
		return err
	})
	if errors.Is(err, errThreadGone) {
		return nil, "", &Error{Thing: "netns " + ns.Name, Err: err}
	}
	if err != nil {
		return nil, "", startError(err, found, "program "+c.Argv[0]+" in "+ns.Name, c, env)
	}
	return p, marker, nil
}

// virtualPatience is how many times longer a program may take where time is
// virtual: while it waits for one of the host's files, the clock runs ahead, on
// a busy host by more than half a minute.
const virtualPatience = 20

// patience is how long to wait for a program that may take so long.
func (s *Session) patience(limit time.Duration) time.Duration {
	if s.opt.Virtual && limit < math.MaxInt64/virtualPatience {
		return virtualPatience * limit
	}
	return limit
}

// wait waits for the end of a command, its deadline or the script's.
func (ns *Namespace) wait(ctx context.Context, c Command, p *os.Process, marker string, start time.Time, out, errs *output) (*Result, error) {
	// It is not reaped before nobody will kill it any more: its number could be
	// another's by then.
	ended, err := follow(ctx, p, ns.session.patience(cmp.Or(c.Timeout, DefaultTimeout)), out, errs)
	timedOut := !ended && ctx.Err() == nil && err == nil
	killed := ended || killTree(p.Pid, marker)
	thing := "program " + c.Argv[0] + " in " + ns.Name
	var overrun error
	if !killed {
		overrun = ns.overrun(thing)
	}
	var state *os.ProcessState
	if err == nil {
		state, err = p.Wait()
	} else {
		go p.Wait() // ends with the process, at the latest with the node
	}
	res := &Result{Argv: c.Argv, Namespace: ns.Name, Duration: time.Since(start), TimedOut: timedOut}
	out.finish()
	errs.finish()
	res.Stdout, res.StdoutOver, res.StdoutTail = out.buf, out.over, out.last()
	res.Stderr, res.StderrOver, res.StderrTail = errs.buf, errs.over, errs.last()
	if err != nil {
		return res, &Error{Thing: thing, Err: err}
	}
	if overrun != nil {
		return res, overrun
	}
	res.Code, res.Signal = ending(state)
	if ctx.Err() != nil {
		return res, context.Cause(ctx)
	}
	return res, nil
}

// ending is how a program ended: its exit code, or 128 and the number of the
// signal that ended it, and the signal's name.
func ending(state *os.ProcessState) (code int, signal string) {
	ws := state.Sys().(syscall.WaitStatus)
	if ws.Signaled() {
		return 128 + int(ws.Signal()), unix.SignalName(ws.Signal())
	}
	return ws.ExitStatus(), ""
}

// awaitEnd waits until a child has ended and leaves it to be reaped.
func awaitEnd(pid int) error {
	for {
		if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != unix.EINTR {
			return err
		}
	}
}

// input is what a command reads: an anonymous file, so that nobody has to
// feed it and it never blocks.
func input(data []byte) (*os.File, error) {
	if data == nil {
		return os.Open("/dev/null")
	}
	fd, err := unix.MemfdCreate("stdin", unix.MFD_CLOEXEC|unix.MFD_NOEXEC_SEAL)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate("stdin", unix.MFD_CLOEXEC)
	}
	if err != nil {
		return nil, fmt.Errorf("stdin: %w", err)
	}
	f := os.NewFile(uintptr(fd), "stdin")
	if _, err = f.Write(data); err == nil {
		_, err = f.Seek(0, 0)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("stdin: %w", err)
	}
	return f, nil
}
