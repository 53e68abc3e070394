package decl

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"
)

// sample is a builtin with every sort of parameter; its body says what it got.
func sample() *Builtin[int] {
	return &Builtin[int]{
		Name: "sample", Summary: "Try.", Returns: "str",
		Params: func(p *Params) Func[int] {
			a := Arg(p, "first", Str, "the first")
			b := Or(p, "second", Int(1, 9), 5, "the second")
			p.KeywordsOnly()
			c := Maybe(p, "wait", Duration, "how long")
			d := Or(p, "names", List(Str), nil, "some names")
			e := Both(p, "ends", Int(0, 9), "at either end")
			f := Or(p, "mode", OneOf("fast", "slow"), "slow", "which way")
			return func(*Call[int]) (starlark.Value, error) {
				wait := "none"
				if *c != nil {
					wait = (*c).String()
				}
				ends := ""
				for _, end := range []*int{e.A, e.B} {
					if end == nil {
						ends += "-"
					} else {
						ends += fmt.Sprint(*end)
					}
				}
				return starlark.String(fmt.Sprint(*a, *b, wait, *d, ends, *f, e.A != nil && e.A == e.B)), nil
			}
		},
	}
}

// eval calls the sample as a script does.
func eval(t *testing.T, b *Builtin[int], expr string) (starlark.Value, error) {
	t.Helper()
	env := starlark.StringDict{b.Name: b.Bind(func(*starlark.Thread) *Call[int] { return &Call[int]{} })}
	return starlark.Eval(&starlark.Thread{}, "x.star", expr, env)
}

func TestUnpack(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{`sample("a")`, `a5none[]--slowfalse`},
		{`sample("a", 3, wait = 2, names = ["x", "y"], ends = (1, None), mode = "fast")`, `a32s[x y]1-fastfalse`},
		{`sample(second = 9, first = "b", wait = None, names = "z", ends = 7)`, `b9none[z]77slowtrue`},
		{`sample("a", ends = (4, 4))`, `a5none[]44slowfalse`},
		{`sample("a", ends = None)`, `a5none[]--slowfalse`},
		{`sample(*["a", 2], **{"mode": "fast"})`, `a2none[]--fastfalse`},
		{`sample("a", names = ())`, `a5none[]--slowfalse`},
	} {
		v, err := eval(t, sample(), c.call)
		if err != nil {
			t.Errorf("%s: got %v, want none", c.call, err)
		} else if got := strings.Join(strings.Fields(string(v.(starlark.String))), ""); got != strings.ReplaceAll(c.want, " ", "") {
			t.Errorf("%s: got %s, want %s", c.call, got, c.want)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{`sample()`, "sample: first: is missing"},
		{`sample("a", 1, 2)`, "sample: got 3 positional arguments, want at most 2; by name: wait, names, ends, mode"},
		{`sample(1)`, "sample: first: got int, want str"},
		{`sample("a", first = "b")`, "sample: first: is given twice"},
		{`sample("a", secnod = 1)`, "sample: no parameter secnod (did you mean second?)"},
		{`sample("a", zzz = 1)`, "sample: no parameter zzz: there are first, second, wait, names, ends, mode"},
		{`sample("a", 10)`, "sample: second: 10 is out of range: 1 to 9"},
		{`sample("a", 10 * "x")`, "sample: second: got str, want int"},
		{`sample("a", wait = "x")`, `sample: wait: "x" is no duration: write "5ms", "1.5s", "2m" or "1h30m", or a number of seconds`},
		{`sample("a", names = ["x", 1])`, "sample: names: [1]: got int, want str"},
		{`sample("a", names = None)`, "sample: names: got None, want str, or a list of them"},
		{`sample("a", ends = (1, 2, 3))`, "sample: ends: got 3 values, want one for both ends or a pair, one for each"},
		{`sample("a", ends = (1, "x"))`, "sample: ends: got str, want int"},
		{`sample("a", mode = "fats")`, `sample: mode: "fats" is none of "fast", "slow" (did you mean "fast"?)`},
		{`sample("a", mode = "` + strings.Repeat("x", 1000) + `")`, `sample: mode: "` + strings.Repeat("x", 59) + `…" is none of "fast", "slow"`},
		{`sample("a", second = 1 << 500)`, "sample: second: 32733906078961418700131896968275991522166420460430647894832… is out of range: 1 to 9"},
	} {
		_, err := eval(t, sample(), c.call)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.call, err, c.want)
		}
		var misuse *Misuse
		if !errors.As(err, &misuse) {
			t.Errorf("%s: got %v, want a misuse", c.call, err)
		}
	}
}

func TestVariadicTakesAllThatFollows(t *testing.T) {
	b := &Builtin[int]{Name: "many", Params: func(p *Params) Func[int] {
		first := Arg(p, "first", Str, "")
		rest := Many(p, "rest", Int(0, 99), "")
		named := Or(p, "named", Str, "n", "")
		return func(*Call[int]) (starlark.Value, error) {
			return starlark.String(fmt.Sprint(*first, *rest, *named)), nil
		}
	}}
	for _, c := range []struct{ call, want string }{
		{`many("a", 1)`, `"a[1]n"`},
		{`many("a", 1, 2, 3, named = "x")`, `"a[1 2 3]x"`},
		{`many("a")`, "many: rest: is missing"},
		{`many("a", 1, "b")`, "many: rest: got str, want int"},
		{`many("a", rest = 1)`, "many: rest: is given by position, not by name"},
		{`many("a", 1, first = "b")`, "many: first: is given twice"},
	} {
		v, err := eval(t, b, c.call)
		got := fmt.Sprint(v)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.call, got, c.want)
		}
	}
	if got, want := b.Head(), `many(first: str, *rest: int, named: str = "n") -> `; got != want {
		t.Errorf("got head %q, want %q", got, want)
	}
}

func TestPanicInABuiltinIsABug(t *testing.T) {
	b := &Builtin[int]{Name: "bad", Params: func(*Params) Func[int] {
		return func(*Call[int]) (starlark.Value, error) { var m map[string]int; m["x"] = 1; return nil, nil }
	}}
	_, err := eval(t, b, "bad()")
	var bug *Bug
	if !errors.As(err, &bug) || !strings.HasPrefix(err.Error(), "bad: internal error, please report it: assignment to entry in nil map") || len(bug.Stack) == 0 {
		t.Errorf("got %v, want a bug with its stack", err)
	}
	if _, err := eval(t, b, "bad(1)"); err == nil || err.Error() != "bad: got 1 positional argument, want at most 0" {
		t.Errorf("got %v, want at most 0 arguments", err)
	}
	if _, err := eval(t, b, "bad(x = 1)"); err == nil || err.Error() != "bad: no parameter x: it takes none by name" {
		t.Errorf("got %v, want that it takes none", err)
	}
}

// TestErrorNamesABuiltinOnce: a thing may be called as the builtin is.
func TestErrorNamesABuiltinOnce(t *testing.T) {
	for _, c := range []struct{ builtin, text, want string }{
		{"netns", "netns a already exists", "netns a already exists"},
		{"route", "routes are gone", "route: routes are gone"},
		{"link", "interface lo is up", "link: interface lo is up"},
		{"addr", "addr", "addr: addr"},
	} {
		if got := (&Error{c.builtin, errors.New(c.text)}).Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestVetTellsWhatTheTextTells(t *testing.T) {
	known := func(s string) Literal { return Literal{Value: starlark.String(s)} }
	for _, c := range []struct {
		args []Literal
		want string
	}{
		{[]Literal{known("a")}, ""},
		{[]Literal{{}}, ""},
		{[]Literal{{}, {}, {}}, "sample: got 3 positional arguments, want at most 2; by name: wait, names, ends, mode"},
		{[]Literal{{Name: "first"}, {Name: "ends"}, {Name: "names"}}, ""},
		{[]Literal{{}, {Name: "first"}}, "sample: first: is given twice"},
		{[]Literal{{}, {Name: "wiat"}}, "sample: no parameter wiat (did you mean wait?)"},
		{nil, "sample: first: is missing"},
		{[]Literal{{}, {Name: "wait", Value: starlark.String("5")}}, `sample: wait: "5" has no unit: write "5s", "5ms", or a number of seconds`},
	} {
		err := sample().Vet(c.args)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%v: got %q, want %q", c.args, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"netns", "veth", "bridge", "link_set", "link_del", "exec_in", "mtu"}
	for name, want := range map[string]string{
		"netn": "netns", "ntens": "netns", "vteh": "veth", "VETH": "veth", "brigde": "bridge", "linkset": "link_set", "mut": "mtu", "mtuu": "mtu", "execin": "exec_in",
		"x": "", "": "", "exec": "exec_in", "frobnicate": "", "bridge_of_sighs": "bridge",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestShortDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", time.Minute: "1m", time.Hour: "1h", 90 * time.Minute: "1h30m", time.Hour + time.Second: "1h0m1s", 1500 * time.Microsecond: "1.5ms", 10 * time.Minute: "10m", 10 * time.Second: "10s",
	} {
		if got := ShortDuration(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
