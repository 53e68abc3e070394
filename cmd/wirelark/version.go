package main

import (
	"fmt"
	"runtime/debug"

	"wirelark/builtins"
)

// version is the newest that CHANGELOG.md lists.
const version = "0.1.0"

// versionVerb says which version this is, and of which revision.
func versionVerb(args []string, s std) int {
	if len(args) > 0 {
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
	fmt.Fprintln(s.out, text)
	return builtins.CodePassed
}
