package builtins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
)

// A Vetting checks scripts without running them: syntax, names, what they
// load, and the calls of builtins. It needs no privilege.
type Vetting struct {
	sc    *script
	files map[string]*vetted
	stack []string
}

// vetted is a file that was checked, once for all that load it.
type vetted struct {
	names    []string // that others may load
	uses     []string // what it loads and reads
	problems []Problem
	reported bool
	from     syntax.Position // of the load that led to it first
}

// NewVetting begins to check scripts of a project whose root is root; dir is
// the folder that messages name files from.
func NewVetting(root, dir string) *Vetting {
	return &Vetting{sc: newScript(context.Background(), nil, Options{Root: root, Dir: dir}), files: map[string]*vetted{}}
}

// Check checks a file and what it loads, and writes what is wrong. It returns
// the number of mistakes that were not written before.
func (v *Vetting) Check(file string, w io.Writer, color bool) int {
	problems := v.problems(file)
	(&StaticError{problems}).report(&report{v.sc, w, color})
	return len(problems)
}

// problems checks a file and what it loads, and returns what is wrong and was
// not returned before.
func (v *Vetting) problems(file string) (list []Problem) {
	v.check(file)
	var paths []string
	for path := range v.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		if f := v.files[path]; !f.reported {
			f.reported = true
			sortProblems(f.problems)
			for _, p := range f.problems {
				p.From = f.from
				list = append(list, p)
			}
		}
	}
	return list
}

func (v *Vetting) check(path string) *vetted {
	if f := v.files[path]; f != nil {
		return f
	}
	f := &vetted{}
	v.files[path] = f
	src, err := v.sc.read(path)
	if err != nil {
		f.add(err)
		return f
	}
	tree, err := parse(src, v.sc.env)
	if err != nil {
		f.add(err)
		return f
	}
	f.names = defined(tree)
	v.stack = append(v.stack, path)
	for _, stmt := range tree.Stmts {
		if l, ok := stmt.(*syntax.LoadStmt); ok {
			v.load(f, path, l)
		}
	}
	v.stack = v.stack[:len(v.stack)-1]
	if _, err := starlark.FileProgram(tree, v.sc.env.Has); err != nil {
		f.add(resolveProblems(src, err, slices.Concat(f.names, v.sc.env.Keys())))
		return f
	}
	f.globals(tree, v.sc.env)
	syntax.Walk(tree, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		f.call(c)
		v.reading(f, path, c)
		id, ok := c.Fn.(*syntax.Ident)
		return !ok || id.Name != checkFails.Name // what must fail may be wrong
	})
	return f
}

// globals refuses variables of the file's top level that hide a builtin where
// it is called, or that are functions in its place unless its name is a common
// one, and a call of main, which is called anyway.
func (f *vetted) globals(tree *syntax.File, env starlark.StringDict) {
	called, own := map[string]bool{}, map[string]bool{}
	syntax.Walk(tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.DefStmt:
			called[n.Name.Name] = true
			own[n.Name.Name] = isCommon(n.Name.Name)
		case *syntax.CallExpr:
			id, ok := n.Fn.(*syntax.Ident)
			if ok && id.Binding.(*resolve.Binding).Scope == resolve.Global {
				called[id.Name] = true
			}
		}
		return true
	})
	module := tree.Module.(*resolve.Module)
	main := false
	for _, b := range module.Globals {
		main = main || b.First.Name == "main"
		if env.Has(b.First.Name) && called[b.First.Name] && !own[b.First.Name] {
			f.problems = append(f.problems, Problem{Pos: b.First.NamePos, Text: b.First.Name + " is a builtin", Hint: "another name for this keeps it usable in the rest of the file"})
		}
	}
	for _, stmt := range tree.Stmts {
		e, ok := stmt.(*syntax.ExprStmt)
		if !ok || !main {
			continue
		}
		if c, ok := e.X.(*syntax.CallExpr); ok {
			if id, ok := c.Fn.(*syntax.Ident); ok && id.Name == "main" {
				f.problems = append(f.problems, Problem{Pos: id.NamePos, Text: "main is called at the end of the file anyway", Hint: "take this call away"})
			}
		}
	}
}

func (f *vetted) add(err error) {
	var static *StaticError
	if errors.As(err, &static) {
		f.problems = append(f.problems, static.Problems...)
		return
	}
	f.problems = append(f.problems, Problem{Text: err.Error()})
}

// load checks that what a file loads is there.
func (v *Vetting) load(f *vetted, from string, l *syntax.LoadStmt) {
	problem := func(pos syntax.Position, format string, args ...any) {
		f.problems = append(f.problems, Problem{Pos: pos, Text: fmt.Sprintf(format, args...)})
	}
	file, err := v.sc.locate(from, l.ModuleName())
	if err != nil {
		problem(l.Load, "load: %s", err)
		return
	}
	if i := slices.Index(v.stack, file); i >= 0 {
		problem(l.Load, "load: %s", circle(v.sc, append(slices.Clone(v.stack[i:]), file)))
		return
	}
	f.uses = append(f.uses, file)
	known := v.files[file] != nil
	m := v.check(file)
	if !known {
		m.from = l.Load
	}
	if len(m.problems) > 0 {
		return // its own mistakes come first
	}
	for i, name := range l.From {
		if slices.Contains(m.names, name.Name) {
			continue
		}
		hint := ""
		if near := decl.Nearest(name.Name, m.names); near != "" {
			hint = " (did you mean " + near + "?)"
		}
		problem(l.From[i].NamePos, "load: %s has no %s%s", v.sc.name(file), name.Name, hint)
	}
}

// circle says which files load each other.
func circle(sc *script, files []string) string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = sc.name(f)
	}
	return "files load each other in a circle: " + strings.Join(names, " → ")
}

// call checks a call of a builtin as far as its text tells: names, number and
// literal values of its arguments.
func (f *vetted) call(c *syntax.CallExpr) {
	id, ok := c.Fn.(*syntax.Ident)
	if !ok {
		return
	}
	if b, ok := id.Binding.(*resolve.Binding); !ok || b.Scope != resolve.Predeclared {
		return
	}
	i := slices.IndexFunc(All, func(b *builtin) bool { return b.Name == id.Name })
	if i < 0 || All[i].Native != nil {
		return
	}
	var args []decl.Literal
	for _, a := range c.Args {
		lit := decl.Literal{Value: literalValue(a)}
		switch a := a.(type) {
		case *syntax.BinaryExpr:
			if a.Op == syntax.EQ {
				lit = decl.Literal{Name: a.X.(*syntax.Ident).Name, Value: literalValue(a.Y)}
			}
		case *syntax.UnaryExpr:
			if a.Op == syntax.STAR || a.Op == syntax.STARSTAR {
				return // how many there are, and which, is not in the text
			}
		}
		args = append(args, lit)
	}
	if err := All[i].Vet(args); err != nil {
		start, _ := c.Span()
		f.problems = append(f.problems, Problem{Pos: start, Text: err.Error()})
	}
}

// someFunction stands for a lambda.
var someFunction = starlark.NewBuiltin("lambda", nil)

// literalValue is the value of a literal, nil for any other expression.
func literalValue(e syntax.Expr) starlark.Value {
	switch e := unparen(e).(type) {
	case *syntax.LambdaExpr:
		return someFunction
	case *syntax.Literal:
		switch x := e.Value.(type) {
		case string:
			if e.Token == syntax.BYTES {
				return starlark.Bytes(x)
			}
			return starlark.String(x)
		case int64:
			return starlark.MakeInt64(x)
		case float64:
			return starlark.Float(x)
		}
	}
	return nil
}
