package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// A job is a program that runs beside its script. What it says goes to
// NAME.out and NAME.err, where the script can wait for it.
type job struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

// killJobs ends the jobs that go on. The number of one that has ended is
// perhaps another's by now: that of a lab, whose first process leads a group.
func (sc *scene) killJobs() {
	for _, j := range sc.jobs {
		select {
		case <-j.done:
			continue
		default:
		}
		_ = unix.Kill(-j.cmd.Process.Pid, unix.SIGKILL)
		<-j.done
	}
}

// startCmd starts a job in a process group of its own.
func startCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) >= 2, neg, "start NAME PROGRAM [ARG…]")
	sc := sceneOf(ts)
	name := args[0]
	if sc.jobs[name] != nil {
		ts.Fatalf("there is a job %s already", name)
	}
	c := exec.Command(lookPath(ts, args[1]), args[2:]...)
	c.Args[0] = args[1]
	c.Dir, c.Env = ts.MkAbs("."), environ(ts)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := os.Create(ts.MkAbs(name + ".out"))
	ts.Check(err)
	defer out.Close()
	problems, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	defer problems.Close()
	c.Stdout, c.Stderr = out, problems
	ts.Check(c.Start())
	j := &job{c, make(chan struct{})}
	sc.jobs[name] = j
	go func() { // ends with the job, which killJobs kills
		_ = c.Wait()
		close(j.done)
	}()
}

// endedCmd waits for the end of a job, and compares its exit code; that of a
// job which a signal killed is 128 and the signal.
func endedCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, neg, "ended NAME CODE")
	j := jobOf(ts, args[0])
	until(ts, func() bool {
		select {
		case <-j.done:
			return true
		default:
			return false
		}
	}, func() { ts.Fatalf("job %s did not end", args[0]) })
	got := j.cmd.ProcessState.ExitCode()
	if ws := j.cmd.ProcessState.Sys().(syscall.WaitStatus); ws.Signaled() {
		got = 128 + int(ws.Signal())
	}
	if strconv.Itoa(got) != args[1] {
		ts.Fatalf("job %s: got exit code %d, want %s; it said:\n%s", args[0], got, args[1], ts.ReadFile(args[0]+".err"))
	}
}

// runsCmd waits until a program that a job has started runs, in a lab or not.
func runsCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) >= 2, neg, "runs NAME PROGRAM [ARG…]")
	pid, cmdline := jobOf(ts, args[0]).cmd.Process.Pid, strings.Join(args[1:], "\x00")+"\x00"
	until(ts, func() bool { return hasBelow(pid, cmdline) }, func() { ts.Fatalf("job %s runs no %q", args[0], args[1:]) })
}

// hasBelow reports whether a process with that command line descends from another.
func hasBelow(ancestor int, cmdline string) bool {
	return slices.ContainsFunc(childrenOf(ancestor), func(pid int) bool {
		return cmdlineOf(pid) == cmdline || hasBelow(pid, cmdline)
	})
}

func jobOf(ts *testscript.TestScript, name string) *job {
	j := sceneOf(ts).jobs[name]
	if j == nil {
		ts.Fatalf("there is no job %s", name)
	}
	return j
}

// signalCmd sends a signal to a job, to its process group, or to a stage of
// the lab that it holds.
func signalCmd(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "signal KILL|INT|TERM|HUP|QUIT|STOP|CONT NAME[/group|/init|/engine]…"
	need(ts, len(args) >= 2, neg, usage)
	sig := unix.SignalNum("SIG" + args[0])
	if sig == 0 {
		ts.Fatalf("usage: %s", usage)
	}
	for _, arg := range args[1:] {
		name, part, _ := strings.Cut(arg, "/")
		pid := jobOf(ts, name).cmd.Process.Pid
		switch part {
		case "":
		case "group":
			pid = -pid
		case "init":
			pid = stage(ts, pid, "wirelark-init")
		case "engine":
			pid = stage(ts, stage(ts, pid, "wirelark-init"), "wirelark-engine")
		default:
			ts.Fatalf("usage: %s", usage)
		}
		ts.Check(unix.Kill(pid, sig))
	}
}

// stage waits for the child of a process that was started under a name.
func stage(ts *testscript.TestScript, parent int, name string) (pid int) {
	until(ts, func() bool {
		pid = childNamed(parent, name)
		return pid != 0
	}, func() { ts.Fatalf("process %d has no child %s", parent, name) })
	return pid
}

func childNamed(parent int, name string) int {
	for _, pid := range childrenOf(parent) {
		if arg, _, _ := strings.Cut(cmdlineOf(pid), "\x00"); arg == name {
			return pid
		}
	}
	return 0
}

func childrenOf(parent int) (pids []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, path := range tasks {
		b, _ := os.ReadFile(path)
		for word := range strings.FieldsSeq(string(b)) {
			if pid, err := strconv.Atoi(word); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

func cmdlineOf(pid int) string {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return string(b)
}
