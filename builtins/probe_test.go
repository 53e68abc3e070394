package builtins

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A trial runs a file with or without rewriting, in an environment whose
// watched builtins only hand on what they are given.
type trial struct {
	probes probes
	env    starlark.StringDict
	trace  []string // what was evaluated, in order
	thread starlark.Thread
}

func newTrial() *trial {
	tr := &trial{env: starlark.StringDict{}}
	tr.probes.declare(tr.env)
	note := func(name string, f func(*starlark.Thread, starlark.Tuple) (starlark.Value, error)) {
		tr.env[name] = starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			for _, kv := range kwargs {
				args = append(args, kv[1])
			}
			words := fmt.Sprint(name, args[:min(len(args), 1)], kwargs)
			if _, ok := args[0].(starlark.Callable); ok {
				words = name
			}
			tr.trace = append(tr.trace, words)
			return f(t, args)
		})
	}
	for name, i := range watched {
		note(name, func(t *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
			v := args[min(i.at, len(args)-1)]
			if fn, ok := v.(starlark.Callable); ok {
				return starlark.Call(t, fn, nil, nil)
			}
			return v, nil
		})
	}
	note("t", func(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) { return args[0], nil })
	return tr
}

// run returns what a file came to: its trace, its error and where that arose.
func (tr *trial) run(text string, rewritten bool) (string, error) {
	src := &source{path: "trial.star", text: []byte(text), lines: strings.Split(text, "\n")}
	f, err := dialect.Parse(src.path, src.text, 0)
	if err != nil {
		return "", err
	}
	if rewritten {
		tr.probes.rewrite(f, src)
	}
	prog, err := starlark.FileProgram(f, tr.env.Has)
	if err != nil {
		return "", err
	}
	globals, err := prog.Init(&tr.thread, tr.env)
	out := strings.Join(tr.trace, "\n") + "\n" + fmt.Sprint(globals["result"])
	var ee *starlark.EvalError
	if errors.As(err, &ee) {
		out += "\nerror: " + ee.Msg
		for _, fr := range ee.CallStack {
			if fr.Pos.Filename() == src.path {
				out += "\n" + fr.Pos.String() + " " + fr.Name
			}
		}
	}
	return out, nil
}

// A writer of expressions, with mistakes in them.
type exprs struct {
	*rand.Rand
	depth int
}

func (g *exprs) pick(list ...string) string { return list[g.IntN(len(list))] }

// gap is white space within parentheses, over a line's end now and then.
func (g *exprs) gap() string { return g.pick("", "", "", " ", "\n   ", "\t", "  # \"c' (\n ") }

func (g *exprs) leaf() string {
	return g.pick("1", "0", "-3", "1.5", `"a"`, `"äö"`, `"a\"]b"`, "''", "r'\\x'", `"""x"""`, "True", "False", "None", "a", "b", "s", "l", "d", "n", "[]", "{}", "()", "b'x'", "0x1f")
}

func (g *exprs) expr() string {
	if g.depth == 0 {
		return g.leaf()
	}
	g.depth--
	defer func() { g.depth++ }()
	e, w := g.expr, g.gap
	switch g.IntN(26) {
	case 0, 1, 2:
		return e() + " " + g.pick("==", "!=", "<", "<=", ">", ">=", "in", "not in") + " " + g.leaf()
	case 3, 4:
		return e() + " and " + e()
	case 5, 6:
		return e() + " or " + e()
	case 7:
		return "not " + e()
	case 8:
		return g.leaf() + " " + g.pick("+", "-", "*", "//", "%", "|", "&", "^", "<<") + " " + e()
	case 9:
		return "-" + g.leaf()
	case 10, 11:
		return "(" + w() + e() + w() + ")"
	case 12:
		return "[" + w() + e() + "," + w() + e() + "]"
	case 13:
		return "(" + e() + "," + w() + e() + ")"
	case 14:
		return "{" + g.leaf() + ":" + w() + e() + "}"
	case 15, 16:
		return "(" + e() + ")[" + w() + g.pick("0", "1", "-1", "9", "'k'", e()) + w() + "]"
	case 17:
		return "l[" + g.pick("", "0", "a") + ":" + w() + g.pick("", "1", "b") + g.pick("", ":", ":1") + "]"
	case 18:
		return "(" + e() + " if " + e() + " else " + e() + ")"
	case 19:
		return "[" + g.pick("x", "(x, a)", "t(x)") + " for x in " + g.pick("l", "[1, 2]", "d", "("+e()+")") + g.pick("", " if x", " if x == a") + "]"
	case 20:
		return "t(" + w() + e() + w() + ")"
	case 21:
		return "f(" + e() + ", " + g.pick("y = ", "", "*", "**") + "(" + e() + "))"
	case 22:
		return "(lambda x" + g.pick("", " = 1") + ": " + e() + ")(" + g.pick(g.leaf(), "") + ")"
	case 23:
		return g.pick("s", "n", "l", "d", "'a b'", "n.m") + "." + g.pick("upper()", "split(' ')", "get('k')", "m", "m.z", "x", "keys()", "append(1)", "format(a, b)")
	case 24:
		return g.pick("check(", "expect(", "check(cond = ") + e() + g.pick(")", ", 'm')")
	}
	return g.pick("attempt", "eventually", "check_fails", "always") + "(lambda" + g.pick(": ", " x = 1: ") + e() + ")"
}

const trialHead = `
a, b, s, l, d = 1, 2, "text", [1, 2, [3]], {"k": 5, 1: 2}
n = struct(m = struct(z = l), x = "ö")
def f(x, y = 2, *args, **kwargs):
    return [x, y, args, kwargs] if x else x.missing
`

// TestRewritingChangesNothing compares files with and without rewriting: what
// is evaluated, in which order, with which result, and where what fails.
func TestRewritingChangesNothing(t *testing.T) {
	g := &exprs{Rand: rand.New(rand.NewPCG(1, 2)), depth: 4}
	rounds := 6000
	if testing.Short() {
		rounds = 500
	}
	ran, failed, parts := 0, 0, 0
	for range rounds {
		call := g.pick("check(%s)", "expect(%s, 'm')", "check(\n  %s\n)", "eventually(lambda: %s)", "known_bug('w', lambda: %s, 3)", "[check(%s) for x in l]",
			"(lambda check: check(%s))(t)", "check(%s) and expect(a)", "check_fails(lambda x = 2: %s)", "check(msg = 'm', cond = %s)", "known_bug(fn = lambda: %s)")
		text := trialHead + "result = " + strings.Replace(call, "%s", g.expr(), 1) + "\n"
		plain, rewritten := newTrial(), newTrial()
		for _, tr := range []*trial{plain, rewritten} {
			tr.env["struct"] = struct_.Native
		}
		want, err := plain.run(text, false)
		if err != nil {
			continue // it is no program
		}
		got, err := rewritten.run(text, true)
		if err != nil {
			t.Fatalf("%s\ngot %v when it was rewritten, want none", text, err)
		}
		if got != want {
			t.Fatalf("%s\ngot rewritten\n%s\nwant\n%s", text, got, want)
		}
		ran++
		if strings.Contains(want, "\nerror: ") {
			failed++
		}
		for _, s := range rewritten.probes.sites {
			for _, q := range append([]part{{text: s.text}}, s.parts...) {
				parts++
				if _, err := dialect.ParseExpr("part", "("+q.text+")", 0); err != nil && !strings.Contains(q.text, `"""`) {
					t.Fatalf("%s\ngot part %q of %q, which is no expression: %v", text, q.text, s.text, err)
				}
			}
		}
	}
	if ran < rounds/3 || failed < ran/20 || ran-failed < ran/20 {
		t.Errorf("got %d programs of %d, %d of which fail: want more of each", ran, rounds, failed)
	}
	t.Logf("%d programs, %d fail, %d parts", ran, failed, parts)
}

// corpus is every chunk and every script of the tree.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"../testdata/builtin/*.star", "../testdata/builtin/lib/*.star", "../scripts/*.star", "../scripts/*/*.star", "../scripts/*/*/*.star"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			list, err := readChunks(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				all[fmt.Sprintf("%s:%d", file, c.from+1)] = c.text(0, false)
			}
		}
	}
	if len(all) < 100 {
		t.Fatalf("got %d chunks, want more", len(all))
	}
	return all
}

// TestRewritingKeepsScriptsWhole: what resolves as it is resolves rewritten.
func TestRewritingKeepsScriptsWhole(t *testing.T) {
	sites := 0
	for name, text := range corpus(t) {
		sites += rewriteWhole(t, name, text)
	}
	if sites < 300 {
		t.Errorf("got %d conditions, want more", sites)
	}
}

// rewriteWhole rewrites a file and returns how many conditions it has.
func rewriteWhole(t *testing.T, name, text string) int {
	t.Helper()
	sc := newScript(t.Context(), nil, Options{})
	src := &source{path: name, text: []byte(text), lines: strings.Split(text, "\n")}
	compile := func(rewrite bool) error {
		f, err := dialect.Parse(name, src.text, 0)
		if err != nil {
			return err
		}
		if rewrite {
			sc.probes.rewrite(f, src)
		}
		_, err = starlark.FileProgram(f, sc.env.Has)
		return err
	}
	if compile(false) != nil {
		return 0
	}
	if err := compile(true); err != nil {
		t.Errorf("%s: got %v when it was rewritten, want none", name, err)
	}
	for _, s := range sc.probes.sites {
		if s.text == "" || slices.ContainsFunc(s.parts, func(q part) bool { return q.text == "" }) {
			t.Errorf("%s: %s: got an empty text in %+v", name, s.pos, s)
		}
	}
	return len(sc.probes.sites)
}

// TestExtentHoldsClosingBrackets: the parser's spans do not.
func TestExtentHoldsClosingBrackets(t *testing.T) {
	for _, text := range []string{
		"a", "()", "a[0]", "f(())", "a == ()", "a[0][1]", "a[0:1]", "a[:]", "-a[0]", "not a[0]", "b + a[0]", "b and a[0]", "x if y else a[0]", "lambda: a[0]", "lambda: -a[0:2]",
		"b, a[0]", "(b, a[0])", "[a[0]]", "{a[0]: a[1]}", "f(a[0])", "a[0].b", "a[b[0]]", "a[b[0]:c[1]]", "[x[0] for x in y[1]]", "(a[0])", "a.b", "'ä'[0]", "f(*a[0])", "a[0] == b[1]",
	} {
		e, err := dialect.ParseExpr("x", text, 0)
		if err != nil {
			t.Fatal(err)
		}
		start, end := extent(e)
		src := &source{lines: []string{text}}
		if got := src.between(start, end); got != text {
			t.Errorf("%s: got %q, want it all", text, got)
		}
	}
}

// TestConditionsAreRecordedAfresh: a condition that is not evaluated again
// leaves nothing to tell.
func TestConditionsAreRecordedAfresh(t *testing.T) {
	tr := newTrial()
	if _, err := tr.run("a = 1\nresult = check(a == 2)\n", true); err != nil {
		t.Fatal(err)
	}
	pos := syntax.MakePosition(intern("trial.star"), 2, 15)
	e := tr.probes.take(&tr.thread, pos)
	if got := e.operands(); len(got) != 1 || got[0] != (operand{"a", "1"}) {
		t.Errorf("got operands %v, want a = 1", got)
	}
	if e := tr.probes.take(&tr.thread, pos); e != nil {
		t.Errorf("got %v, want nothing the second time", e.operands())
	}
}
