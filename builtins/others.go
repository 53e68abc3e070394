package builtins

import (
	"hash/fnv"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Each test runs in a lab of its own, and a file may have hundreds of them. What
// belongs to others only is taken away: who found the tests says which lines, so
// that they are not even parsed again in each lab.

// Others are the lines of a file that belong to other tests only.
type Others struct {
	Hash  uint64   // of the file's text as it was found
	Lines [][2]int // from and to, counted from 1
}

// soleOwner is the test that a statement of a file's top level belongs to alone,
// by its being that or marking it: "" if there is none.
func soleOwner(stmt syntax.Stmt) (name string) {
	switch stmt := stmt.(type) {
	case *syntax.DefStmt:
		name = stmt.Name.Name
	case *syntax.ExprStmt:
		c, ok := stmt.X.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			return ""
		}
		fn, ok1 := c.Fn.(*syntax.Ident)
		id, ok2 := c.Args[0].(*syntax.Ident)
		if ok1 && ok2 && fn.Name == mark.Name {
			name = id.Name
		}
	}
	if !strings.HasPrefix(name, testPrefix) {
		return ""
	}
	return name
}

// ownersOf are the tests that the statements of a file belong to alone, and
// that nothing else in it names.
func ownersOf(f *syntax.File) []string {
	owners, named := make([]string, len(f.Stmts)), map[string]bool{}
	for i, stmt := range f.Stmts {
		owners[i] = soleOwner(stmt)
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if id, ok := n.(*syntax.Ident); ok && id.Name != owners[i] {
				named[id.Name] = true
			}
			return true
		})
	}
	for i, name := range owners {
		if named[name] {
			owners[i] = ""
		}
	}
	return owners
}

// keepTest takes the other tests of a file away, and what marks say of them.
func keepTest(f *syntax.File, function string) {
	owners := ownersOf(f)
	kept := f.Stmts[:0]
	for i, stmt := range f.Stmts {
		if owners[i] == "" || owners[i] == function {
			kept = append(kept, stmt)
		}
	}
	f.Stmts = kept
}

// othersOf are the lines that a test of a file can do without, as owners has
// them. A statement that shares a line with another stays.
func othersOf(src *source, f *syntax.File, owners []string, function string) *Others {
	o := &Others{Hash: src.hash()}
	open := false
	last := int32(0) // line of the statement before
	for i, stmt := range f.Stmts {
		start, end := stmt.Span()
		next := int32(len(src.lines) + 1)
		if i+1 < len(f.Stmts) {
			begin, _ := f.Stmts[i+1].Span()
			next = begin.Line
		}
		alone := start.Line > last && end.Line < next
		last = end.Line
		if open = open && alone; owners[i] == "" || owners[i] == function || !alone {
			open = false
			continue
		}
		if !open {
			o.Lines = append(o.Lines, [2]int{int(start.Line), 0})
		}
		o.Lines[len(o.Lines)-1][1] = int(end.Line)
		open = true
	}
	if len(o.Lines) == 0 {
		return nil
	}
	return o
}

// hash tells whether a file is as it was.
func (src *source) hash() uint64 {
	h := fnv.New64a()
	_, _ = h.Write(src.text)
	return h.Sum64()
}

// without is the source with some lines empty, if it is still what they were
// found in. Positions stay.
func (src *source) without(o *Others) *source {
	if o == nil || o.Hash != src.hash() {
		return src
	}
	lines := slices.Clone(src.lines)
	for _, span := range o.Lines {
		for n := max(span[0], 1); n <= min(span[1], len(lines)); n++ {
			lines[n-1] = ""
		}
	}
	return &source{path: src.path, text: []byte(strings.Join(lines, "\n")), lines: src.lines}
}

// parseTest parses the file of a test without what belongs to others.
func (sc *script) parseTest(src *source, env starlark.StringDict) (*syntax.File, error) {
	f, err := parse(src.without(sc.test.others), env)
	if err == nil {
		keepTest(f, sc.test.function)
	}
	return f, err
}
