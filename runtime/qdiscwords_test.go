package runtime

import (
	"strings"
	"testing"
)

// TestRedIsToldAsTCReadsIt: tc takes the probability as a fraction, where a
// percent sign would be ignored, and warns if it is not told the bandwidth.
func TestRedIsToldAsTCReadsIt(t *testing.T) {
	_, words, err := qdiscByName("red").encode(map[string]TCValue{
		"limit": tcSize(100 << 10), "min": tcSize(10 << 10), "max": tcSize(30 << 10), "probability": {Form: FormRatio, Ratio: 0.05},
	})
	must(t, err)
	if got, want := strings.Join(words, " "), "limit 102400 min 10240 max 30720 avpkt 1000 probability 0.05 bandwidth 10mbit"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestNetemSeedDiffers: of each link and place another, the same in each run.
func TestNetemSeedDiffers(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	e, f := pair(t, s, a, b, "", "")
	seen := map[uint64]bool{e.netemSeed(TCRoot): true, f.netemSeed(TCRoot): true, e.netemSeed(1<<16 | 1): true}
	if len(seen) != 3 || !seen[e.netemSeed(TCRoot)] {
		t.Errorf("got %v", seen)
	}
}
