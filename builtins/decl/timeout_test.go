package decl

import (
	"testing"
	"time"

	"go.starlark.net/starlark"
)

// TestTimeoutsAreStretchedAndJudged shows that every parameter "timeout" is,
// and nothing else.
func TestTimeoutsAreStretchedAndJudged(t *testing.T) {
	for _, c := range []struct {
		name string
		slow float64
		want time.Duration // which the body sees
		late bool
	}{
		{"timeout", 0, time.Millisecond, true},
		{"timeout", 1, time.Millisecond, true},
		{"timeout", 3600_000, time.Hour, false},
		{"during", 3600_000, time.Millisecond, false},
	} {
		late, got := false, time.Duration(0)
		b := &Builtin[int]{Name: "wait", Params: func(p *Params) Func[int] {
			limit := Or(p, c.name, Duration, time.Millisecond, "how long")
			return func(*Call[int]) (starlark.Value, error) {
				got = *limit
				if c.late {
					<-time.After(*limit)
				}
				return starlark.None, nil
			}
		}}
		fn := b.Bind(func(*starlark.Thread) *Call[int] {
			return &Call[int]{Slow: c.slow, Late: func(l Late) {
				late = l.Builtin == "wait" && l.Limit == c.want && time.Since(l.Began) >= l.Limit && l.Value == starlark.None && l.Err == nil
			}}
		})
		if _, err := starlark.Call(new(starlark.Thread), fn, nil, nil); err != nil {
			t.Fatal(err)
		}
		if got != c.want || late != c.late {
			t.Errorf("%s, slow %g: got %s, late %t; want %s, %t", c.name, c.slow, got, late, c.want, c.late)
		}
	}
}
