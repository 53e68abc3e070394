package builtins

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Uses are the files that a file which was checked depends on: itself, what it
// loads, and what it reads under a name that stands in its text, all of it
// over any number of files.
func (v *Vetting) Uses(file string) []string {
	list := []string{file}
	for i := 0; i < len(list); i++ {
		f := v.files[list[i]]
		if f == nil {
			continue // it is only read
		}
		for _, use := range f.uses {
			if !strings.HasPrefix(use, stdRoot) && !slices.Contains(list, use) {
				list = append(list, use)
			}
		}
	}
	return list
}

// reading notes what a call of read_file reads.
func (v *Vetting) reading(f *vetted, from string, c *syntax.CallExpr) {
	id, ok := c.Fn.(*syntax.Ident)
	if !ok || id.Name != readFile.Name || len(c.Args) != 1 {
		return
	}
	arg := c.Args[0]
	if b, ok := arg.(*syntax.BinaryExpr); ok && b.Op == syntax.EQ {
		arg = b.Y
	}
	name, ok := starlark.AsString(literalValue(arg))
	if !ok {
		return
	}
	if file, err := v.sc.locate(from, name); err == nil {
		f.uses = append(f.uses, file)
	}
}
