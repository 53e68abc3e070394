package builtins

import (
	"context"
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// promptWith is a prompt without a lab that has these names besides builtins.
func promptWith(t *testing.T, text string) *Prompt {
	t.Helper()
	sc := newScript(context.Background(), nil, Options{})
	names, err := starlark.ExecFileOptions(dialect, &starlark.Thread{}, "names.star", text, sc.env)
	if err != nil {
		t.Fatal(err)
	}
	p := &Prompt{sc: sc, names: starlark.StringDict{}}
	for _, d := range []starlark.StringDict{sc.env, names} {
		for name, v := range d {
			p.names[name] = v
		}
	}
	return p
}

func TestComplete(t *testing.T) {
	p := promptWith(t, `
host = struct(name = "a", nested = struct(deep = 1))
host_number = 1
def connect(left, right, *rest, cost = 1, **more): pass
`)
	for _, row := range []struct {
		before []string // lines of the same statement
		line   string
		word   string
		want   string // "… x" for these among others, "" for none
	}{
		{nil, "hos", "hos", "host host_number"},
		{nil, "x = hos", "hos", "host host_number"},
		{nil, "host.", "", "name nested"},
		{nil, "host.nested.de", "de", "deep"},
		{nil, "host.nested.no.x", "x", ""},
		{nil, "host_number.", "", ""},
		{nil, "nobody.", "", ""},
		{nil, "f(1).", "", ""},
		{nil, `"a".startsw`, "startsw", ""},
		{nil, "json.dec", "dec", "decode"},
		{nil, "math.po", "po", "pow"},
		{nil, "sort", "sort", "sorted"},
		{nil, "lam", "lam", "lambda"},
		{nil, "netns_", "netns_", "netns_del"},
		{nil, "·", "", "… host"},
		{nil, "connect(", "", "cost =  left =  right = "},
		{nil, "connect(1, ", "", "cost =  right = "},
		{nil, "connect(1, cost = 2, ", "", "right = "},
		{nil, "connect(f(1, 2), [3, 4], ", "", "cost = "},
		{nil, "connect(1, 2, cost = 3, ", "", "… host"},
		{nil, "connect(1, ri", "ri", "right = "},
		{nil, "connect(1, right = hos", "hos", "host host_number"},
		{nil, "connect(right = 1, r", "r", "range read_file read_in repr require return reversed route route_del route_get routes rule rule_del rules"},
		{nil, "connect(left == 1, ri", "ri", "right = "},
		{nil, "connect([1, ri", "ri", ""},
		{nil, "connect((1, 2), cos", "cos", "cost = "},
		{nil, "connect(1) + cos", "cos", ""},
		{[]string{"connect(1,"}, "    cos", "cos", "cost = "},
		{nil, "veth(a, b, mt", "mt", "mtu = "},
		{nil, `print("ho`, "ho", ""},
		{nil, `print('it\'s ho`, "ho", ""},
		{nil, "x = 1 # ho", "ho", ""},
		{[]string{`x = """a`}, "ho", "ho", ""},
		{[]string{`x = """a`, `"""`}, "hos", "hos", "host host_number"},
	} {
		p.lines = row.before
		word, options := p.Complete(row.line)
		if word != row.word {
			t.Errorf("%q: got word %q, want %q", row.line, word, row.word)
		}
		if some := strings.Split(row.want, "… "); len(some) > 1 {
			for _, want := range some[1:] {
				if !slices.Contains(options, strings.TrimSuffix(want, " ")) && !slices.Contains(options, want) {
					t.Errorf("%q: got %q, want %q among them", row.line, options, want)
				}
			}
			if slices.ContainsFunc(options, func(s string) bool { return strings.HasPrefix(s, "·") }) {
				t.Errorf("%q: got %q, want nothing that cannot be written", row.line, options)
			}
			continue
		}
		if got := strings.Join(options, " "); got != row.want {
			t.Errorf("%q: got %q, want %q", row.line, got, row.want)
		}
	}
}

// TestWhole: a statement is asked for no longer than it takes.
func TestWhole(t *testing.T) {
	for _, row := range []struct {
		text string
		want bool
	}{
		{"", true}, {"x", true}, {"# a comment", true}, {"x = (", false}, {"x = (\n1)", true}, {`"""`, false}, {"\"\"\"\n\"\"\"", true},
		{"def f():", false}, {"def f():\n  pass", false}, {"def f():\n  pass\n", true}, {"if x: y", false}, {"if x: y\n", true},
		{"if x:\n  y\nelse:", false}, {"x = ]", true}, {"for i in x:\n  y\n  # z", false}, {"a; b", true}, {"x = 1 +", true},
	} {
		if got := whole(strings.Split(row.text, "\n")); got != row.want {
			t.Errorf("%q: got %v, want %v", row.text, got, row.want)
		}
	}
}

// FuzzComplete: whatever stands on a line, what completes it begins with its
// last word.
func FuzzComplete(f *testing.F) {
	for _, text := range []string{"", "x = (", `"""a`, "f(a, b", "host.nested.", "])}", `'\`, "netns(name = (", "·", "a.b.c(d.", "#"} {
		f.Add(text, text)
	}
	p := &Prompt{sc: newScript(context.Background(), nil, Options{}), names: starlark.StringDict{"host": starlark.String("a")}}
	f.Fuzz(func(t *testing.T, before, line string) {
		p.lines = strings.Split(before, "\n")
		word, options := p.Complete(line)
		if !strings.HasSuffix(line, word) {
			t.Errorf("got word %q, want the end of %q", word, line)
		}
		for _, o := range options {
			if !strings.HasPrefix(o, word) {
				t.Errorf("got %q, want what begins with %q", o, word)
			}
		}
		p.whole()
	})
}
