package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime"
	"wirelark/runtime/vm"
)

const kernelUsage = `Usage: wirelark kernel get VERSION
       wirelark kernel list

Fetches the kernel of a version from the distribution's packages (Debian and
Ubuntu), for run --kernel and test --kernel. It is kept in the cache folder, is
not installed, and boots in a virtual machine only. list shows those that are
here, and where.

Example: wirelark kernel get 6.12 && wirelark run --kernel 6.12 lab.star`

// kernelVerb keeps kernels.
func kernelVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark kernel", pflag.ContinueOnError)
	if code, done := parse(f, args, s, kernelUsage); done {
		return code
	}
	words := f.Args()
	switch {
	case len(words) == 1 && words[0] == "list":
		return listKernels(s)
	case len(words) == 2 && words[0] == "get":
		return getKernel(words[1], s)
	case len(words) == 1 && words[0] == "get":
		say(s.err, "kernel: which version? write wirelark kernel get 6.12")
	case len(words) == 0:
		say(s.err, "kernel: write wirelark kernel get VERSION, or wirelark kernel list")
	default:
		say(s.err, "kernel: %s is not understood: write get VERSION, or list", strings.Join(words, " "))
	}
	return builtins.CodeUsage
}

func listKernels(s std) int {
	list, err := vm.Fetched()
	if err != nil {
		say(s.err, "kernel: %s", err)
		return builtins.CodeUnable
	}
	if len(list) == 0 {
		say(s.err, "kernel: none is here yet: wirelark kernel get 6.12 fetches one")
		return builtins.CodePassed
	}
	var b strings.Builder
	for _, k := range list {
		fmt.Fprintf(&b, "%-28s %s\n", k.Release, k.Dir)
	}
	return s.print(b.String())
}

func getKernel(version string, s std) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	k, err := vm.Get(ctx, version, func(text string) { say(s.err, "%s", text) })
	switch {
	case err != nil && ctx.Err() != nil:
		say(s.err, "interrupted: nothing was kept")
		return builtins.CodeInterrupted
	case err != nil:
		say(s.err, "kernel get %s: %s", version, err)
		return builtins.CodeUnable
	}
	return s.print(fmt.Sprintf("%s is in %s\n", k.Release, k.Dir))
}

// guestEnv is set in a guest, to the release of its kernel: the flags that
// brought the program there are then only told again.
const guestEnv = "WIRELARK_GUEST"

// onKernel is what --kernel and --virtual-time ask for.
type onKernel struct {
	words   string // "" for the machine's own
	virtual bool
}

func (o *onKernel) flags(f *pflag.FlagSet) {
	f.StringVar(&o.words, "kernel", "", "under `KERNELS` in a virtual machine: 6.12, or a folder")
	f.BoolVar(&o.virtual, "virtual-time", false, "with --kernel, a clock that jumps when all wait")
}

// check refuses what cannot be under another kernel.
func (o *onKernel) check(terminal bool) error {
	switch {
	case o.words == "" && o.virtual:
		return errors.New("--virtual-time needs --kernel: the machine's own time goes its way")
	case o.words != "" && terminal:
		return errors.New("with --kernel there is no terminal: leave out --keep, --keep-failed, --live and --shell-on-fail")
	}
	return nil
}

// elsewhere reports whether another kernel is to be booted.
func (o *onKernel) elsewhere() bool {
	release, _ := runtime.Kernel()
	return o.words != "" && os.Getenv(guestEnv) != release
}

// again are the flags as a command line has them.
func (o *onKernel) again() string {
	s := ""
	if o.words != "" {
		s += " --kernel " + suite.ShellWord(o.words)
	}
	if o.virtual {
		s += " --virtual-time"
	}
	return s
}
