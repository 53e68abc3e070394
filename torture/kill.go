package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"wirelark/runtime/audit"
)

// markWord is in every lab's mark, and so in the names of its files.
var markWord = fmt.Sprintf("torture-%d", os.Getpid())

// targets are who is killed; signals, how.
var (
	targets = []string{"front", "init", "engine", "parent", "group"}
	signals = []string{"KILL", "STOP+KILL", "TERM"}
)

// patience is how long a lab may take to be gone: after SIGKILL as little as
// the kernel needs, after SIGTERM, which asks, the script's grace besides.
var patience = map[string]time.Duration{"KILL": 2 * time.Second, "STOP+KILL": 2 * time.Second, "TERM": 5 * time.Second}

// A lab is one that runs, with a terminal of its own.
type lab struct {
	cmd      *exec.Cmd
	mark     string
	out, err string        // files that take what it says
	ended    chan struct{} // closed when the parent has ended
	begun    time.Time     // when the front was started
	terminal *os.File
}

// start starts the parent of a front and waits until it begins.
func (c *campaign) start(p person, n int) (*lab, error) {
	l := &lab{mark: fmt.Sprintf("%s-%d", markWord, n), ended: make(chan struct{})}
	l.out, l.err = filepath.Join(c.dir, "said.out"), filepath.Join(c.dir, "said.err")
	out, err := os.Create(l.out)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	problems, err := os.Create(l.err)
	if err != nil {
		return nil, err
	}
	defer problems.Close()
	master, slave, err := pty.Open()
	if err != nil {
		return nil, err
	}
	defer slave.Close()
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	l.terminal = master
	l.cmd = exec.Command("/proc/self/exe", c.binary, "run", "--limit", "pids=700", filepath.Join(c.dir, "project", "lab.star"), "mark="+l.mark)
	l.cmd.Args[0] = parentName
	l.cmd.Dir = c.dir
	l.cmd.Stdin, l.cmd.Stdout, l.cmd.Stderr = slave, out, problems
	l.cmd.ExtraFiles = []*os.File{w}
	l.cmd.Env = append(os.Environ(), markEnv+"="+l.mark, "TMPDIR="+filepath.Join(c.dir, "tmp"),
		fmt.Sprintf("%s=%d %t %s", parentEnv, p.uid, p.many, filepath.Join(c.dir, "users")))
	// As a shell on a terminal: when it dies, those in the foreground are told.
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	err = l.cmd.Start()
	w.Close()
	if err != nil {
		master.Close()
		return nil, err
	}
	go func() { // ends with the parent
		_ = l.cmd.Wait()
		close(l.ended)
	}()
	var b [1]byte
	if n, _ := r.Read(b[:]); n != 1 {
		<-l.ended
		return nil, fmt.Errorf("the front was not started: %s", said(l.err))
	}
	l.begun = time.Now()
	return l, nil
}

// find is the process to kill; a group is negative. Before a target is there,
// it is who will make it.
func (l *lab) find(target string, list []*audit.Process) (pid int, name string) {
	parent := l.cmd.Process.Pid
	switch target {
	case "parent":
		return parent, "parent"
	case "group":
		return -parent, "group"
	}
	pid, name = parent, "parent"
	for _, next := range []string{"front", "init", "engine"} {
		child := 0
		for _, p := range list {
			if p.Parent == pid && !dead(p) && (next == "front" || strings.Contains(describe(p), " wirelark-"+next)) {
				child = p.PID
			}
		}
		if child == 0 {
			return pid, name
		}
		if pid, name = child, next; name == target {
			break
		}
	}
	return pid, name
}

// hit sends the signal to a process, or to the group of one if its number is
// negative. Numbers are soon another's on a machine on which much is killed:
// it is held by a descriptor, and has to bear the mark.
func (l *lab) hit(pid int, signal string) error {
	held, group := pid, pid < 0
	if group {
		held = -pid
	}
	fd, err := unix.PidfdOpen(held, 0)
	if err != nil {
		return nil // it has ended
	}
	defer unix.Close(fd)
	if !bears(held, l.mark) {
		return nil // a dead one bears nothing, nor does another's with its number
	}
	send := func(sig syscall.Signal) {
		if group {
			_ = unix.Kill(pid, sig)
			return
		}
		_ = unix.PidfdSendSignal(fd, sig, nil, 0)
	}
	switch signal {
	case "TERM":
		send(unix.SIGTERM)
	case "STOP+KILL":
		send(unix.SIGSTOP)
		<-time.After(20 * time.Millisecond) // long enough for it to be noticed
		fallthrough
	default:
		send(unix.SIGKILL)
	}
	return nil
}

// phase is how far the lab had come.
func (l *lab) phase() string {
	out := said(l.out)
	for _, p := range []string{"ending", "running", "building"} {
		if strings.Contains(out, p) {
			return p
		}
	}
	return "starting"
}

// said is what a lab has said so far.
func said(file string) string {
	b, _ := os.ReadFile(file)
	return string(b)
}
