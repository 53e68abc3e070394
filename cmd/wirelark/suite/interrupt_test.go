package suite

import (
	"os"
	"syscall"
	"testing"
)

// TestLateLabIsInterruptedToo: one that begins when the signal has come.
func TestLateLabIsInterruptedToo(t *testing.T) {
	ctx, i, stop := Interruptible()
	early, leave := i.signals()
	gone, leaveFirst := i.signals()
	leaveFirst()
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got := <-early; got != syscall.SIGINT {
		t.Errorf("got %v, want SIGINT", got)
	}
	<-ctx.Done()
	late, leaveLate := i.signals()
	if got := <-late; got != syscall.SIGINT {
		t.Errorf("late: got %v, want SIGINT", got)
	}
	for range mostSignals + 2 {
		i.hear(syscall.SIGTERM) // it must not wait for a lab that does not listen
	}
	if len(gone) != 0 || len(late) != mostSignals {
		t.Errorf("got %d and %d signals, want none where nobody listens, and %d", len(gone), len(late), mostSignals)
	}
	leave()
	leaveLate()
	stop()
}
