// Wirelark runs scripts that build network labs out of namespaces.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/builtins/decl"
	"wirelark/runtime/sandbox"
	"wirelark/runtime/vm"
)

// The only os.Exit: it would skip what others deferred.
func main() { os.Exit(Main()) }

// Main is the program, for main and for tests.
func Main() int {
	if code, entered := vm.Enter(); entered {
		return code
	}
	if code, entered := sandbox.Reenter(engine); entered {
		return code
	}
	return dispatch(os.Args[1:], std{os.Stdin, os.Stdout, os.Stderr})
}

// std is what a verb reads and writes.
type std struct{ in, out, err *os.File }

// print writes what a verb was asked for and returns the exit code: a text
// that is lost is no success.
func (s std) print(text string) int {
	if _, err := io.WriteString(s.out, text); err != nil {
		say(s.err, "write output: %s", err)
		return builtins.CodeFailed
	}
	return builtins.CodePassed
}

// A verb is one command of the program.
type verb struct {
	name    string
	args    string
	summary string
	run     func(args []string, s std) int
}

// verbs is the table of all of them, in the order of the help.
func verbs() []verb {
	return []verb{
		{"run", "FILE [name=value…]", "run a script in a lab of its own, then unmake it all", runVerb},
		{"test", "[PATH…]", "run tests, each in a lab of its own, side by side", testVerb},
		{"report", "merge OUT IN…", "merge the reports of shards into one", reportVerb},
		{"repl", "[FILE]", "build a lab by hand, line by line at a prompt", replVerb},
		{"ps", "", "list your living labs and their nodes", psVerb},
		{"shell", "[LAB/]NODE [-- …]", "open a shell in a node of one, or run a command there", shellVerb},
		{"vet", "[PATH…]", "check scripts without running them; no root needed", vetVerb},
		{"doc", "[NAME]", "describe a builtin, or list all of them", docVerb},
		{"doctor", "", "try what this machine can do; each lack has its remedy", doctorVerb},
		{"kernel", "get VERSION|list", "fetch another kernel, for --kernel of run and test", kernelVerb},
		{"completion", "SHELL", "write completions for bash, zsh or fish", completionVerb},
		{"version", "", "say which version this is", versionVerb},
	}
}

func dispatch(args []string, s std) int {
	if len(args) == 0 {
		fmt.Fprint(s.err, helpText())
		return builtins.CodeUsage
	}
	switch args[0] {
	case "help", "-h", "--help":
		return s.print(helpText())
	case "--version":
		args[0] = "version"
	}
	var names []string
	for _, v := range verbs() {
		if v.name == args[0] {
			return v.run(args[1:], s)
		}
		names = append(names, v.name)
	}
	switch near := decl.Nearest(args[0], names); {
	case strings.HasSuffix(args[0], ".star"):
		say(s.err, "%s is no command: write wirelark run %s", args[0], args[0])
	case near != "":
		say(s.err, "there is no command %s: did you mean %s?", args[0], near)
	default:
		say(s.err, "there is no command %s: wirelark --help lists them", args[0])
	}
	return builtins.CodeUsage
}

// say writes a line of ours.
func say(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "wirelark: "+format+"\n", args...)
}

// helpText fits a terminal of 24 lines and 80 columns.
func helpText() string {
	var w strings.Builder
	w.WriteString(`Wirelark runs Starlark scripts that build network labs out of Linux network
namespaces, run commands in them, check what happened, and leave nothing behind.

Usage: wirelark COMMAND [ARGUMENTS]

`)
	for _, v := range verbs() {
		fmt.Fprintf(&w, "  %-23s %s\n", strings.TrimSpace(v.name+" "+v.args), v.summary)
	}
	w.WriteString(`
Example: two hosts and a cable; ` + "`wirelark run hello.star`" + ` runs the file
  h1, h2 = netns("h1"), netns("h2")
  veth(h1, h2, addr = ("10.0.0.1/24", "10.0.0.2/24"))
  check(ping(h1, "10.0.0.2"))
Exit codes: 0 passed, 1 failed, 2 usage or static error, 3 this machine cannot,
4 something left behind, 130 interrupted. ` + "`wirelark run --help`" + ` has the flags.
`)
	return w.String()
}

// parse reads a verb's flags. If done, the verb ends with the code.
func parse(f *pflag.FlagSet, args []string, s std, usage string) (code int, done bool) {
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.SortFlags = false
	err := f.Parse(args)
	if errors.Is(err, pflag.ErrHelp) {
		return s.print(usage + "\n" + flagTable(f)), true
	}
	if err != nil {
		say(s.err, "%s%s", err, nearFlag(f, err))
		return builtins.CodeUsage, true
	}
	return 0, false
}

// flagTable describes a verb's flags, "" if it has none. The word in
// backquotes stands for the value.
func flagTable(f *pflag.FlagSet) string {
	var w strings.Builder
	f.VisitAll(func(g *pflag.Flag) {
		if w.Len() == 0 {
			w.WriteString("\nFlags:\n")
		}
		value, text := pflag.UnquoteUsage(g)
		name := "      --" + g.Name
		if g.Shorthand != "" {
			name = "  -" + g.Shorthand + ", --" + g.Name
		}
		if g.DefValue != "" && g.DefValue != "false" {
			text += " (default " + g.DefValue + ")"
		}
		fmt.Fprintf(&w, "%-21s %s\n", strings.TrimRight(name+" "+value, " "), text)
	})
	return w.String()
}

// nearFlag suggests a flag for one that there is not.
func nearFlag(f *pflag.FlagSet, err error) string {
	name, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok {
		return ""
	}
	var names []string
	f.VisitAll(func(g *pflag.Flag) {
		if !g.Hidden {
			names = append(names, g.Name)
		}
	})
	if near := decl.Nearest(name, names); near != "" {
		return " (did you mean --" + near + "?)"
	}
	return ": " + f.Name() + " --help lists them"
}
