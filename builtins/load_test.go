package builtins

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLocateStaysInTheProject(t *testing.T) {
	base := t.TempDir()
	root := filepath.Join(base, "project")
	for _, dir := range []string{"project/lib", "project2"} {
		if err := os.MkdirAll(filepath.Join(base, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"project/x.star", "project/lib/y.star", "project/..odd.star", "project2/z.star", "outside.star"} {
		if err := os.WriteFile(filepath.Join(base, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"out.star": "../outside.star", "in.star": "lib/y.star", "loop.star": "loop.star", "lib/up.star": "../x.star", "dir": "../project2"} {
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	sc := newScript(t.Context(), nil, Options{Root: root, Dir: root})
	x, y := filepath.Join(root, "x.star"), filepath.Join(root, "lib/y.star")
	for _, c := range []struct{ from, name, want string }{
		{x, "lib/y.star", y}, {y, "../x.star", x}, {x, "./lib/../x.star", x}, {y, "//x.star", x}, {y, "//lib/../x.star", x}, {x, "..odd.star", filepath.Join(root, "..odd.star")},
		{x, "in.star", y}, {y, "up.star", x}, {x, "@std//topo.star", "@std//topo.star"}, {stdRoot + "topo.star", "@std//topo.star", "@std//topo.star"},
		{x, "../outside.star", "leads out"}, {x, "../project2/z.star", "leads out"}, {x, "//../outside.star", "leads out"}, {y, "../../outside.star", "leads out"},
		{x, "out.star", "leads out"}, {x, "dir/z.star", "leads out"}, {x, "..", "leads out"}, {x, "loop.star", "is a link to nothing"}, {x, "none.star", "no such file"}, {x, "x.star/y", "no such file"},
		{x, x, "write a path from this file's folder"}, {x, "/etc/passwd", "write a path"}, {x, "@std//", "the standard library's files are"}, {x, "@std//none.star", "has no none.star"},
		{x, "@std//a/b.star", "the standard library's files are"}, {x, "@std//../x", "the standard library's files are"}, {x, "@lib//x.star", "the only library"}, {x, "@std", "the only library"},
		{stdRoot + "topo.star", "x.star", "the standard library loads only its own files"}, {stdRoot + "topo.star", "//x.star", "the standard library loads only its own files"},
	} {
		got, err := sc.locate(c.from, c.name)
		if err != nil {
			got = err.Error()
		}
		if got != c.want && (err == nil || !strings.Contains(got, c.want)) {
			t.Errorf("%s from %s: got %s, want %s", c.name, c.from, got, c.want)
		}
	}
}

// FuzzLocate: no name leads out of the project.
func FuzzLocate(f *testing.F) {
	for _, s := range []string{"", ".", "..", "a/../..", "//..", "/", "@", "@std//..", "a\x00b", "//", strings.Repeat("../", 50), "a//b", "...", "..a", "~"} {
		f.Add(s)
	}
	root := f.TempDir()
	from := filepath.Join(root, "x.star")
	if err := os.WriteFile(from, nil, 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		sc := newScript(t.Context(), nil, Options{Root: root, Dir: root})
		file, err := sc.locate(from, name)
		if err == nil && !strings.HasPrefix(file, stdRoot) && file != root && !strings.HasPrefix(file, root+"/") {
			t.Errorf("%q: got %s, which is not in %s", name, file, root)
		}
	})
}
