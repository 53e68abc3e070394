package sandbox

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestClockStandsStill while it is paused, and loses no limit that passed at
// the same moment.
func TestClockStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := newClock(3 * time.Second)
		<-time.After(time.Second)
		c.pause()
		if c.passed != nil {
			t.Error("got a limit that passes in a pause")
		}
		<-time.After(time.Hour)
		c.resume()
		<-c.passed
		if got := time.Since(start); got != time.Hour+3*time.Second {
			t.Errorf("got the limit after %s, want after an hour and 3 s", got)
		}
		c = newClock(time.Second)
		<-time.After(2 * time.Second)
		c.pause()
		c.resume()
		<-c.passed
		c = newClock(time.Second)
		c.pause()
		c.end() // the script has ended, or the lab
		c.resume()
		if c.passed != nil {
			t.Error("got a limit of a script that has none any more")
		}
		newClock(0).resume()
	})
}
