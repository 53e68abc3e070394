package suite

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"wirelark/builtins"
	"wirelark/builtins/decl"
	"wirelark/runtime/sandbox"
)

// A Finder finds the tests that words of the command line mean.
type Finder struct {
	Dir    string            // where the user is
	Unread func(path string) // is told of folders that cannot be read

	vettings map[string]*builtins.Vetting // by project
	done     map[string][]*Test           // by file
	uses     map[string][]string
}

// Found is what was found.
type Found struct {
	Tests  []*Test
	Broken []Broken            // files that are no scripts, or have mistakes
	Files  map[string][]*Test  // of each file that was read, those not asked for too; nil if it is broken
	Uses   map[string][]string // of each of them, the files that it depends on, itself too
}

// A Broken file has mistakes; the others are tested all the same.
type Broken struct {
	File  string // absolute path
	Shown string
	Text  string // the report of its mistakes
}

// suffix is how files end that are found in a folder.
const suffix = "_test.star"

// Find finds the tests of files, of folders and below, and of single tests
// FILE::NAME, each once, in the order of the words.
func (f *Finder) Find(words []string) (*Found, error) {
	f.vettings, f.done = map[string]*builtins.Vetting{}, map[string][]*Test{}
	f.uses = map[string][]string{}
	found := &Found{Files: f.done, Uses: f.uses}
	taken := map[*Test]bool{}
	for _, word := range words {
		path, name, single := strings.Cut(word, "::")
		files, err := Files(f.Dir, path, suffix, f.Unread)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: no such file or folder", path)
		case err != nil:
			return nil, fmt.Errorf("%s: may not be read", path)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("there is no file …%s in %s", suffix, path)
		}
		matched := 0
		for _, file := range files {
			tests, known := f.done[file]
			if !known {
				var broken *Broken
				if tests, broken = f.testsOf(file); broken != nil {
					found.Broken = append(found.Broken, *broken)
					single = false // its mistakes are told
				}
				f.done[file] = tests
			}
			for _, t := range tests {
				if name != "" && t.Name != name && t.Function != name {
					continue
				}
				matched++
				if !taken[t] {
					taken[t] = true
					found.Tests = append(found.Tests, t)
				}
			}
		}
		if single && matched == 0 {
			return nil, fmt.Errorf("%s has no test %s%s", path, name, near(name, f.done[files[0]]))
		}
	}
	return found, nil
}

// near suggests a test for one that there is not.
func near(name string, tests []*Test) string {
	var names []string
	for _, t := range tests {
		names = append(names, t.Name)
	}
	if len(names) == 0 {
		return ": it has none"
	}
	if n := decl.Nearest(name, names); n != "" {
		return " (did you mean " + n + "?)"
	}
	return ": it has " + strings.Join(names[:min(len(names), 5)], ", ")
}

// Files are the files that a path means, sorted: the file itself, or those with
// a suffix in the folder and below, without hidden folders. Unread is told of
// folders below that may not be read. That there is nothing is fs.ErrNotExist.
func Files(dir, path, suffix string, unread func(path string)) ([]string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	var files []string
	err = filepath.WalkDir(real, func(p string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrPermission) && p != real:
			unread(p)
			return filepath.SkipDir
		case err != nil:
			return err
		case d.IsDir() && p != real && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case !d.IsDir() && (p == real || strings.HasSuffix(p, suffix)):
			files = append(files, p)
		}
		return nil
	})
	slices.Sort(files)
	return files, err
}

// testsOf are the tests of a file: its functions test_…, else itself.
func (f *Finder) testsOf(file string) ([]*Test, *Broken) {
	shown := builtins.Shown(f.Dir, file)
	root := sandbox.ProjectOf(file)
	v := f.vettings[root]
	if v == nil {
		v = builtins.NewVetting(root, f.Dir)
		f.vettings[root] = v
	}
	var report bytes.Buffer
	wrong := v.Check(file, &report, false) > 0 || v.Broken(file)
	f.uses[file] = v.Uses(file)
	if wrong {
		return nil, &Broken{file, shown, report.String()}
	}
	list, err := v.Tests(file)
	if err != nil {
		v.Report(err, &report, false)
		return nil, &Broken{file, shown, report.String()}
	}
	if len(list) == 0 {
		list = []builtins.Test{{Line: 1}}
	}
	tests := make([]*Test, len(list))
	for i, t := range list {
		tests[i] = &Test{t, file, shown}
	}
	return tests, nil
}
