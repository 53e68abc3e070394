package talk

import (
	"context"
	"time"
)

// deadline bounds a wait by time and by ctx, until stop. stop waits for what
// ctx's end sets, lest it cut the next wait short.
func deadline(ctx context.Context, set func(time.Time) error, until time.Time) (stop func(), err error) {
	if err := set(until); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		_ = set(time.Unix(1, 0)) // of one that was closed, nobody waits
		close(done)
	})
	return func() {
		if !cancel() {
			<-done
		}
	}, nil
}
