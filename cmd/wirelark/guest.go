package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/report"
	"wirelark/runtime/sandbox"
	"wirelark/runtime/vm"
)

// A guestRun is what runs under other kernels: a verb of this program.
type guestRun struct {
	verb     string
	args     []string // of the verb, as the user gave them
	dir      string   // where the user is
	shown    []string // files and folders that it needs
	outputs  []written
	verdicts bool // of each test are compared, if there are several kernels
	signals  <-chan os.Signal
}

// A written is what a flag has written: a folder, or a file.
type written struct {
	flag, path string // absolute
	folder     bool
}

// of is the output of one of several kernels.
func (w written) of(release string) written {
	if w.folder {
		w.path = filepath.Join(w.path, release)
		return w
	}
	ext := filepath.Ext(w.path)
	w.path = strings.TrimSuffix(w.path, ext) + "." + release + ext
	return w
}

// place is the folder that must be writable, and the rest of the path.
func (w written) place() (dir, rest string) {
	if w.folder {
		return w.path, ""
	}
	return filepath.Dir(w.path), "/" + filepath.Base(w.path)
}

// byWeight are exit codes: of several the last is told.
var byWeight = []int{builtins.CodePassed, builtins.CodeUnable, builtins.CodeUsage, builtins.CodeFailed, builtins.CodeCleanup}

// run runs it under each kernel, and returns the worst exit code.
func (o *onKernel) run(g guestRun, s std) int {
	signals := make(chan os.Signal, 4)
	vm.Listen(signals) // before anything is made that they would leave behind
	defer signal.Stop(signals)
	g.signals = signals
	var kernels []*vm.Kernel
	words := strings.Split(o.words, ",")
	for _, word := range words {
		k, err := vm.Find(word)
		if err != nil {
			say(s.err, "--kernel %s: %s", o.words, err)
			return builtins.CodeUsage
		}
		if slices.ContainsFunc(kernels, func(other *vm.Kernel) bool { return other.Dir == k.Dir }) {
			say(s.err, "--kernel %s: %s is %s, which is there already", o.words, word, k.Release)
			return builtins.CodeUsage
		}
		kernels = append(kernels, k)
	}
	for _, path := range append(g.shown, g.dir) {
		if vm.Covered(path) {
			say(s.err, "--kernel: %s is a folder that a guest has of its own: put the script into a folder below it", path)
			return builtins.CodeUsage
		}
	}
	if err := vm.Check(); err != nil {
		say(s.err, "--kernel: %s", err)
		return builtins.CodeUnable
	}
	if len(kernels) == 1 {
		return o.boot(kernels[0], words[0], g, s, "")
	}
	temp, err := os.MkdirTemp("", "wirelark-verdicts-")
	if err != nil {
		say(s.err, "--kernel: %s", sandbox.WithoutPath(err))
		return builtins.CodeUnable
	}
	defer os.RemoveAll(temp)
	codes, verdicts := make([]int, len(kernels)), make([][]report.Verdict, len(kernels))
	for i, k := range kernels {
		one := g
		one.outputs = nil
		for _, w := range g.outputs {
			one.outputs = append(one.outputs, w.of(k.Release))
		}
		path := one.verdictsFile(filepath.Join(temp, fmt.Sprint(i)))
		codes[i] = o.boot(k, words[i], one, s, "["+k.Release+"] ")
		if codes[i] == builtins.CodeInterrupted {
			return codes[i]
		}
		if st, err := os.Lstat(path); err == nil && st.Mode().IsRegular() {
			if text, err := os.ReadFile(path); err == nil {
				verdicts[i], _ = report.Verdicts(text) // what it cannot tell, it does not
			}
		}
	}
	worst := 0
	for i, k := range kernels {
		say(s.err, "%-28s %s", k.Release, codeWords(codes[i]))
		if slices.Index(byWeight, codes[i]) > slices.Index(byWeight, worst) {
			worst = codes[i]
		}
	}
	for _, line := range differing(kernels, verdicts) {
		fmt.Fprintln(s.err, line)
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
	args := withoutKernel(g.args)
	var flags []string // behind the user's, which they replace, and before a --
	if o.virtual {
		flags = append(flags, "--virtual-time")
	}
	var dirs, names []string
	for _, w := range g.outputs {
		dir, rest := w.place()
		if w.folder || strings.HasSuffix(rest, "/verdicts.xml") {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				say(s.err, "%s %s: %s", w.flag, w.path, sandbox.WithoutPath(err))
				return builtins.CodeUsage
			}
		}
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			say(s.err, "%s %s: there is no folder %s", w.flag, w.path, dir)
			return builtins.CodeUsage
		}
		share := vm.Share(len(dirs))
		flags = append(flags, w.flag+"="+share+rest)
		dirs, names = append(dirs, dir), append(names, share, dir)
	}
	shown := strings.NewReplacer(names...)
	m := &vm.Machine{
		Kernel: k, Args: guestLine(g.verb, word, args, flags), Env: append(os.Environ(), guestEnv+"="+k.Release), Signals: g.signals, Dir: g.dir, Writable: dirs, Shown: append(g.shown, g.dir),
		Virtual: o.virtual, Stdout: &shownAs{to: s.out, names: shown, prefix: prefix}, Stderr: &shownAs{to: s.err, names: shown, prefix: prefix},
	}
	code, err := m.Run()
	var f *vm.Fault
	var lost *vm.Lost
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
	case errors.As(err, &lost):
		say(s.err, "%s", lost)
		return max(code, builtins.CodeFailed)
	case err != nil:
		say(s.err, "--kernel %s: %s", k.Release, err)
		return builtins.CodeUnable
	}
	return code
}

// guestLine is the command line of a guest's program.
func guestLine(verb, word string, args, flags []string) []string {
	at := slices.Index(args, "--")
	if at < 0 {
		at = len(args)
	}
	return slices.Concat([]string{"wirelark", verb, "--kernel", word}, args[:at], flags, args[at:])
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
