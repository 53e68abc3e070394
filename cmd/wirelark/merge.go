package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/report"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime/sandbox"
)

const reportUsage = `Usage: wirelark report merge OUT IN…

Merges the reports of shards into one: what test wrote with --junit, --tap or
--json, all of one kind. Suites of the same file become one, counts and times
are added up, tests are numbered anew. OUT is written whole or not at all. The
exit code tells of the merging, not of the tests.

Example: wirelark report merge all.xml shard-*.xml`

// reportVerb does something with reports that were written.
func reportVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark report", pflag.ContinueOnError)
	if code, done := parse(f, args, s, reportUsage); done {
		return code
	}
	refuse := func(format string, args ...any) int {
		say(s.err, "report: "+format, args...)
		return builtins.CodeUsage
	}
	switch {
	case f.NArg() == 0 || f.Arg(0) != "merge":
		return refuse("what to do? write wirelark report merge OUT IN…")
	case f.NArg() < 3:
		return refuse("merge: write the file to make, and then those to merge")
	}
	dir, err := here()
	if err != nil {
		return refuse("%s", err)
	}
	out := absolute(dir, f.Arg(1))
	parts, err := readParts(dir, out, f.Args()[2:])
	if err != nil {
		return refuse("%s", err)
	}
	var merged bytes.Buffer
	if err := report.Merge(&merged, parts); err != nil {
		return refuse("%s", err)
	}
	if old, err := os.ReadFile(out); err == nil && len(old) > 0 {
		switch {
		case !report.Mergeable(old):
			return refuse("%s is there and is no report: name the file to make first, then those to merge", f.Arg(1))
		case len(parts) == 1:
			return refuse("%s is there, and would be replaced by %s alone: name the file to make first, then those to merge", f.Arg(1), f.Arg(2))
		}
	}
	if err := suite.WriteFile(out, 0o644, func(w io.Writer) error { _, err := merged.WriteTo(w); return err }); err != nil {
		say(s.err, "report: %s: %s", f.Arg(1), err)
		return builtins.CodeFailed
	}
	return builtins.CodePassed
}

// readParts reads the reports that are to be merged, each once, and none that
// the merged one would replace.
func readParts(dir, out string, names []string) ([]report.Part, error) {
	var parts []report.Part
	seen := map[string]bool{}
	for _, name := range names {
		path := absolute(dir, name)
		switch {
		case path == out:
			return nil, fmt.Errorf("%s is to be made and to be merged: name the file to make first", name)
		case seen[path]:
			return nil, fmt.Errorf("%s is named twice", name)
		}
		seen[path] = true
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, sandbox.WithoutPath(err))
		}
		parts = append(parts, report.Part{Name: name, Text: text})
	}
	return parts, nil
}
