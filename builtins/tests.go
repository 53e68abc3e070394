package builtins

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
)

// A Test is one that a file has, known without running it.
type Test struct {
	Function string // "" for the file itself
	Name     string // the function's, with the parameters of the case: "test_x[mtu=1280]"
	Case     int    // its number among the function's
	Line     int
	Tags     []string
	Requires []string
	Others   *Others       // what its lab need not parse; nil if there is nothing
	Timeout  time.Duration // 0 for the usual
	XFail    string        // where the bug is reported because of which it must fail
}

// Tests are the tests of a file that is in order, in the order of their
// functions. What marks say must be known before anything is made: the file's
// statements are tried one by one without a lab, and what needs one is passed
// over.
func (v *Vetting) Tests(file string) ([]Test, error) {
	f, err := v.sc.tree(file)
	if err != nil {
		return nil, err
	}
	var tests []Test
	var funcs []*syntax.DefStmt
	marks := false
	for _, stmt := range f.Stmts {
		if d, ok := stmt.(*syntax.DefStmt); ok && strings.HasPrefix(d.Name.Name, testPrefix) {
			funcs = append(funcs, d)
		}
		marks = marks || callsMark(stmt)
	}
	sc := newScript(v.sc.ctx, nil, v.sc.opt)
	if marks {
		if _, err := sc.tryOut(file, f, map[string]bool{}); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for i := len(funcs) - 1; i >= 0; i-- { // of two with one name the last counts
		if d := funcs[i]; seen[d.Name.Name] {
			return nil, &StaticError{[]Problem{{Pos: d.Def, Text: d.Name.Name + " is defined again further down, so this test would never run"}}}
		}
		seen[funcs[i].Name.Name] = true
	}
	src, err := v.sc.read(file)
	if err != nil {
		return nil, err
	}
	owners := ownersOf(f)
	for _, d := range funcs {
		m := sc.marks[d.Name.Name]
		if m == nil {
			m = &marked{}
		}
		t := Test{Function: d.Name.Name, Name: d.Name.Name, Line: int(d.Def.Line), Tags: m.tags, Requires: m.requires, Timeout: m.timeout, XFail: m.xfail, Others: othersOf(src, f, owners, d.Name.Name)}
		if m.cases == nil {
			if missing := needs(d); missing != "" {
				return nil, &StaticError{[]Problem{{Pos: d.Def, Text: fmt.Sprintf("%s needs %s, and no mark gives it", t.Name, missing), Hint: fmt.Sprintf(`write mark(%s, params = [{"%s": …}]) after it`, t.Name, missing)}}}
			}
			tests = append(tests, t)
			continue
		}
		for i, c := range m.cases {
			t.Name, t.Case = fmt.Sprintf("%s[%s]", d.Name.Name, c.name), i
			tests = append(tests, t)
		}
	}
	return tests, nil
}

// needs is the first parameter that a test without cases is not given.
func needs(d *syntax.DefStmt) string {
	for i, p := range d.Params {
		if id, ok := p.(*syntax.Ident); ok && (i > 0 || id.Name != testParam) {
			return id.Name
		}
	}
	return ""
}

func callsMark(stmt syntax.Stmt) bool {
	found := false
	syntax.Walk(stmt, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok {
			id, ok := c.Fn.(*syntax.Ident)
			found = found || ok && id.Name == mark.Name
		}
		return true
	})
	return found
}

// errNeedsLab says that a statement cannot be tried without a lab.
var errNeedsLab = errors.New("needs a lab")

// labless is what a file can say without one.
func (sc *script) labless() starlark.StringDict {
	env := starlark.StringDict{}
	for _, b := range All {
		if b.Group == "data" && b != readFile || b == mark {
			env[b.Name] = sc.env[b.Name]
			continue
		}
		env[b.Name] = starlark.NewBuiltin(b.Name, func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			return nil, errNeedsLab
		})
	}
	for name, v := range sc.env {
		if env[name] == nil {
			env[name] = v
		}
	}
	return env
}

// tryOut runs the statements of a file that need no lab and returns what they
// define; what is not known is an unknown. A mark that cannot be tried is an
// error.
func (sc *script) tryOut(file string, f *syntax.File, under map[string]bool) (starlark.StringDict, error) {
	if under[file] {
		return nil, errNeedsLab // vetting refuses circles
	}
	under[file] = true
	defer delete(under, file)
	globals := sc.labless()
	names := defined(f)
	for _, name := range names {
		globals[name] = unknown{name}
	}
	t, end := sc.main.thread("marks")
	defer end()
	t.SetMaxExecutionSteps(maxTrySteps)
	t.Print = func(*starlark.Thread, string) {}
	t.Load = func(_ *starlark.Thread, name string) (starlark.StringDict, error) {
		path, err := sc.locate(file, name)
		if err != nil {
			return nil, err
		}
		loaded, err := sc.tree(path)
		if err != nil {
			return nil, err
		}
		return sc.tryOut(path, loaded, under)
	}
	options := *f.Options
	options.LoadBindsGlobally = true // for the statements that follow
	for _, stmt := range f.Stmts {
		one := &syntax.File{Path: f.Path, Stmts: []syntax.Stmt{stmt}, Options: &options}
		err := starlark.ExecREPLChunk(one, t, globals)
		if err != nil && callsMark(stmt) {
			return nil, markError(stmt, err)
		}
	}
	known := starlark.StringDict{}
	for _, name := range names {
		known[name] = globals[name]
	}
	return known, nil
}

// maxTrySteps bounds a file whose top level does not end.
const maxTrySteps = 10_000_000

// markError says why what a mark says cannot be known.
func markError(stmt syntax.Stmt, err error) error {
	start, _ := stmt.Span()
	text := err.Error()
	_, cause := deepest(err)
	var of *decl.Error
	switch {
	case errors.Is(err, errNeedsLab), strings.Contains(text, unknownType):
		text = "mark: what it says must be known before anything is made, and something in it is made by the script"
	case errors.As(cause, &of):
		text = of.Error()
	default:
		text = "mark: " + headline(cause)
	}
	return &StaticError{[]Problem{{Pos: start, Text: text}}}
}

// An unknown stands for a variable whose value is made in a lab.
type unknown struct{ name string }

const unknownType = "value that is made in a lab"

func (u unknown) String() string        { return u.name }
func (u unknown) Type() string          { return unknownType }
func (u unknown) Freeze()               {}
func (u unknown) Truth() starlark.Bool  { return true }
func (u unknown) Hash() (uint32, error) { return 0, errNeedsLab }

// hasUnknown reports whether something in a value is made in a lab.
func hasUnknown(v starlark.Value) bool {
	switch v := v.(type) {
	case unknown:
		return true
	case *starlark.Dict:
		for _, kv := range v.Items() {
			if hasUnknown(kv[0]) || hasUnknown(kv[1]) {
				return true
			}
		}
	case starlark.Iterable:
		it := v.Iterate()
		defer it.Done()
		var x starlark.Value
		for it.Next(&x) {
			if hasUnknown(x) {
				return true
			}
		}
	}
	return false
}

// Broken reports whether a file that was checked has mistakes.
func (v *Vetting) Broken(file string) bool {
	f := v.files[file]
	return f != nil && len(f.problems) > 0
}

// Report writes why the tests of a file are not known.
func (v *Vetting) Report(err error, w io.Writer, color bool) {
	(&report{v.sc, w, color}).failure(err)
}
