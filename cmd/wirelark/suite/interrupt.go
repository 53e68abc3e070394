package suite

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Interrupts hands the signals that end a run to every lab, also to one that
// is only just being started when they come.
type Interrupts struct {
	mu    sync.Mutex
	came  []os.Signal
	labs  map[chan os.Signal]bool
	end   context.CancelFunc
	ended chan struct{}
	in    chan os.Signal
}

// mostSignals is how many are kept for one lab: the second kills it.
const mostSignals = 4

// Interruptible begins to listen, until stop. The context ends with the first
// signal.
func Interruptible() (ctx context.Context, i *Interrupts, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	i = &Interrupts{labs: map[chan os.Signal]bool{}, end: cancel, ended: make(chan struct{}), in: make(chan os.Signal, mostSignals)}
	signal.Notify(i.in, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	go func() { // ends with stop
		defer close(i.ended)
		for s := range i.in {
			i.hear(s)
		}
	}()
	return ctx, i, func() {
		signal.Stop(i.in)
		close(i.in)
		<-i.ended
		cancel()
	}
}

func (i *Interrupts) hear(s os.Signal) {
	i.end()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.came = append(i.came, s)
	for lab := range i.labs {
		give(lab, s)
	}
}

func give(lab chan os.Signal, s os.Signal) {
	select {
	case lab <- s:
	default: // it has enough of them
	}
}

// signals are those for one lab, until leave.
func (i *Interrupts) signals() (lab chan os.Signal, leave func()) {
	lab = make(chan os.Signal, mostSignals)
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.came) > 0 {
		give(lab, i.came[0])
	}
	i.labs[lab] = true
	return lab, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.labs, lab)
	}
}
