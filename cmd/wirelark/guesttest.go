package main

import (
	"path/filepath"
	"slices"
	"strings"

	"wirelark/cmd/wirelark/report"
	"wirelark/runtime/sandbox"
	"wirelark/runtime/vm"
)

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
		if len(list) == 0 {
			continue // it did not come to tell
		}
		of[i] = map[string]string{}
		for _, v := range list {
			if !slices.Contains(names, v.Test) {
				names = append(names, v.Test)
			}
			of[i][v.Test] = v.Status
		}
	}
	for _, name := range names {
		var words []string
		first, same := "", true
		for i, k := range kernels {
			if of[i] == nil {
				continue
			}
			status := of[i][name]
			if status == "" {
				status = "not run"
			}
			if first == "" {
				first = status
			}
			same = same && status == first
			words = append(words, status+" under "+k.Release)
		}
		if !same {
			lines = append(lines, "  "+name+": "+strings.Join(words, ", "))
		}
	}
	return lines
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
