package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/runtime/sandbox"
)

const psUsage = `Usage: wirelark ps [FLAGS]

Lists your labs that are alive: the script of each, for how long it has run,
whether it runs or is kept, and its nodes. wirelark shell enters a node.

Example: wirelark ps --json`

// shownNodes is how many nodes of a lab a line names.
const shownNodes = 8

// psVerb lists living labs.
func psVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark ps", pflag.ContinueOnError)
	asJSON := f.Bool("json", false, "write JSON, for programs")
	if code, done := parse(f, args, s, psUsage); done {
		return code
	}
	if f.NArg() > 0 {
		say(s.err, "ps: takes no arguments")
		return builtins.CodeUsage
	}
	labs, silent, err := sandbox.Labs()
	if err != nil {
		say(s.err, "ps: %s", err)
		return builtins.CodeUnable
	}
	for _, id := range silent {
		say(s.err, "lab %s does not answer", id)
	}
	if *asJSON {
		list := []sandbox.LabInfo{}
		for _, l := range labs {
			list = append(list, l.LabInfo)
		}
		b, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			panic(err) // a LabInfo holds nothing that JSON does not
		}
		return s.print(string(b) + "\n")
	}
	if len(labs) == 0 {
		say(s.err, "no lab of yours is alive")
		return builtins.CodePassed
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "LAB\tAGE\tSTATE\tSCRIPT\tNODES\n")
	dir, _ := here()
	for _, l := range labs {
		nodes := l.Nodes
		more := ""
		if n := len(nodes) - shownNodes; n > 0 {
			nodes, more = nodes[:shownNodes], fmt.Sprintf(" and %d more", n)
		}
		age := time.Duration(l.Age * float64(time.Second)).Round(time.Second)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s%s\n", l.ID, age, l.State, builtins.Shown(dir, l.Script), strings.Join(nodes, " "), more)
	}
	w.Flush()
	return s.print(text.String())
}
