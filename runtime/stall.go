package runtime

import (
	"bytes"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A deadline says nothing of a network if the machine stood still meanwhile:
// the virtual machine was paused, the lab was stopped, the memory was paged
// out. Each session therefore watches whether it comes to run when it wants to,
// and what the kernel says of the pressure on memory.

const (
	stallTick   = 25 * time.Millisecond  // how often the watch looks at its clock
	stallUsual  = 100 * time.Millisecond // a busy machine makes it that late
	stallSample = 250 * time.Millisecond
	mostStalls  = 1 << 12 // of each kind that are kept
)

// A stall is a time in which the session did not come to run.
type stall struct{ from, to time.Time }

// pressed is how long all that wanted to run on the machine had waited for
// memory, when that was read. That for disks tells nothing here: in a lab that
// waits for a packet, one program that writes is all that wants to run.
type pressed struct {
	at   time.Time
	wait time.Duration
}

// A stallWatch keeps them.
type stallWatch struct {
	mu      sync.Mutex
	due     time.Time     // when it looks at its clock next
	used    time.Duration // processor time of this process when it looked last
	stalls  []stall
	samples []pressed
	stop    chan struct{}
	once    sync.Once
	gone    chan struct{}
}

// newStallWatch makes one, which sees nothing if it does not watch.
func newStallWatch(watches bool) *stallWatch {
	w := &stallWatch{due: time.Now().Add(stallTick), used: processorTime(), stop: make(chan struct{}), gone: make(chan struct{})}
	if !watches {
		w.due = w.due.Add(1 << 62)
		close(w.gone)
		return w
	}
	go w.run() // ends with close
	return w
}

func (w *stallWatch) close() {
	w.once.Do(func() { close(w.stop) })
	<-w.gone
}

func (w *stallWatch) run() {
	defer close(w.gone)
	tick := time.NewTimer(stallTick)
	defer tick.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-tick.C:
		}
		w.look(time.Now(), processorTime())
		tick.Reset(stallTick)
	}
}

// look notes whether the watch is late, and now and then the pressure.
func (w *stallWatch) look(now time.Time, used time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.stalledUntil(now, used); s.to.Sub(s.from) > stallUsual {
		w.stalls = append(newestOf(w.stalls), s)
	}
	w.due, w.used = now.Add(stallTick), used
	if n := len(w.samples); n == 0 || now.Sub(w.samples[n-1].at) >= stallSample {
		w.samples = append(newestOf(w.samples), pressure(now))
	}
}

// newestOf makes room for one more.
func newestOf[T any](list []T) []T {
	if len(list) < mostStalls {
		return list
	}
	return append([]T(nil), list[mostStalls/2:]...)
}

// since is how much of the time since then the machine stood still.
func (w *stallWatch) since(from, now time.Time, used time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	late := time.Duration(0)
	for _, s := range w.stalls {
		late += overlap(s, from, now)
	}
	if s := w.stalledUntil(now, used); s.to.Sub(s.from) > stallUsual { // the watch has not come to run either
		late += overlap(s, from, now)
	}
	// The samples are too far apart to say anything of a shorter time.
	if now.Sub(from) < 2*stallSample || len(w.samples) == 0 {
		return late
	}
	first := w.samples[0]
	for _, s := range w.samples {
		if s.at.After(from) {
			break
		}
		first = s
	}
	return max(late, min(pressure(now).wait-first.wait, now.Sub(from)))
}

// stalledUntil is the time for which the watch is late, without that in which
// this process did run: who calculates for ever is not held up by the machine.
func (w *stallWatch) stalledUntil(now time.Time, used time.Duration) stall {
	return stall{w.due.Add(used - w.used), now}
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

func overlap(s stall, from, to time.Time) time.Duration {
	if s.from.Before(from) {
		s.from = from
	}
	if s.to.After(to) {
		s.to = to
	}
	return max(s.to.Sub(s.from), 0)
}

// pressure is what the kernel says of it: nothing, if it does not.
func pressure(now time.Time) pressed {
	p := pressed{at: now}
	if b, err := os.ReadFile("/proc/pressure/memory"); err == nil {
		p.wait = fullStall(b)
	}
	return p
}

// fullStall is the total of a file of pressure-stall information in which
// nothing came to run: "full avg10=0.00 avg60=0.00 avg300=0.00 total=1234", in
// microseconds (Documentation/accounting/psi.rst).
func fullStall(b []byte) time.Duration {
	_, line, ok := bytes.Cut(b, []byte("full "))
	_, total, ok2 := bytes.Cut(line, []byte("total="))
	if !ok || !ok2 {
		return 0
	}
	total, _, _ = bytes.Cut(total, []byte("\n"))
	us, err := strconv.ParseInt(string(total), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(us) * time.Microsecond
}

// Stalled is how much of the time since then the machine stood still, as far
// as this process can tell.
func (s *Session) Stalled(since time.Time) time.Duration {
	return s.stalls.since(since, time.Now(), processorTime())
}
