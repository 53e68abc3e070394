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
	"wirelark/runtime/sandbox"
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
	case ctx.Err() != nil:
		say(s.err, "interrupted: nothing was kept")
		return builtins.CodeInterrupted
	case err != nil:
		say(s.err, "kernel get %s: %s", version, err)
		return builtins.CodeUnable
	}
	return s.print(fmt.Sprintf("%s is in %s\n", k.Release, k.Dir))
}

// guestEnv is set in a guest: the flags that brought the program there are then
// only told again.
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
		return errors.New("with --kernel there is no terminal: leave out --keep, --live and --shell-on-fail")
	}
	return nil
}

// elsewhere reports whether another kernel is to be booted.
func (o *onKernel) elsewhere() bool { return o.words != "" && os.Getenv(guestEnv) == "" }

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

// A guestRun is what runs under other kernels.
type guestRun struct {
	verb     string
	args     []string // of the verb, as the user gave them
	dir      string   // where the user is
	shown    []string // files and folders that it needs
	writable []flagFolder
}

// A flagFolder is a folder that a flag names, and that may be written.
type flagFolder struct{ flag, dir string }

// run runs it under each kernel, and returns the worst exit code.
func (o *onKernel) run(g guestRun, s std) int {
	var kernels []*vm.Kernel
	words := strings.Split(o.words, ",")
	for _, word := range words {
		k, err := vm.Find(word)
		if err != nil {
			say(s.err, "--kernel %s: %s", o.words, err)
			return builtins.CodeUsage
		}
		kernels = append(kernels, k)
	}
	if err := vm.Check(); err != nil {
		say(s.err, "--kernel: %s", err)
		return builtins.CodeUnable
	}
	for _, w := range g.writable {
		if err := os.MkdirAll(w.dir, 0o755); err != nil {
			say(s.err, "%s %s: %s", w.flag, w.dir, sandbox.WithoutPath(err))
			return builtins.CodeUsage
		}
	}
	if len(kernels) == 1 {
		return o.boot(kernels[0], words[0], g, s, "")
	}
	codes := make([]int, len(kernels))
	for i, k := range kernels {
		codes[i] = o.boot(k, words[i], g, s, "["+k.Release+"] ")
		if codes[i] == builtins.CodeInterrupted {
			return codes[i]
		}
	}
	worst := 0
	for i, k := range kernels {
		say(s.err, "%-28s %s", k.Release, codeWords(codes[i]))
		if worst == 0 || codes[i] == builtins.CodeFailed {
			worst = codes[i]
		}
	}
	return worst
}

// codeWords is an exit code in a word.
func codeWords(code int) string {
	words := map[int]string{
		builtins.CodePassed: "passed", builtins.CodeFailed: "failed", builtins.CodeUsage: "not run: usage or a mistake in the script",
		builtins.CodeUnable: "not decided", builtins.CodeCleanup: "something is left behind", builtins.CodeInterrupted: "interrupted",
	}
	if w := words[code]; w != "" {
		return w
	}
	return fmt.Sprintf("exit %d", code)
}

// boot runs it under one kernel, each line of its output with a prefix.
func (o *onKernel) boot(k *vm.Kernel, word string, g guestRun, s std, prefix string) int {
	args := append([]string{"wirelark", g.verb, "--kernel", word}, withoutKernel(g.args)...)
	if o.virtual {
		args = append(args, "--virtual-time")
	}
	var dirs, places []string
	for i, w := range g.writable {
		args = append(args, w.flag+"="+vm.Share(i))
		dirs, places = append(dirs, w.dir), append(places, vm.Share(i), w.dir)
	}
	names := strings.NewReplacer(places...)
	m := &vm.Machine{
		Kernel: k, Args: args, Env: append(os.Environ(), guestEnv+"=1"), Dir: g.dir, Writable: dirs, Shown: append(g.shown, g.dir),
		Virtual: o.virtual, Stdout: &shownAs{to: s.out, names: names, prefix: prefix}, Stderr: &shownAs{to: s.err, names: names, prefix: prefix},
	}
	code, err := m.Run()
	var f *vm.Fault
	switch {
	case errors.As(err, &f):
		say(s.err, "%s; the last of its console:", f)
		for _, line := range f.Console {
			fmt.Fprintf(s.err, "  %s\n", printableLine(line))
		}
		if f.Booted {
			return builtins.CodeFailed
		}
		return builtins.CodeUnable
	case err != nil:
		say(s.err, "--kernel %s: %s", k.Release, err)
		return builtins.CodeUnable
	}
	return code
}

// withoutKernel are arguments without the flags that are the host's.
func withoutKernel(args []string) (list []string) {
	for i := 0; i < len(args); i++ {
		switch name, _, hasValue := strings.Cut(args[i], "="); {
		case args[i] == "--":
			return append(list, args[i:]...)
		case name == "--kernel":
			if !hasValue {
				i++
			}
		case name == "--virtual-time":
		default:
			list = append(list, args[i])
		}
	}
	return list
}

// printableLine shows control characters instead of sending them.
func printableLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '.'
		}
		return r
	}, s)
}

// shownAs writes what the guest says, with the folders' names on the host, and
// each line with a prefix.
type shownAs struct {
	to     *os.File
	names  *strings.Replacer
	prefix string
	inside bool // of a line
}

func (p *shownAs) Write(b []byte) (int, error) {
	all := p.names.Replace(string(b))
	if p.prefix == "" {
		_, err := p.to.WriteString(all)
		return len(b), err
	}
	for line := range strings.Lines(all) {
		text := line
		if !p.inside {
			text = p.prefix + line
		}
		p.inside = !strings.HasSuffix(line, "\n")
		if _, err := p.to.WriteString(text); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}
