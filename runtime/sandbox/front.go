package sandbox

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Exit codes of a lab that its program did not choose.
const (
	codeFailed      = 1
	codeUnable      = 3
	codeInterrupted = 130
)

// grace is how long a script that was told to stop may take to clean up and
// to report, before it is killed.
const grace = 2 * time.Second

// A Front is the part of a lab that stays on the host.
type Front struct {
	Stdout, Stderr *os.File
}

// Run makes a lab, shows what it says, and returns its exit code when nothing
// of it is left. It must be called on the main goroutine.
func (f Front) Run(s *Spec) int {
	// What we were given open besides our own three is nothing of the lab's.
	_ = unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
	out := newConsole(f.Stdout, f.Stderr)
	if err := prepare(s); err != nil {
		out.refuse(err)
		return codeUnable
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	c, err := start(s)
	if err != nil {
		out.refuse(err)
		return codeUnable
	}
	l := &lab{spec: s, child: c, out: out}
	return l.attend(signals)
}

// prepare completes a specification and refuses what can be seen not to work.
func prepare(s *Spec) error {
	if !kernelAtLeast(5, 12) {
		return &Refused{Why: "this kernel is older than 5.12, the first that can show files to a lab read-only", Remedy: []string{"use a newer kernel"}}
	}
	if s.Project == "/" || s.Project == "/run" || s.Project == "/dev" || s.Project == "/proc" || s.Project == "/sys" {
		return &Refused{Why: "a script in " + s.Project + " cannot have a lab", Remedy: []string{"put it in a folder of its own"}}
	}
	return choose(s)
}

// A lab is one that runs, as the front sees it.
type lab struct {
	spec  *Spec
	child *child
	out   *console

	stopping string // why we told it to stop, or ""
	killed   bool
	limited  bool // stopped because its time was up
	failure  string
	written  uint64
	unpacked chan error
	tar      *io.PipeWriter
	ended    chan struct{} // the script has no deadline any more
}

// attend carries packets, signals and the deadline until the lab is gone.
func (l *lab) attend(signals <-chan os.Signal) int {
	l.ended = make(chan struct{}, 1)
	gone := make(chan syscall.WaitStatus, 1)
	crash := make(chan string, 1)
	go func() { crash <- readCrash(l.child.crash) }() // ends with the lab
	go func() {                                       // ends with the lab
		receive(l.child.control, l.packet)
		gone <- l.child.wait()
	}()
	var deadline, killing <-chan time.Time
	if l.spec.Timeout > 0 {
		deadline = time.After(l.spec.Timeout)
	}
	kill := func() { l.killed = true; l.child.kill() }
	for {
		select {
		case sig := <-signals:
			if l.stopping != "" {
				kill()
				continue
			}
			l.stop(reasonOf(sig))
			killing = time.After(grace)
		case <-l.ended:
			deadline = nil
		case <-deadline:
			deadline = nil
			if l.stopping == "" {
				l.limited = true
				l.stop(fmt.Sprintf("the script's time limit of %s has passed (--timeout)", l.spec.Timeout))
				killing = time.After(grace)
			}
		case <-killing:
			kill()
		case ws := <-gone:
			return l.close(ws, <-crash)
		}
	}
}

func reasonOf(sig os.Signal) string {
	switch sig {
	case syscall.SIGINT:
		return "interrupted"
	case syscall.SIGHUP:
		return "interrupted: the terminal is gone (SIGHUP)"
	}
	return "interrupted (SIGTERM)"
}

func (l *lab) stop(reason string) {
	l.stopping = reason
	_ = send(l.child.control, toCancel, []byte(reason)) // a lab that is gone needs no telling
}

// packet shows or keeps what the lab sent.
func (l *lab) packet(letter byte, data []byte) {
	switch letter {
	case toStdout:
		l.out.stdout(data)
	case toStderr:
		l.out.stderr(data)
	case toStatus:
		l.out.status(string(data))
	case toFailed:
		l.failure = string(data)
	case toScript:
		select {
		case l.ended <- struct{}{}:
		default:
		}
	case toFront:
		if len(data) == 8 {
			l.written = binary.BigEndian.Uint64(data)
		}
	case toTar:
		if l.tar == nil {
			r, w := io.Pipe()
			l.tar, l.unpacked = w, make(chan error, 1)
			go func() { // ends with the archive
				err := unpack(r, l.spec.Out)
				_ = r.CloseWithError(errors.Join(err, io.ErrClosedPipe))
				l.unpacked <- err
			}()
		}
		_, _ = l.tar.Write(data) // unpack's own error is the one to tell
	}
}

// close says what is left to say and returns the exit code.
func (l *lab) close(ws syscall.WaitStatus, crash string) int {
	l.child.live.Close()
	l.child.control.Close()
	unix.Close(l.child.pidfd)
	l.out.status("")
	code := ws.ExitStatus()
	switch {
	case l.failure != "":
		l.out.refuse(refused(errors.New(l.failure)))
		return codeUnable
	case crash != "" && !l.killed:
		l.out.say("internal error, please report it: %s", firstLine(crash))
		if os.Getenv("WIRELARK_TRACE") != "" {
			l.out.stderr([]byte(crash))
		} else {
			l.out.say("run it again with WIRELARK_TRACE=1 to see where")
		}
		code = codeFailed
	case ws.Signaled() && l.limited:
		l.out.say("%s; it did not stop by itself and was killed", l.stopping)
		code = codeFailed
	case ws.Signaled() && l.killed:
		l.out.say("killed; everything the script made is gone")
		code = codeInterrupted
	case ws.Signaled():
		l.out.say("somebody killed the lab (%s); everything the script made is gone", unix.SignalName(ws.Signal()))
		code = codeFailed
	case code > 128 && code != codeInterrupted:
		l.out.say("somebody killed the lab's engine (%s); everything the script made is gone", unix.SignalName(syscall.Signal(code-128)))
		code = codeFailed
	}
	if l.stopping != "" && !l.limited {
		code = codeInterrupted
	}
	return max(code, l.files(), l.out.lost())
}

// files says what became of what was written in the project's folder.
func (l *lab) files() int {
	var err error
	if l.tar != nil {
		l.tar.Close()
		err = <-l.unpacked
	}
	n := fmt.Sprintf("%d files", l.written)
	if l.written == 1 {
		n = "1 file"
	}
	switch {
	case err != nil:
		l.out.say("--out %s: %s", l.spec.Out, err)
		return codeFailed
	case l.written > 0 && l.spec.Out != "":
		l.out.say("%s written in %s, kept in %s", n, l.spec.Project, l.spec.Out)
	case l.written > 0:
		l.out.say("%s written in %s and dropped; --out DIR keeps them", n, l.spec.Project)
	}
	return 0
}

// readCrash reads what the Go runtime says when a stage dies, up to a limit.
func readCrash(r *os.File) string {
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, 256<<10))
	_, _ = io.Copy(io.Discard, r)
	return string(b)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// ProjectOf is the folder that a script's project lives in: that of the
// nearest wirelark.toml or repository above it, else its own.
func ProjectOf(script string) string {
	own := filepath.Dir(script)
	for dir := own; dir != "/"; dir = filepath.Dir(dir) {
		for _, mark := range []string{"wirelark.toml", ".git"} {
			if _, err := os.Stat(filepath.Join(dir, mark)); err == nil {
				return dir
			}
		}
	}
	return own
}

// Try makes a lab of the given mode that does nothing, and says why it
// cannot be, if it cannot.
func Try(ctx context.Context, m Mode) error {
	dir, err := os.MkdirTemp("", "wirelark-")
	if err != nil {
		return err
	}
	defer os.Remove(dir)
	s := &Spec{Project: dir, Dir: dir, Force: m}
	if err := prepare(s); err != nil {
		return err
	}
	c, err := start(s)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, c.kill)()
	l := &lab{spec: s, child: c, ended: make(chan struct{}, 1), out: newConsole(nil, nil)}
	go func() { readCrash(c.crash) }() // ends with the lab
	receive(c.control, l.packet)
	ws := c.wait()
	c.live.Close()
	c.control.Close()
	unix.Close(c.pidfd)
	if l.failure != "" {
		return refused(errors.New(l.failure))
	}
	if ws.ExitStatus() != 0 {
		return errors.New("the lab ended with " + fmt.Sprint(ws.ExitStatus()))
	}
	return nil
}
