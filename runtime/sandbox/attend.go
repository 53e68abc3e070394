package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// Exit codes of a lab that its program did not choose.
const (
	codeFailed      = 1
	codeUsage       = 2
	codeUnable      = 3
	codeInterrupted = 130
	codePanic       = 2 // of Go's runtime
)

// grace is how long a script that was told to stop may take to clean up and
// to report, before it is killed.
const grace = 2 * time.Second

// strictOutput is how much a stranger's script may write, in bytes.
const strictOutput = 64 << 20

// A lab is one that runs, as the front sees it.
type lab struct {
	spec      *Spec
	child     *child
	out       *console
	stdin     *os.File   // of the user; nil for none
	artifacts *artifacts // nil if none are kept
	snapshots *snapshots // nil if none are written
	door      *door      // nil if the lab cannot be visited
	started   time.Time
	kept      atomic.Bool // its script has ended

	// Of attend's goroutine.
	stopping string // why we told it to stop, or ""
	limited  bool   // stopped because it went past a limit
	killed   bool
	held     bool   // the script had ended; who keeps the lab ends it
	loud     string // what the script could not say itself
	lent     loan

	// Of the goroutine that receives, until that has ended.
	failure  error
	signal   syscall.Signal // that killed the engine
	written  int            // files in the project
	removed  int
	shown    int  // bytes of output
	told     bool // of the host's folders
	unpacked chan error
	outcome  []byte // of a test
	tar      *io.PipeWriter

	ended chan struct{} // the script has no deadline any more
	done  chan struct{} // the engine has ended
	over  chan struct{} // it wrote more than it may
	asked chan string   // the script wants a shell in this node
	past  chan string   // init ends it because of a limit: which
}

func newLab(s *Spec, c *child, out *console) *lab {
	return &lab{spec: s, child: c, out: out, started: time.Now(), asked: make(chan string, 1), ended: make(chan struct{}, 1), done: make(chan struct{}, 1), over: make(chan struct{}, 1), past: make(chan string, 1)}
}

// attend carries packets, signals and the deadline until the lab is gone and
// what it said is shown. A reader who does not read cannot hold the lab: who
// waits for it here is told to stop by a signal or the deadline.
func (l *lab) attend(signals <-chan os.Signal) int {
	crash := make(chan string, 1)
	go func() { crash <- readCrash(l.child.crash) }() // ends with the lab
	shown := make(chan struct{})
	go func() { // ends with the lab, or with us if nobody reads
		receive(l.child.control, l.packet)
		l.out.flush()
		close(shown)
	}()
	gone := make(chan syscall.WaitStatus, 1)
	go func() { gone <- l.child.wait() }() // ends with the lab

	deadline := newClock(l.spec.Timeout)
	var killing <-chan time.Time
	kill := func() { l.killed = true; l.child.kill() }
	limit := func(reason string) {
		if l.stopping == "" {
			l.limited = true
			l.stop(reason)
			killing = time.After(grace)
		}
	}
	var status *syscall.WaitStatus
	finished := shown
	for status == nil || finished != nil || l.lent.ended != nil {
		select {
		case sig := <-signals:
			if status != nil {
				l.takeBack()
				return l.abandon()
			}
			if l.stopping != "" || sig == syscall.SIGQUIT {
				l.stopping = reasonOf(sig)
				kill()
				continue
			}
			l.stop(reasonOf(sig))
			killing = time.After(grace)
		case node := <-l.asked:
			deadline.pause()
			l.lend(node)
		case o := <-l.lent.ended:
			l.giveBack(o)
			deadline.resume()
		case <-l.ended:
			deadline.end()
			l.held = true
		case <-l.done:
			// What the script wrote is being kept: what stopped it does not
			// stop that, but a second signal does.
			deadline.end()
			killing = nil
		case <-l.over:
			l.loud = fmt.Sprintf("the script wrote more than %d MiB of output and was stopped", strictOutput>>20)
			limit(l.loud)
		case <-deadline.passed:
			deadline.end()
			limit(fmt.Sprintf("the script's time limit of %s has passed (--timeout)", l.spec.Timeout))
		case <-killing:
			if status != nil {
				l.takeBack()
				return l.abandon()
			}
			kill()
		case ws := <-gone:
			status = &ws
			deadline.end()
			if l.stopping != "" {
				killing = time.After(grace)
			}
		case <-finished:
			finished = nil
		}
	}
	return l.close(*status, <-crash)
}

// abandon gives up an output that nobody reads. What we still have to say may
// go the same way.
func (l *lab) abandon() int {
	said := make(chan struct{})
	go func() { // ends with the process if nobody reads
		l.out.say("the output was not read; the rest of it is lost")
		close(said)
	}()
	select {
	case <-said:
	case <-time.After(grace / 4):
	}
	if l.limited {
		return codeFailed
	}
	return codeInterrupted
}

func reasonOf(sig os.Signal) string {
	switch sig {
	case syscall.SIGINT:
		return "interrupted"
	case syscall.SIGHUP:
		return "interrupted: the terminal is gone (SIGHUP)"
	case syscall.SIGQUIT:
		return "interrupted (SIGQUIT)"
	}
	return "interrupted (SIGTERM)"
}

func (l *lab) stop(reason string) {
	l.stopping = reason
	l.lent.stop()
	_ = send(l.child.control, toCancel, []byte(reason)) // a lab that is gone needs no telling
}

// packet shows or keeps what the lab sent.
func (l *lab) packet(letter byte, data []byte) {
	switch letter {
	case toStdout, toStderr:
		if l.shown += len(data); l.spec.Strict && l.shown > strictOutput {
			note(l.over)
			return
		}
		if letter == toStdout {
			l.out.stdout(data)
		} else {
			l.out.stderr(data)
		}
	case toStatus:
		l.out.status(string(data))
	case toNote:
		l.out.say("%s", data)
	case toFailed:
		l.failure = decodeFailure(data)
	case toLimit:
		select {
		case l.past <- string(data):
		default: // the first is the one to tell
		}
	case toKilled:
		if len(data) == 1 {
			l.signal = syscall.Signal(data[0])
		}
	case toScript:
		l.kept.Store(true)
		note(l.ended)
		l.tellKept(data)
	case toShell:
		select {
		case l.asked <- string(data):
		default: // it asks before it was answered
		}
	case toOver:
		note(l.done)
	case toFront:
		if len(data) == 16 {
			l.written = int(binary.BigEndian.Uint64(data))
			l.removed = int(binary.BigEndian.Uint64(data[8:]))
		}
	case toFolders:
		if !l.told {
			l.told = true
			go tellFolders(l.child.control, l.spec.Strict) // ends when it has told, or the lab has ended
		}
	case toOutcome:
		l.outcome = append(l.outcome, data...)
	case toSnapshot:
		l.snapshots.packet(data)
	case toArtifact:
		l.artifacts.packet(data)
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

// note leaves a mark in a channel that has room for one.
func note(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
