package main

import (
	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/runtime/sandbox"
)

const shellUsage = `Usage: wirelark shell [LAB/]NODE [-- COMMAND [ARGUMENTS]]

Opens a shell in a node of a lab that is alive, or runs a command there. LAB
can be left out if only one lab has that node; wirelark ps lists both. The
exit code is the command's; 255 if the lab has gone.

Example: wirelark shell r1 -- ip route`

// shellVerb opens a shell in a node.
func shellVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark shell", pflag.ContinueOnError)
	if code, done := parse(f, args, s, shellUsage); done {
		return code
	}
	if f.NArg() == 0 || f.ArgsLenAtDash() == 0 {
		say(s.err, "shell: in which node? write wirelark shell NODE; wirelark ps lists them")
		return builtins.CodeUsage
	}
	if f.NArg() > 1 && f.ArgsLenAtDash() != 1 {
		say(s.err, "shell: %s: write -- before a command: wirelark shell %s -- %s", f.Arg(1), f.Arg(0), f.Arg(1))
		return builtins.CodeUsage
	}
	labs, _, err := sandbox.Labs()
	if err != nil {
		say(s.err, "shell: %s", err)
		return builtins.CodeUnable
	}
	door, node, err := findNode(labs, f.Arg(0))
	if err != nil {
		say(s.err, "shell: %s", err)
		return builtins.CodeUsage
	}
	code, err := door.Run(node, f.Args()[1:])
	if err != nil {
		say(s.err, "shell: %s", err)
		return max(code, builtins.CodeFailed)
	}
	return code
}
