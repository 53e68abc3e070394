package builtins

import (
	"fmt"
	"testing"

	"go.starlark.net/starlark"
)

// An askedFor value counts how often it is asked what it is called.
type askedFor struct {
	starlark.Value
	times *int
}

func (x askedFor) String() string {
	*x.times++
	return string(x.Value.(starlark.String))
}

func TestDiffAsksEachThingOnceWhatItIsCalled(t *testing.T) {
	const n = 100
	times := 0
	part := func(from int) []statePart {
		p := statePart{noun: "thing"}
		for i := range n {
			p.values = append(p.values, askedFor{starlark.String(fmt.Sprint(from + i)), &times})
		}
		return []statePart{p}
	}
	d := compare(&netState{parts: part(0)}, &netState{parts: part(n)})
	if len(d.added) != n || len(d.removed) != n {
		t.Fatalf("got %d added and %d removed, want %d", len(d.added), len(d.removed), n)
	}
	if want := 4 * n; times != want { // for its identity, and for its line
		t.Errorf("got asked %d times, want %d", times, want)
	}
}
