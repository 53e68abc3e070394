package runtime

import "fmt"

// OK reports whether a command exited with 0.
func (r *Result) OK() bool { return r.Code == 0 && r.Signal == "" && !r.TimedOut }

// Ending says in words how a command ended.
func (r *Result) Ending() string {
	switch {
	case r.TimedOut:
		return "killed at its deadline"
	case r.Signal != "":
		return "ended by " + r.Signal
	}
	return fmt.Sprintf("exit %d", r.Code)
}

// OK reports whether every request was answered.
func (r *PingResult) OK() bool { return r.Sent > 0 && len(r.Replies) == r.Sent }

// Loss is the share of requests that were not answered, 0 to 1.
func (r *PingResult) Loss() float64 {
	if r.Sent == 0 {
		return 1
	}
	return float64(r.Sent-len(r.Replies)) / float64(r.Sent)
}
