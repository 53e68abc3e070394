package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

const doctorUsage = `Usage: wirelark doctor

Tries what this machine can do: labs in each way of having user ids, features
of the kernel, programs that scripts often use. Each lack has its remedy. The
exit code is 3 if no lab can be made.

Example: wirelark doctor`

// tryTime is how long making an empty lab may take.
const tryTime = 20 * time.Second

// doctorVerb tries what this machine can do.
func doctorVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark doctor", pflag.ContinueOnError)
	if code, done := parse(f, args, s, doctorUsage); done {
		return code
	}
	if f.NArg() > 0 {
		say(s.err, "doctor: takes no arguments")
		return builtins.CodeUsage
	}
	release, machine := runtime.Kernel()
	fmt.Fprintf(s.out, "wirelark %s on Linux %s, %s\n\nLabs\n", version, release, machine)
	if !labs(s.out) {
		return builtins.CodeUnable
	}
	dir, err := os.MkdirTemp("", "wirelark-doctor-")
	if err != nil {
		say(s.err, "doctor: %s", err)
		return builtins.CodeFailed
	}
	defer os.Remove(dir)
	return sandbox.Front{Stdout: s.out, Stderr: s.err}.Run(&sandbox.Spec{Args: []string{"doctor"}, Project: dir, Dir: dir, Script: dir + "/doctor"})
}

// labs tries each way of having a lab, and reports whether one works.
func labs(w io.Writer) bool {
	modes := []sandbox.Mode{sandbox.RootlessMany, sandbox.RootlessOne}
	if os.Geteuid() == 0 {
		modes = []sandbox.Mode{sandbox.Root}
	}
	any := false
	for _, m := range modes {
		ctx, cancel := context.WithTimeout(context.Background(), tryTime)
		err := sandbox.Try(ctx, m)
		cancel()
		if err == nil {
			any = true
			row(w, true, string(m), "")
			continue
		}
		row(w, false, string(m), err.Error())
		var r *sandbox.Refused
		if errors.As(err, &r) {
			for _, line := range r.Remedy {
				fmt.Fprintf(w, "        %s\n", line)
			}
		}
	}
	return any
}

func row(w io.Writer, ok bool, name, text string) {
	mark := "ok"
	if !ok {
		mark = "no"
	}
	fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %s  %-16s %s", mark, name, text), " "))
}

// doctorEngine is the part of doctor that runs in a lab.
func doctorEngine(ctx context.Context, lab *sandbox.Lab) int {
	s := runtime.NewSession(runtime.Options{RunDir: sandbox.RunDir, Project: lab.Spec.Project, WorkDir: lab.Spec.Project, OneID: lab.OneID(), Behalf: lab.Behalf()})
	w := lab.Stdout
	fmt.Fprint(w, "\nFeatures, tried in a lab: require(\"NAME\")\n")
	for _, name := range runtime.FeatureNames() {
		tell(ctx, w, s, name, name)
	}
	fmt.Fprint(w, "What this kernel lacks another one has: wirelark kernel get 6.12,\nthen run --kernel 6.12 or test --kernel 6.12.\n")
	fmt.Fprint(w, "\nPrograms that scripts often use: require(\"program:NAME\")\n")
	programs(ctx, w, s)
	if err := s.Close(context.WithoutCancel(ctx)); err != nil {
		say(lab.Stderr, "doctor: %s", err)
		return builtins.CodeCleanup
	}
	return builtins.CodePassed
}

// programs lists what is installed, what is not, and its packages.
func programs(ctx context.Context, w io.Writer, s *runtime.Session) {
	var installed, missing, packages []string
	for _, name := range runtime.Programs() {
		if s.Require(ctx, "program:"+name) == nil {
			installed = append(installed, name)
			continue
		}
		missing = append(missing, name)
		if p := runtime.PackageOf(name); !slices.Contains(packages, p) {
			packages = append(packages, p)
		}
	}
	fold(w, "  ok  ", installed)
	fold(w, "  no  ", missing)
	if len(packages) > 0 {
		fmt.Fprint(w, "\nWhat is missing, on Debian and Ubuntu:\n")
		fold(w, "  apt-get install ", packages)
	}
}

// fold writes words in lines of at most 78 columns, the first after head.
func fold(w io.Writer, head string, words []string) {
	if len(words) == 0 {
		return
	}
	line := strings.TrimRight(head, " ")
	for _, word := range words {
		if len(line)+1+len(word) > 78 {
			fmt.Fprintln(w, line)
			line = strings.Repeat(" ", 5)
		}
		line += " " + word
	}
	fmt.Fprintln(w, line)
}

func tell(ctx context.Context, w io.Writer, s *runtime.Session, name, feature string) {
	err := s.Require(ctx, feature)
	var u *runtime.Unable
	switch {
	case err == nil:
		row(w, true, name, "")
	case errors.As(err, &u):
		text := u.Why
		if u.Remedy != "" {
			text += "; " + u.Remedy
		}
		row(w, false, name, text)
	default:
		row(w, false, name, err.Error())
	}
}
