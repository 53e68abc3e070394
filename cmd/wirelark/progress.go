package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime/sandbox"
)

// A progress shows on a terminal which tests run, and how many have ended.
type progress struct {
	s     std
	on    bool
	total int
	start time.Time
	end   chan struct{}
	gone  chan struct{}

	mu      sync.Mutex
	done    int
	failed  int
	running []string
	shown   bool
}

func newProgress(s std, total int, o *testOptions) *progress {
	p := &progress{s: s, total: total, start: time.Now(), end: make(chan struct{}), gone: make(chan struct{})}
	p.on = term.IsTerminal(int(s.err.Fd())) && !o.json && !o.live
	if o.untilFail {
		p.total = 0
	}
	if !p.on {
		close(p.gone)
		return p
	}
	go func() { // ends with close
		defer close(p.gone)
		tick := time.NewTicker(slow / 2)
		defer tick.Stop()
		for {
			select {
			case <-p.end:
				return
			case <-tick.C:
				p.mu.Lock()
				p.draw()
				p.mu.Unlock()
			}
		}
	}()
	return p
}

func (p *progress) began(r *suite.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = append(p.running, r.ID())
	p.draw()
}

func (p *progress) ended(r *suite.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.running, r.ID()); i >= 0 {
		p.running = slices.Delete(p.running, i, i+1)
	}
	p.done++
	if r.Status.Bad() {
		p.failed++
	}
}

// hold takes the line away while f writes.
func (p *progress) hold(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	f()
	p.draw()
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.s.err, "\r\x1b[K")
		p.shown = false
	}
}

func (p *progress) draw() {
	if !p.on {
		return
	}
	p.clear()
	line := fmt.Sprintf("[%s] %d", time.Since(p.start).Round(time.Second), p.done)
	if p.total > 0 {
		line += fmt.Sprintf("/%d", p.total)
	}
	if p.failed > 0 {
		line += fmt.Sprintf(", %d failed", p.failed)
	}
	if len(p.running) > 0 {
		line += ": " + strings.Join(p.running, ", ")
	}
	fmt.Fprint(p.s.err, sandbox.Fit(line, p.s.err))
	p.shown = true
}

// close takes the line away for good.
func (p *progress) close() {
	if p.on {
		close(p.end)
	}
	<-p.gone
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.on = false
}
