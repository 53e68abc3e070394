package vm

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Enter does the part in the guest that this process was started for: to be its
// first process, or to load a module. Otherwise it returns false at once.
func Enter() (code int, entered bool) {
	if len(os.Args) == 0 {
		return 0, false
	}
	switch {
	case os.Args[0] == initPath && os.Getpid() == 1:
		return guest(), true
	case filepath.Base(os.Args[0]) == modprobeName:
		return modprobe(os.Args[1:]), true
	}
	return 0, false
}

// beatTime is how often the guest says that it lives.
const beatTime = time.Second

// slowBeat is that in virtual time, which passes in no time.
const slowBeat = time.Minute

// guest is pid 1. It never returns: it switches the machine off.
func guest() int {
	e := ending{Code: 3}
	port, err := setUp()
	if err == nil {
		e.Code, err = port.run()
	}
	if err != nil {
		e.Err = err.Error()
		fmt.Fprintln(os.Stderr, "wirelark:", err) // the console
	}
	unix.Sync()
	if port != nil {
		for tag := range port.job.Shares {
			_ = unix.Unmount(ownDir+"/"+tag, 0)
		}
		port.say(toEnd, encode(e))
	}
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	return 0
}

// A guestPort is the guest's end.
type guestPort struct {
	f   *os.File
	job *job
	mu  sync.Mutex // held while a frame is written
}

func (p *guestPort) say(letter byte, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = writeFrame(p.f, letter, data) // without a host there is nobody to tell
}

// openPort finds the port that leads to the host.
func openPort() (*os.File, error) {
	names, _ := filepath.Glob("/sys/class/virtio-ports/*/name")
	for _, name := range names {
		if b, _ := os.ReadFile(name); strings.TrimSpace(string(b)) == portName {
			// Blocking: Go's poller does not get on with such a port.
			fd, err := unix.Open("/dev/"+filepath.Base(filepath.Dir(name)), unix.O_RDWR|unix.O_CLOEXEC, 0)
			if err != nil {
				return nil, fmt.Errorf("port: %w", err)
			}
			return os.NewFile(uintptr(fd), portName), nil
		}
	}
	return nil, errors.New("there is no port to the host")
}

// run starts the program, carries what it writes, and waits for its end.
func (p *guestPort) run() (int, error) {
	j := p.job
	path := j.Program
	if path == "" {
		// Not /proc/self/exe, which no path leads to: each lab would copy it, and
		// QEMU translate the copy.
		path = ownDir + "/" + programName
	}
	c := &exec.Cmd{Path: path, Args: j.Args, Env: j.Env, Dir: j.Dir, SysProcAttr: &syscall.SysProcAttr{Setsid: true}}
	var ours [2]*os.File
	var theirs [2]*os.File
	for i := range ours {
		r, w, err := os.Pipe()
		if err != nil {
			return 3, fmt.Errorf("pipe: %w", err)
		}
		ours[i], theirs[i] = r, w
	}
	c.Stdout, c.Stderr = theirs[0], theirs[1]
	if err := c.Start(); err != nil {
		return 3, fmt.Errorf("start %s: %w", j.Args[0], err)
	}
	p.say(toReady, nil)
	var copied sync.WaitGroup
	for i, letter := range []byte{toOut, toErr} {
		theirs[i].Close()
		copied.Go(func() { // ends with the last writer
			buf := make([]byte, 16<<10)
			for {
				n, err := ours[i].Read(buf)
				if n > 0 {
					p.say(letter, buf[:n])
				}
				if err != nil {
					return
				}
			}
		})
	}
	go func() { // ends with the machine
		for {
			letter, data, err := readFrame(p.f)
			if err != nil {
				return
			}
			if letter == toSignal && len(data) == 1 {
				_ = unix.Kill(c.Process.Pid, unix.Signal(data[0]))
			}
		}
	}()
	go func() { // ends with the machine
		beat := beatTime
		if j.Virtual {
			beat = slowBeat
		}
		for range time.Tick(beat) {
			p.say(toBeat, nil)
		}
	}()
	code, err := reap(c.Process.Pid)
	// What the program leaves behind may hold its outputs open.
	done := make(chan struct{})
	go func() { copied.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(grace(j)):
	}
	return code, err
}

// grace is how long what a program leaves behind may hold its outputs open.
func grace(j *job) time.Duration {
	if j.Virtual {
		return time.Hour // it passes in no time
	}
	return endTime / 2
}

// reap waits for whatever ends, as pid 1 must, until the program has.
func reap(pid int) (int, error) {
	for {
		var ws unix.WaitStatus
		got, err := unix.Wait4(-1, &ws, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 3, fmt.Errorf("wait: %w", err)
		case got == pid && ws.Signaled():
			return 128 + int(ws.Signal()), nil
		case got == pid && ws.Exited():
			return ws.ExitStatus(), nil
		}
	}
}

// readJob reads what the host wants.
func readJob() (*job, error) {
	b, err := os.ReadFile(jobFile)
	if err != nil {
		return nil, err
	}
	j := &job{}
	return j, json.Unmarshal(b, j)
}
