package main

import (
	"runtime/debug"

	"github.com/spf13/pflag"

	"wirelark/builtins"
)

// version is the newest that CHANGELOG.md lists.
const version = "0.1.0"

const versionUsage = `Usage: wirelark version

Says which version this is, of which revision, and which Go made it.

Example: wirelark version`

// versionVerb says which version this is, and of which revision.
func versionVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark version", pflag.ContinueOnError)
	if code, done := parse(f, args, s, versionUsage); done {
		return code
	}
	if f.NArg() > 0 {
		say(s.err, "version: takes no arguments")
		return builtins.CodeUsage
	}
	text := "wirelark " + version
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, kv := range info.Settings {
			if kv.Key == "vcs.revision" && len(kv.Value) >= 12 {
				text += " (" + kv.Value[:12] + ")"
			}
		}
		text += " " + info.GoVersion
	}
	return s.print(text + "\n")
}
