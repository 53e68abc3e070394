package runtime

import (
	"errors"
	"testing"
)

func TestThreadRefusesWorkAfterItsEnd(t *testing.T) {
	th, err := newThread(func() error { return nil })
	must(t, err)
	must(t, th.do(func() error { return nil }))
	must(t, th.close())
	must(t, th.close()) // a second time does nothing
	if err := th.do(func() error { return nil }); !errors.Is(err, errThreadGone) {
		t.Errorf("got %v, want %v", err, errThreadGone)
	}
}

func TestThreadThatCannotBeBornLeavesNothing(t *testing.T) {
	threads, files := count(t, "/proc/self/task"), count(t, "/proc/self/fd")
	want := errors.New("no")
	for range 20 {
		if _, err := newThread(func() error { return want }); !errors.Is(err, want) {
			t.Fatalf("got %v, want %v", err, want)
		}
	}
	settles(t, "threads", threads+4, func() int { return count(t, "/proc/self/task") })
	settles(t, "open files", files, func() int { return count(t, "/proc/self/fd") })
}
