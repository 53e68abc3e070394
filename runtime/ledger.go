package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// A ledger holds the debts of a session: for each thing made, how to unmake it.
type ledger struct {
	mu      sync.Mutex
	debts   []*debt
	settled bool
}

type debt struct {
	what  string // for messages: "namespace client"
	apart bool   // it may be paid at the same time as others that are apart
	once  sync.Once
	undo  func(context.Context) error
	err   error
}

// owe records how to unmake something that was just made. Call it on the line
// after the thing is made, before anything else can fail. What is made after
// the ledger was settled, by a goroutine that was late, is unmade at once.
func (l *ledger) owe(what string, undo func(context.Context) error) *debt {
	return l.add(&debt{what: what, undo: undo})
}

// oweApart is owe for what may be unmade beside others of its kind.
func (l *ledger) oweApart(what string, undo func(context.Context) error) *debt {
	return l.add(&debt{what: what, undo: undo, apart: true})
}

func (l *ledger) add(d *debt) *debt {
	l.mu.Lock()
	settled := l.settled
	if !settled {
		l.debts = append(l.debts, d)
	}
	l.mu.Unlock()
	if settled {
		_ = d.pay(context.Background()) // kept in d; nobody is left to be told
	}
	return d
}

// pay unmakes d now, once; later calls return what the first one did.
func (d *debt) pay(ctx context.Context) error {
	d.once.Do(func() {
		if err := d.undo(ctx); err != nil {
			d.err = fmt.Errorf("%s: %w", d.what, err)
		}
	})
	return d.err
}

// settle pays every debt, newest first; those that are apart and were made one
// after another at the same time, as many as there are processors. It goes on
// past failures and returns them all.
func (l *ledger) settle(ctx context.Context) error {
	l.mu.Lock()
	debts := l.debts
	l.debts, l.settled = nil, true
	l.mu.Unlock()
	var errs []error
	for i := len(debts) - 1; i >= 0; i-- {
		first := i
		for first > 0 && debts[i].apart && debts[first-1].apart {
			first--
		}
		if first < i {
			payAtOnce(ctx, debts[first:i+1])
		}
		for ; i > first; i-- {
			errs = append(errs, debts[i].pay(ctx))
		}
		errs = append(errs, debts[i].pay(ctx))
	}
	return errors.Join(errs...)
}

// payAtOnce pays debts in no order; what comes of it they know.
func payAtOnce(ctx context.Context, debts []*debt) {
	next := make(chan *debt)
	var all sync.WaitGroup
	for range Processors() {
		all.Go(func() {
			for d := range next {
				_ = d.pay(ctx)
			}
		})
	}
	for _, d := range slices.Backward(debts) {
		next <- d
	}
	close(next)
	all.Wait()
}
