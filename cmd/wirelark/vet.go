package main

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime/sandbox"
)

const vetUsage = `Usage: wirelark vet [PATH…] [FLAGS]

Checks scripts without running them: syntax, names, loaded files, and the
arguments of builtins. A folder stands for all .star files below it; without a
path, the current one. Exit code 2 if anything is wrong.

Example: wirelark vet labs/ hello.star`

// vetVerb checks scripts without running them.
func vetVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark vet", pflag.ContinueOnError)
	color := f.String("color", "auto", "colour reports `WHEN`: auto, always, never")
	if code, done := parse(f, args, s, vetUsage); done {
		return code
	}
	if err := checkColor(*color); err != nil {
		say(s.err, "vet: %s", err)
		return builtins.CodeUsage
	}
	paths := f.Args()
	if len(paths) == 0 {
		paths = []string{"."}
	}
	dir, err := here()
	if err != nil {
		say(s.err, "%s", err)
		return builtins.CodeUsage
	}
	files, err := scripts(dir, paths, s)
	if err != nil {
		say(s.err, "vet: %s", err)
		return builtins.CodeUsage
	}
	if len(files) == 0 {
		say(s.err, "vet: there is no .star file in %s", strings.Join(paths, ", "))
		return builtins.CodeUsage
	}
	mistakes := 0
	byRoot := map[string]*builtins.Vetting{}
	for _, file := range files {
		root := sandbox.ProjectOf(file)
		if byRoot[root] == nil {
			byRoot[root] = builtins.NewVetting(root, dir)
		}
		mistakes += byRoot[root].Check(file, s.err, wantsColor(*color, s.err))
	}
	if mistakes > 0 {
		say(s.err, "%s in %s", count(mistakes, "mistake"), count(len(files), "file"))
		return builtins.CodeUsage
	}
	return builtins.CodePassed
}

// scripts lists the files that paths mean, each once, in order.
func scripts(dir string, paths []string, s std) ([]string, error) {
	var files []string
	for _, path := range paths {
		list, err := suite.Files(dir, path, ".star", func(p string) {
			say(s.err, "vet: %s may not be read, and what is in it was not checked", p)
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &fs.PathError{Op: "find", Path: path, Err: fs.ErrNotExist}
		}
		if err != nil {
			return nil, err
		}
		files = append(files, list...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}
