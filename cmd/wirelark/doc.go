package main

import (
	"strings"

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
	var text strings.Builder
	switch {
	case *markdown:
		text.WriteString(builtins.Reference())
	case *stub:
		text.WriteString(builtins.Stub())
	case f.NArg() == 0:
		text.WriteString(builtins.Overview())
	}
	for _, name := range f.Args() {
		entry, ok := builtins.Doc(name)
		if !ok {
			say(s.err, "doc: %s", entry)
			return builtins.CodeUsage
		}
		text.WriteString(entry)
	}
	return s.print(text.String())
}
