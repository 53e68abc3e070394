package builtins

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"wirelark/scripts/std"
)

// A loader keeps the files that were loaded, each once.
type loader struct {
	mu      sync.Mutex
	modules map[string]*module
	stack   []string // being loaded now
}

type module struct {
	globals starlark.StringDict
	err     error
}

// load runs a file that a script loads and returns what it defines.
func (sc *script) load(t *starlark.Thread, name string) (starlark.StringDict, error) {
	from := callPos(t).Filename()
	if from == promptFile {
		from = sc.opt.File
	}
	file, err := sc.locate(from, name)
	if err != nil {
		return nil, err
	}
	l := &sc.loads
	l.mu.Lock()
	// The script itself is being loaded too, first of all.
	chain := append([]string{sc.opt.File}, l.stack...)
	if i := slices.Index(chain, file); i >= 0 {
		l.mu.Unlock()
		return nil, errors.New(circle(sc, append(chain[i:], file)))
	}
	if m := l.modules[file]; m != nil {
		l.mu.Unlock()
		return m.globals, m.err
	}
	l.stack = append(l.stack, file)
	l.mu.Unlock()

	m := &module{}
	m.globals, m.err = sc.runModule(file)

	l.mu.Lock()
	defer l.mu.Unlock()
	l.stack = l.stack[:len(l.stack)-1]
	if l.modules == nil {
		l.modules = map[string]*module{}
	}
	l.modules[file] = m
	return m.globals, m.err
}

func (sc *script) runModule(file string) (starlark.StringDict, error) {
	src, err := sc.read(file)
	if err != nil {
		return nil, err
	}
	prog, err := sc.compile(src)
	if err != nil {
		return nil, err
	}
	t, end := sc.main.thread(file)
	defer end()
	globals, err := prog.Init(t, sc.env)
	globals.Freeze()
	return globals, sc.framed(t, err)
}

// locate is the file that a load in another file means.
func (sc *script) locate(from, name string) (string, error) {
	if rest, ok := strings.CutPrefix(name, stdRoot); ok {
		if rest == "" || path.Clean(rest) != rest || strings.Contains(rest, "/") {
			return "", fmt.Errorf("%q: the standard library's files are @std//NAME.star", name)
		}
		if !slices.Contains(std.Names(), rest) {
			return "", fmt.Errorf("%q: the standard library has no %s: it has %s", name, rest, strings.Join(std.Names(), ", "))
		}
		return name, nil
	}
	if strings.HasPrefix(name, "@") {
		return "", fmt.Errorf("%q: the only library is @std//", name)
	}
	if strings.HasPrefix(from, stdRoot) {
		return "", fmt.Errorf("%q: the standard library loads only its own files", name)
	}
	file := filepath.Join(filepath.Dir(from), name)
	if rest, ok := strings.CutPrefix(name, "//"); ok {
		file = filepath.Join(sc.opt.Root, rest)
	} else if filepath.IsAbs(name) {
		return "", fmt.Errorf("%q: write a path from this file's folder, or //… from the project's", name)
	}
	out := fmt.Errorf("%q leads out of the project's folder: that of the nearest wirelark.toml or .git above the script, else its own", name)
	if !inside(sc.opt.Root, file) { // the lab may not see what is there
		return "", out
	}
	root, err := filepath.EvalSymlinks(sc.opt.Root)
	if err != nil {
		return "", errors.New("the project's folder is gone")
	}
	real, err := filepath.EvalSymlinks(file)
	if _, e := os.Lstat(file); err != nil && e == nil {
		return "", fmt.Errorf("%q: %s is a link to nothing that the lab can see", name, sc.name(file))
	}
	if err != nil {
		return "", fmt.Errorf("%q: no such file: looked for %s", name, sc.name(file))
	}
	if !inside(root, real) {
		return "", out
	}
	return real, nil
}

// inside reports whether a path lies in a folder, by its text.
func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}
