package builtins

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// ran notes what a script runs, for reports that tell its version.
func (sc *script) ran(argv []string) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if sc.commands == nil {
		sc.commands = map[string]bool{}
	}
	sc.commands[argv[0]] = true
	if len(argv) == 3 && argv[0] == "sh" && argv[1] == "-c" {
		sc.shells = append(sc.shells, argv[2])
	}
}

// programs are the names of the programs that ran, those that a shell's
// script names with them. Programs that these start are not known.
func (sc *script) programs() []string {
	sc.mu.Lock()
	names, shells := maps.Clone(sc.commands), sc.shells
	sc.mu.Unlock()
	if names == nil {
		return nil
	}
	for _, text := range shells {
		f, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
		if err != nil {
			continue // the shell has told so
		}
		syntax.Walk(f, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 && c.Args[0].Lit() != "" {
				names[c.Args[0].Lit()] = true
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(names))
}
