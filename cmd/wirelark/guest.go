package main

import (
	"errors"
	"fmt"
	"os"
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
		if text, err := os.ReadFile(path); err == nil {
			verdicts[i], _ = report.Verdicts(text) // what it cannot tell, it does not
		}
	}
	worst := 0
	for i, k := range kernels {
		say(s.err, "%-28s %s", k.Release, codeWords(codes[i]))
		if worst == 0 || codes[i] == builtins.CodeFailed {
			worst = codes[i]
		}
	}
	for _, line := range differing(kernels, verdicts) {
		fmt.Fprintln(s.err, line)
	}
	return worst
}

// verdictsFile is where a report with the verdict of each test will be: the
// user's, or one of our own. "" if there are no tests.
func (g *guestRun) verdictsFile(own string) string {
	if !g.verdicts {
		return ""
	}
	for _, w := range g.outputs {
		if w.flag == "--junit" {
			return w.path
		}
	}
	w := written{flag: "--junit", path: filepath.Join(own, "verdicts.xml")}
	g.outputs = append(g.outputs, w)
	return w.path
}

// differing are the tests that did not come out the same under each kernel, with
// their verdicts side by side.
func differing(kernels []*vm.Kernel, verdicts [][]report.Verdict) (lines []string) {
	var names []string
	of := make([]map[string]string, len(kernels))
	for i, list := range verdicts {
		of[i] = map[string]string{}
		for _, v := range list {
			if !slices.Contains(names, v.Test) {
				names = append(names, v.Test)
			}
			of[i][v.Test] = v.Status
		}
	}
	for _, name := range names {
		first, words := of[0][name], make([]string, len(kernels))
		same := true
		for i, k := range kernels {
			status := of[i][name]
			same = same && status == first
			if status == "" {
				status = "not run"
			}
			words[i] = status + " under " + k.Release
		}
		if !same {
			lines = append(lines, "  "+name+": "+strings.Join(words, ", "))
		}
	}
	return lines
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
		args = append(args, w.flag+"="+share+rest)
		dirs, names = append(dirs, dir), append(names, share, dir)
	}
	shown := strings.NewReplacer(names...)
	m := &vm.Machine{
		Kernel: k, Args: args, Env: append(os.Environ(), guestEnv+"=1"), Dir: g.dir, Writable: dirs, Shown: append(g.shown, g.dir),
		Virtual: o.virtual, Stdout: &shownAs{to: s.out, names: shown, prefix: prefix}, Stderr: &shownAs{to: s.err, names: shown, prefix: prefix},
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

// underKernels runs the tests that were found under other kernels.
func (t *testRun) underKernels(args []string) int {
	g := guestRun{verb: "test", args: args, dir: t.dir, verdicts: true}
	for _, x := range t.found.Tests {
		if p := sandbox.ProjectOf(x.File); !slices.Contains(g.shown, p) {
			g.shown = append(g.shown, p)
		}
	}
	for _, w := range []written{{"--artifacts", t.o.artifacts, true}, {"--junit", t.o.junit, false}, {"--tap", t.o.tap, false}} {
		if w.path != "" {
			w.path = absolute(t.dir, w.path)
			g.outputs = append(g.outputs, w)
		}
	}
	return t.o.kernel.run(g, t.s)
}
