package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
	"wirelark/runtime"
	"wirelark/runtime/change"
)

// A watching runs tests again when what they depend on changes.
type watching struct {
	t      *testRun // the last run
	finder *suite.Finder
	w      *change.Watcher
}

// watch runs tests, then those that a change touches, until it is told to end.
func (t *testRun) watch(finder *suite.Finder, tests []*suite.Test) int {
	w, err := change.New()
	if err != nil {
		say(t.s.err, "test: --watch: %s", err)
		return builtins.CodeUnable
	}
	defer w.Close()
	a := &watching{t: t, finder: finder, w: w}
	for {
		if err := a.add(); err != nil { // before the run, for it takes a while
			say(t.s.err, "test: --watch: %s", err)
			return builtins.CodeUnable
		}
		if len(tests)+len(a.t.found.Broken) > 0 {
			if code := a.t.run(tests); code == builtins.CodeInterrupted {
				return code
			}
		}
		say(t.s.err, "test: waiting for a change of %s, or a new test; Ctrl-C ends it", count(len(a.files()), "file"))
		tests, err = a.next()
		switch {
		case errors.Is(err, context.Canceled):
			say(t.s.err, "interrupted")
			return builtins.CodeInterrupted
		case err != nil:
			say(t.s.err, "test: --watch: %s", err)
			return builtins.CodeUnable
		}
	}
}

// files are those that a change of makes some test run again.
func (a *watching) files() []string {
	var list []string
	for _, uses := range a.t.found.Uses {
		list = append(list, uses...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// add watches the folders that the files are in, and those in which tests were
// looked for, with all below. A folder that is gone meanwhile is none to watch.
func (a *watching) add() error {
	dirs := map[string]bool{}
	for _, file := range a.files() {
		dirs[filepath.Dir(file)] = true
	}
	for file := range a.t.found.Files {
		for _, dir := range []string{snapshotsOf(file), filepath.Dir(snapshotsOf(file))} {
			if !a.t.o.update && isFolder(dir) {
				dirs[dir] = true
			}
		}
	}
	for _, p := range a.t.o.paths {
		_ = filepath.WalkDir(a.real(p), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // it is not searched either
			case d.IsDir() && path != a.real(p) && strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			case d.IsDir():
				dirs[path] = true
			}
			return nil
		})
	}
	for dir := range dirs {
		if err := a.w.Add(dir); err != nil && isFolder(dir) {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	return nil
}

// real is the file or folder that a word of the command line means.
func (a *watching) real(word string) string {
	path, _, _ := strings.Cut(word, "::")
	path = absolute(a.t.dir, path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

func snapshotsOf(file string) string {
	return filepath.Join(filepath.Dir(file), runtime.SnapshotsDir, runtime.SnapshotFolder(file))
}

// next waits for changes that touch tests, and gives these.
func (a *watching) next() ([]*suite.Test, error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	pending := change.Set{Paths: map[string]bool{}}
	for {
		changes, err := a.w.Next(ctx)
		if err != nil {
			return nil, err
		}
		maps.Copy(pending.Paths, changes.Paths)
		pending.All = pending.All || changes.All
		if !a.matters(pending) {
			continue
		}
		if err := a.add(); err != nil { // new folders, before they are searched
			return nil, err
		}
		found, err := a.finder.Find(a.t.o.paths)
		if err != nil {
			say(a.t.s.err, "test: %s", err) // it may come back
			continue
		}
		before := a.t.found
		t := &testRun{o: a.t.o, s: a.t.s, dir: a.t.dir, found: found, memory: suite.OpenMemory(cacheFolder())}
		tests := slices.DeleteFunc(t.lastFailed(t.o.choice.Choose(found.Tests)), func(x *suite.Test) bool {
			return !a.touched(before, found, x.File, pending)
		})
		found.Broken = slices.DeleteFunc(found.Broken, func(b suite.Broken) bool {
			return !a.touched(before, found, b.File, pending)
		})
		a.t = t
		if len(tests)+len(found.Broken) > 0 {
			say(t.s.err, "test: changed: %s", a.names(pending))
			return tests, nil
		}
		pending = change.Set{Paths: map[string]bool{}}
	}
}

// matters reports whether some test may be touched, so that it is worth to look
// at all files again. A folder may have tests in it.
func (a *watching) matters(c change.Set) bool {
	files := a.files()
	return c.All || slices.ContainsFunc(slices.Collect(maps.Keys(c.Paths)), func(p string) bool {
		return strings.HasSuffix(p, ".star") || slices.Contains(files, p) || isFolder(p) || strings.Contains(p, "/"+runtime.SnapshotsDir+"/")
	})
}

// touched reports whether the tests of a file are to run: it is new, it or
// what it depends on has changed, or its mistakes are mended, which may be the
// work of another file.
func (a *watching) touched(before, now *suite.Found, file string, c change.Set) bool {
	was, known := before.Files[file]
	if !known || c.All || was == nil && now.Files[file] != nil {
		return true
	}
	for _, use := range slices.Concat(before.Uses[file], now.Uses[file]) {
		if c.Paths[use] {
			return true
		}
	}
	own := snapshotsOf(file)
	for p := range c.Paths {
		if !a.t.o.update && (p == own || p == filepath.Dir(own) || filepath.Dir(p) == own) {
			return true
		}
	}
	return false
}

// names are what has changed, for a line.
func (a *watching) names(c change.Set) string {
	const most = 3
	if c.All {
		return "too much to tell"
	}
	var list []string
	for _, p := range slices.Sorted(maps.Keys(c.Paths)) {
		list = append(list, builtins.Shown(a.t.dir, p))
	}
	if more := len(list) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), more)
	}
	return strings.Join(list, ", ")
}
