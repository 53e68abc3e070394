package main

import (
	"cmp"
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

Lists your living labs: id, script, age, state, nodes. A lab is running, kept
(run --keep) or silent, which is one that somebody has stopped. Root sees those
of all users.

Example: wirelark ps`

// psVerb lists the user's living labs.
func psVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark ps", pflag.ContinueOnError)
	asJSON := f.Bool("json", false, "write a list in JSON")
	nodes := f.Bool("nodes", false, "write LAB/NODE for each node, as shell takes it")
	if code, done := parse(f, args, s, psUsage); done {
		return code
	}
	if f.NArg() > 0 {
		say(s.err, "ps: takes no arguments")
		return builtins.CodeUsage
	}
	if *asJSON && *nodes {
		say(s.err, "ps: --json and --nodes contradict each other")
		return builtins.CodeUsage
	}
	labs, err := sandbox.Labs()
	switch {
	case err != nil:
		say(s.err, "ps: %s", err)
		return builtins.CodeFailed
	case *asJSON:
		return s.print(labsJSON(labs))
	case *nodes:
		return s.print(strings.Join(labNodes(labs), ""))
	case len(labs) == 0:
		say(s.err, "no lab lives")
		return builtins.CodePassed
	}
	dir, _ := here()
	return s.print(labTable(labs, dir, time.Now()))
}

// labTable is the list for people.
func labTable(labs []*sandbox.Living, dir string, now time.Time) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "LAB\tSCRIPT\tAGE\tSTATE\tNODES\n")
	for _, l := range labs {
		script, age := "-", "-"
		if l.Script != "" {
			script, age = builtins.Shown(dir, l.Script), now.Sub(l.Started).Round(time.Second).String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.ID, script, age, l.State, cmp.Or(strings.Join(l.Nodes, " "), "-"))
	}
	w.Flush()
	return out.String()
}

// labsJSON is the list for programs.
func labsJSON(labs []*sandbox.Living) string {
	type lab struct {
		Lab        string        `json:"lab"`
		Script     string        `json:"script"` // "" if a silent one did not say
		User       int           `json:"user"`
		Started    *time.Time    `json:"started"`
		AgeSeconds float64       `json:"age_seconds"`
		State      sandbox.State `json:"state"`
		Nodes      []string      `json:"nodes"`
	}
	list := []lab{}
	for _, l := range labs {
		row := lab{Lab: l.ID, Script: l.Script, User: l.User, State: l.State, Nodes: append([]string{}, l.Nodes...)}
		if !l.Started.IsZero() {
			row.Started, row.AgeSeconds = &l.Started, time.Since(l.Started).Round(time.Millisecond).Seconds()
		}
		list = append(list, row)
	}
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		panic(err) // a row holds nothing that JSON does not
	}
	return string(b) + "\n"
}

// labNodes are all nodes of all labs, each in a line.
func labNodes(labs []*sandbox.Living) (lines []string) {
	for _, l := range labs {
		for _, n := range l.Nodes {
			lines = append(lines, l.ID+"/"+n+"\n")
		}
	}
	return lines
}
