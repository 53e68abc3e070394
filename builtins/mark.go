package builtins

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var mark = &builtin{
	Name:    "mark",
	Group:   "test",
	Summary: "Say more about a test: its parameters, tags, needs and limits.",
	Detail: "It stands at the top level of the file, after the function. `params` makes a test of each dict of a list, whose keys are parameters of the function; or of each combination of a dict of lists. " +
		"wirelark test must know the tests before it runs any, so nothing in a mark may depend on what the script makes. " +
		"With `xfail` the test must fail, because of a bug that is reported there; if it passes, that is a failure. wirelark run takes no notice of marks.",
	Example: `def test_mtu(mtu):
    a, b = netns("a"), netns("b")
    e, _ = veth(a, b, mtu = mtu)
    check(e.mtu == mtu)

mark(test_mtu, params = {"mtu": [1280, 9000]}, tags = "quick")`,
	Returns: "None",
	Params: func(p *params) body {
		fn := decl.Arg(p, "fn", testFunction, "the test: a function test_…")
		p.KeywordsOnly()
		cases := decl.Maybe(p, "params", decl.Value, "a list of dicts, one for each test; or a dict of lists, of which each combination is a test")
		tags := decl.Maybe(p, "tags", decl.List(tagType), "words that --tags chooses by")
		requires := decl.Maybe(p, "requires", decl.List(decl.Str), "what the test needs, as require takes it: it is tried before the file's top level runs, and without it the test is skipped")
		timeout := decl.Maybe(p, "timeout", decl.Duration, "its time limit; left out, that of --timeout")
		xfail := decl.Maybe(p, "xfail", decl.Str, "where the bug is reported because of which it must fail")
		return func(c *call) (starlark.Value, error) {
			m := &marked{tags: orZero(*tags), requires: orZero(*requires), timeout: orZero(*timeout), xfail: orZero(*xfail)}
			if *xfail != nil && m.xfail == "" {
				return nil, decl.Misusef("xfail: is empty: say where the bug is reported")
			}
			if *timeout != nil && m.timeout == 0 {
				return nil, decl.Misusef("timeout: must be more than zero")
			}
			for _, name := range m.requires {
				if err := checkFeature("requires", name); err != nil {
					return nil, err
				}
			}
			var err error
			if *cases != nil {
				m.cases, err = testCases(*fn, **cases)
			}
			if err != nil {
				return nil, err
			}
			return starlark.None, c.Script.mark(*fn, m)
		}
	},
}

// marked is what a mark says of a test.
type marked struct {
	cases    []testCase // nil without params
	tags     []string
	requires []string
	timeout  time.Duration // 0 for the usual
	xfail    string        // "" if it must pass
}

// A testCase is a test's parameters in one of its runs.
type testCase struct {
	name string // as a test's name has it: "kind=full-cone,mtu=1280"
	args []starlark.Tuple
}

// mark keeps what is said of a test, once.
func (sc *script) mark(fn *starlark.Function, m *marked) error {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if sc.marks == nil {
		sc.marks = map[string]*marked{}
	}
	if sc.marks[fn.Name()] != nil {
		return decl.Misusef("fn: %s is marked already: say all of it in one mark", fn.Name())
	}
	sc.marks[fn.Name()] = m
	return nil
}

// testPrefix is how the names of tests begin.
const testPrefix = "test_"

var testFunction = decl.Type[*starlark.Function]{Name: "function", From: func(v starlark.Value) (*starlark.Function, error) {
	fn, ok := v.(*starlark.Function)
	switch {
	case !ok:
		return nil, decl.Wrong(v, "a function test_…")
	case !strings.HasPrefix(fn.Name(), testPrefix):
		return nil, decl.Misusef("%s is no test: the names of tests begin with test_", fn.Name())
	}
	return fn, nil
}, Show: func(fn *starlark.Function) string { return fn.Name() }}

var tagType = decl.Type[string]{Name: "str", From: func(v starlark.Value) (string, error) {
	s, ok := starlark.AsString(v)
	switch {
	case !ok:
		return "", decl.Wrong(v, "str")
	case !isTag(s):
		return "", decl.Misusef("%q is no tag: a tag is a word of letters, digits, '_', '-' and '.', and none of and, or, not", s)
	}
	return s, nil
}, Show: func(s string) string { return fmt.Sprintf("%q", s) }}

func isTag(s string) bool {
	return s != "" && !slices.Contains([]string{"and", "or", "not"}, s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("_-.", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// checkFeature refuses what is no feature that can be tried.
func checkFeature(param, name string) error {
	if _, isProgram := strings.CutPrefix(name, "program:"); isProgram || runtime.IsFeature(name) {
		return nil
	}
	hint := ""
	if near := decl.Nearest(name, runtime.FeatureNames()); near != "" {
		hint = " (did you mean \"" + near + "\"?)"
	}
	return decl.Misusef("%s: %q is no feature that can be tried%s: a program is named as \"program:%s\"", param, name, hint, name)
}

// mostCases is how many tests one function makes at most.
const mostCases = 10000

// testCases are the runs that params ask for.
func testCases(fn *starlark.Function, v starlark.Value) ([]testCase, error) {
	if hasUnknown(v) {
		return nil, errNeedsLab
	}
	var rows [][]starlark.Tuple
	var err error
	switch v := v.(type) {
	case *starlark.Dict:
		rows, err = product(v)
	case starlark.Sequence:
		rows, err = listed(v)
	default:
		err = decl.Wrong(v, "a list of dicts, or a dict of lists")
	}
	if err == nil && len(rows) == 0 {
		err = errors.New("there is no case in it, so no test")
	}
	if err == nil && len(rows) > mostCases {
		err = fmt.Errorf("%d cases are too many: the limit is %d", len(rows), mostCases)
	}
	if err != nil {
		return nil, decl.Misusef("params: %s", err)
	}
	names := map[string]bool{}
	cases := make([]testCase, len(rows))
	for i, args := range rows {
		if err := fits(fn, args); err != nil {
			return nil, decl.Misusef("params: case %d: %s", i+1, err)
		}
		cases[i] = testCase{caseName(args, i, names), args}
	}
	return cases, nil
}

// listed are the cases of a list of dicts.
func listed(seq starlark.Sequence) (rows [][]starlark.Tuple, err error) {
	it := seq.Iterate()
	defer it.Done()
	var v starlark.Value
	for i := 1; it.Next(&v); i++ {
		d, ok := v.(*starlark.Dict)
		if !ok {
			return nil, fmt.Errorf("case %d: got %s, want dict", i, decl.TypeName(v))
		}
		rows = append(rows, d.Items())
	}
	return rows, nil
}

// product are the combinations of a dict of lists; the last changes fastest.
func product(d *starlark.Dict) ([][]starlark.Tuple, error) {
	rows := [][]starlark.Tuple{nil}
	for _, kv := range d.Items() {
		seq, ok := kv[1].(starlark.Sequence)
		if _, isDict := kv[1].(*starlark.Dict); !ok || isDict {
			return nil, fmt.Errorf("%s: got %s, want a list of its values", kv[0], decl.TypeName(kv[1]))
		}
		if len(rows)*seq.Len() > mostCases {
			return nil, fmt.Errorf("the combinations are too many: the limit is %d", mostCases)
		}
		var next [][]starlark.Tuple
		for _, row := range rows {
			it := seq.Iterate()
			var v starlark.Value
			for it.Next(&v) {
				next = append(next, append(slices.Clone(row), starlark.Tuple{kv[0], v}))
			}
			it.Done()
		}
		rows = next
	}
	return rows, nil
}

// fits refuses parameters that a function does not take, and says which it
// lacks. Its first is t, if that is its name.
func fits(fn *starlark.Function, args []starlark.Tuple) error {
	given := map[string]bool{}
	var names []string
	for i := range decl.NamedParams(fn) {
		name, _ := fn.Param(i)
		names = append(names, name)
	}
	for _, kv := range args {
		name, ok := starlark.AsString(kv[0])
		switch {
		case !ok:
			return fmt.Errorf("key %s: got %s, want str", kv[0], decl.TypeName(kv[0]))
		case name == testParam && takesTest(fn):
			return fmt.Errorf("%s is the test itself", name)
		case !slices.Contains(names, name) && !fn.HasKwargs():
			return fmt.Errorf("%s has no parameter %s%s", fn.Name(), name, alternatives(name, names))
		}
		given[name] = true
	}
	for i, name := range names {
		if !given[name] && fn.ParamDefault(i) == nil && !(i == 0 && takesTest(fn)) {
			return fmt.Errorf("%s needs %s", fn.Name(), name)
		}
	}
	return nil
}

// testParam is the name of a test's first parameter that takes the test itself.
const testParam = "t"

func takesTest(fn *starlark.Function) bool {
	if decl.NamedParams(fn) == 0 {
		return false
	}
	name, _ := fn.Param(0)
	return name == testParam
}

// caseName is what a case is called: by its values if they are short, else by
// its number.
func caseName(args []starlark.Tuple, i int, taken map[string]bool) string {
	words := make([]string, len(args))
	for j, kv := range args {
		key, _ := starlark.AsString(kv[0])
		value := kv[1].String()
		if s, ok := starlark.AsString(kv[1]); ok {
			value = s
		}
		words[j] = key + "=" + value
	}
	name := strings.Join(words, ",")
	if len(name) > 80 || name == "" || strings.ContainsAny(name, "[]\"'\\") || printable(name) != name || strings.ContainsAny(name, "\t") {
		name = fmt.Sprintf("#%d", i+1)
	}
	if taken[name] {
		name = fmt.Sprintf("%s#%d", name, i+1)
	}
	taken[name] = true
	return name
}
