package sandbox

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// close says what is left to say and returns the exit code.
func (l *lab) close(ws syscall.WaitStatus, crash string) int {
	l.child.close()
	l.out.status("")
	code := ws.ExitStatus()
	select {
	case l.loud = <-l.past:
	default:
	}
	if l.loud != "" {
		l.out.say("%s", l.loud)
		code = codeFailed
	}
	switch {
	case l.failure != nil:
		l.out.refuse(refused(l.failure))
		return codeUnable
	case ws.Signaled() && l.limited && l.loud != "", l.signal != 0 && l.loud != "":
	case ws.Signaled() && l.limited:
		l.out.say("%s; it did not stop by itself and was killed", l.stopping)
		code = codeFailed
	case ws.Signaled() && l.killed:
		l.out.say("%s; the lab was killed, and everything the script made is gone", l.stopping)
		code = codeInterrupted
	case ws.Signaled():
		l.out.say("somebody killed the lab (%s); everything the script made is gone", unix.SignalName(ws.Signal()))
		code = codeFailed
	case l.signal != 0:
		l.out.say("somebody killed the lab's engine (%s); everything the script made is gone", unix.SignalName(l.signal))
		code = codeFailed
	case outOfMemory(crash):
		l.out.say("the script needs more memory than there is for it; everything it made is gone")
		code = codeFailed
	case outOfProcesses(crash):
		l.out.say("the lab's processes used up its limit of %d (--limit pids=); everything it made is gone", l.spec.limits().Processes)
		code = codeFailed
	case crash != "" && code == codePanic:
		l.out.say("internal error, please report it: %s", firstLine(crash))
		if os.Getenv("WIRELARK_TRACE") != "" {
			l.out.stderr([]byte(crash))
		} else {
			l.out.say("run it again with WIRELARK_TRACE=1 to see where")
		}
		code = codeFailed
	case crash != "":
		l.out.stderr([]byte(crash)) // of whom, we cannot know
	}
	if l.stopping != "" && !l.limited && !l.held {
		code = codeInterrupted
	}
	// What is lost outweighs that the script could not be tried.
	if lost := max(l.files(), l.artifacts.close(l.out), l.snapshots.close(l.out), l.out.lost()); lost > 0 && code == codeUnable {
		return lost
	} else if lost > code {
		return lost
	}
	return code
}
