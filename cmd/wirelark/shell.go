package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/builtins/decl"
	"wirelark/runtime/sandbox"
)

const shellUsage = `Usage: wirelark shell [LAB/]NODE [-- CMD ARGS…]

Opens a shell in a node of a living lab, or runs a command there: in its
network, with its processes, files and host name. LAB is an id of wirelark ps
and may be left out if one lab only has the node; the beginning of a name will
do. At a terminal, the command gets one; else it reads and writes pipes. All
ends with the lab.

The exit code is that of the command, 255 if the lab is gone or does not
answer, and 2 if there is no such node.

Example: wirelark shell r1 -- ip route | grep default`

// codeGone is the exit code of a visit that did not come to its own end.
const codeGone = 255

// shellVerb visits a node of a lab.
func shellVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark shell", pflag.ContinueOnError)
	own, argv := args, []string(nil)
	if i := slices.Index(args, "--"); i >= 0 {
		own, argv = args[:i], args[i+1:]
	}
	if code, done := parse(f, own, s, shellUsage); done {
		return code
	}
	usage := func(format string, args ...any) int {
		say(s.err, "shell: "+format, args...)
		return builtins.CodeUsage
	}
	switch words := f.Args(); {
	case len(words) == 0:
		return usage("in which node? write wirelark shell NODE; wirelark ps lists them")
	case len(words) > 1:
		return usage("%s: write a command behind --: wirelark shell %s -- %s", words[1], words[0], strings.Join(append(words[1:], argv...), " "))
	case argv != nil && len(argv) == 0:
		return usage("which command? write wirelark shell %s -- COMMAND, or no --", words[0])
	}
	labs, err := sandbox.Labs()
	if err != nil {
		say(s.err, "shell: %s", err)
		return codeGone
	}
	lab, node, err := findNode(labs, f.Arg(0))
	if err != nil {
		return usage("%s", err)
	}
	code, err := lab.Visit(&sandbox.Visit{Stdin: s.in, Stdout: s.out, Stderr: s.err, Node: node, Argv: argv})
	if err != nil {
		say(s.err, "%s", err)
		return codeGone
	}
	return code
}

// findNode finds what LAB/NODE or NODE means, each of which may be the
// beginning of a name.
func findNode(labs []*sandbox.Living, text string) (*sandbox.Living, string, error) {
	if len(labs) == 0 {
		return nil, "", errors.New("no lab lives; wirelark run --keep FILE holds one")
	}
	id, node, named := strings.Cut(text, "/")
	if !named {
		node = text
	} else {
		var ids []string
		for _, l := range labs {
			ids = append(ids, l.ID)
		}
		found := matches(ids, id)
		if id == "" {
			return nil, "", fmt.Errorf("which lab? there is %s", strings.Join(some(ids), ", "))
		}
		if len(found) == 0 {
			return nil, "", fmt.Errorf("there is no lab %s%s", id, instead(id, ids))
		}
		if len(found) > 1 {
			return nil, "", fmt.Errorf("lab %s may be %s", id, strings.Join(found, " or "))
		}
		labs = slices.DeleteFunc(slices.Clone(labs), func(l *sandbox.Living) bool { return l.ID != found[0] })
	}
	type place struct {
		lab  *sandbox.Living
		node string
	}
	var exact, begin []place
	var all, silent []string
	for _, l := range labs {
		if l.State == sandbox.Silent {
			silent = append(silent, l.ID)
		}
		for _, n := range l.Nodes {
			if all = append(all, l.ID+"/"+n); n == node {
				exact = append(exact, place{l, n})
			} else if strings.HasPrefix(n, node) && node != "" {
				begin = append(begin, place{l, n})
			}
		}
	}
	found := exact
	if len(found) == 0 {
		found = begin
	}
	switch {
	case len(found) == 1:
		return found[0].lab, found[0].node, nil
	case len(found) > 1:
		var names []string
		for _, p := range found {
			names = append(names, p.lab.ID+"/"+p.node)
		}
		return nil, "", fmt.Errorf("node %s may be %s", node, strings.Join(some(names), " or "))
	case named && len(silent) > 0:
		return nil, "", fmt.Errorf("lab %s does not answer", silent[0])
	case len(all) == 0:
		return nil, "", fmt.Errorf("there is no node %s: no lab has nodes", node)
	case node == "":
		return nil, "", fmt.Errorf("which node? there are %s", strings.Join(some(all), ", "))
	}
	return nil, "", fmt.Errorf("there is no node %s%s", node, insteadNode(node, all))
}

// matches are the names that are a word or, if none is, begin with it.
func matches(names []string, word string) (found []string) {
	if slices.Contains(names, word) {
		return []string{word}
	}
	for _, n := range names {
		if strings.HasPrefix(n, word) {
			found = append(found, n)
		}
	}
	return found
}

// mostShown is how many names a message lists.
const mostShown = 20

func some(names []string) []string {
	if len(names) > mostShown {
		return append(slices.Clone(names[:mostShown]), "…")
	}
	return names
}

// instead says what there is in the place of a name.
func instead(word string, names []string) string {
	if near := decl.Nearest(word, names); near != "" {
		return ": did you mean " + near + "?"
	}
	return ": there is " + strings.Join(some(names), ", ")
}

// insteadNode is instead for nodes, whose names have their lab before them.
func insteadNode(node string, all []string) string {
	var names []string
	for _, n := range all {
		_, name, _ := strings.Cut(n, "/")
		names = append(names, name)
	}
	if near := decl.Nearest(node, names); near != "" {
		return ": did you mean " + all[slices.Index(names, near)] + "?"
	}
	return ": there is " + strings.Join(some(all), ", ")
}
