package runtime

import (
	"testing"
	"time"
)

// TestStallWatchSumsLateness shows which part of a window was lost.
func TestStallWatchSumsLateness(t *testing.T) {
	begin := time.Now()
	at := func(d time.Duration) time.Time { return begin.Add(d) }
	w := &stallWatch{due: at(stallTick)}
	w.look(at(stallTick+stallUsual/2), 0)  // a little late is not late
	w.look(at(time.Second+2*stallTick), 0) // a second late
	w.look(at(time.Second+3*stallTick), 0) // in time
	due := w.due
	for _, c := range []struct {
		from, now time.Time
		least     time.Duration
		most      time.Duration
	}{
		{at(0), at(time.Second + 3*stallTick), 940 * time.Millisecond, time.Second + stallTick},
		{at(500 * time.Millisecond), at(time.Second + 3*stallTick), 550 * time.Millisecond, 551 * time.Millisecond},      // its second half
		{at(time.Second + 2*stallTick), at(time.Second + 3*stallTick), 0, 0},                                             // after it
		{at(time.Second + 3*stallTick), due.Add(300 * time.Millisecond), 300 * time.Millisecond, 300 * time.Millisecond}, // not yet noted
		{at(time.Second + 3*stallTick), due.Add(stallUsual), 0, 0},
	} {
		if got := w.since(c.from, c.now, 0); got < c.least || got > c.most {
			t.Errorf("from %s to %s: got %s, want %s to %s", c.from.Sub(begin), c.now.Sub(begin), got, c.least, c.most)
		}
	}
}

// TestStallWatchForgets keeps its memory in bounds.
func TestStallWatchForgets(t *testing.T) {
	w := &stallWatch{due: time.Now()}
	for i := range 3 * mostStalls {
		w.look(w.due.Add(time.Duration(i%2+1)*time.Second), 0)
	}
	if len(w.stalls) > mostStalls || len(w.samples) > mostStalls || len(w.stalls) < mostStalls/2 {
		t.Errorf("kept %d stalls and %d samples, want %d at most", len(w.stalls), len(w.samples), mostStalls)
	}
}

func TestFullStall(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"some avg10=0.00 avg60=0.00 avg300=0.00 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1531361\n": 1531361 * time.Microsecond,
		"some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n":                                                       0,
		"full avg10=0.00 total=x\n": 0,
		"":                          0,
	} {
		if got := fullStall([]byte(text)); got != want {
			t.Errorf("fullStall(%q) = %s, want %s", text, got, want)
		}
	}
}

// TestStallWatchSparesWhoCalculates: a process that ran was not held up.
func TestStallWatchSparesWhoCalculates(t *testing.T) {
	begin := time.Now()
	w := &stallWatch{due: begin}
	w.look(begin.Add(time.Second), 950*time.Millisecond)
	if got := w.since(begin, begin.Add(time.Second), 950*time.Millisecond); got != 0 {
		t.Errorf("it ran: got %s, want 0", got)
	}
	w = &stallWatch{due: begin}
	w.look(begin.Add(time.Second), 400*time.Millisecond)
	if got := w.since(begin, begin.Add(time.Second), 400*time.Millisecond); got != 600*time.Millisecond {
		t.Errorf("it ran for 400 ms: got %s, want 600ms", got)
	}
}
