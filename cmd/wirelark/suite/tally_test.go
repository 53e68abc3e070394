package suite

import (
	"bytes"
	"testing"

	"wirelark/builtins"
)

// What is kept of tests that have ended does not grow with what they printed.
func TestOutputsAreBounded(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 2*kept)
	of := func(r *Runner, s Status, lost int64) *Result {
		res := &Result{Status: s, Output: bytes.Clone(long), Lost: lost, Outcome: builtins.Outcome{Checks: 1}}
		r.spare(res)
		return res
	}
	r := &Runner{}
	if res := of(r, Passed, 3); res.Output != nil || res.Lost != 0 || res.Outcome.Checks != 0 {
		t.Errorf("passed: got %d bytes kept, want none", len(res.Output))
	}
	if res := of(r, Failed, 3); len(res.Output) != len(long) || res.Lost != 3 || res.Outcome.Checks != 1 {
		t.Errorf("failed: got %d bytes kept, want all %d", len(res.Output), len(long))
	}
	r.Outputs = true
	const gap = "\n… 516099 bytes of its output were not kept …\n"
	if res := of(r, Passed, 3); len(res.Output) != keptOfOne+len(gap) || !bytes.Contains(res.Output, []byte(gap)) || res.Lost != 0 {
		t.Errorf("passed, for a report: got %d bytes kept: %.60q", len(res.Output), res.Output[keptOfOne/2:])
	}
	whole := 0
	for range keptOfFail / len(long) * 2 {
		if res := of(r, Failed, 0); len(res.Output) == len(long) {
			whole++
		} else if len(res.Output) > keptOfOne+len(gap) {
			t.Fatalf("failed, one of many: got %d bytes kept", len(res.Output))
		}
	}
	if most := keptOfFail / len(long); whole >= most || whole < most-2 {
		t.Errorf("failed: got %d kept whole, want about %d", whole, most)
	}
}
