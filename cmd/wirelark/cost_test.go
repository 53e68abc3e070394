package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// startAllocs is how many objects our packages may make before main: some
// 1,650, and room. A lab starts this program three or four times; an expression with
// a counted repetition that is compiled there costs 0.3 ms each time.
const startAllocs = 2200

func TestStartIsCheap(t *testing.T) {
	c := exec.Command("wirelark", "version")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	sum := 0
	// Not those of the tests themselves, whose program this is.
	for _, m := range regexp.MustCompile(`(?m)^init wirelark/(?:runtime|builtins)\S* .* (\d+) allocs$`).FindAllSubmatch(text, -1) {
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if sum == 0 || sum > startAllocs {
		t.Errorf("got %d objects made before main, want 1 to %d:\n%s", sum, startAllocs, text)
	}
}
