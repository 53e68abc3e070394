package main

import (
	"github.com/spf13/pflag"

	"wirelark/builtins"
)

func doctorVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark doctor", pflag.ContinueOnError)
	if code, done := parse(f, args, s, "Usage: wirelark doctor"); done {
		return code
	}
	return builtins.CodePassed
}
