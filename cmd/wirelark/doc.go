package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"wirelark/builtins"
)

const docUsage = `Usage: wirelark doc [NAME] [FLAGS]

Describes a builtin or a type of value; without a name, lists all of them.

Example: wirelark doc veth`

// docVerb shows the reference.
func docVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark doc", pflag.ContinueOnError)
	markdown := f.Bool("markdown", false, "write the whole reference as Markdown")
	stub := f.Bool("stub", false, "write a stub for editors, in Python's notation")
	if code, done := parse(f, args, s, docUsage); done {
		return code
	}
	switch {
	case *markdown:
		fmt.Fprint(s.out, builtins.Reference())
	case *stub:
		fmt.Fprint(s.out, builtins.Stub())
	case f.NArg() == 0:
		fmt.Fprint(s.out, builtins.Overview())
	}
	for _, name := range f.Args() {
		text, ok := builtins.Doc(name)
		if !ok {
			say(s.err, "doc: %s", text)
			return builtins.CodeUsage
		}
		fmt.Fprint(s.out, text)
	}
	return builtins.CodePassed
}
