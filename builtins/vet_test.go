package builtins

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vettedText writes files and returns what vetting the first finds, a line for
// each mistake.
func vettedText(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var w strings.Builder
	n := NewVetting(dir, dir).Check(filepath.Join(dir, files[0]), &w, false)
	var heads []string
	for line := range strings.Lines(w.String()) {
		if strings.Contains(strings.SplitN(line, " ", 2)[0], ".star") {
			heads = append(heads, strings.TrimSuffix(line, "\n"))
		}
	}
	if len(heads) != n {
		t.Errorf("got %d mistakes, told\n%s", n, w.String())
	}
	return strings.Join(heads, "\n")
}

func TestVetFindsWhatTheTextTells(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"n = netns(\"n\")\n", ""},
		{"n = netns()\n", "x.star:1:5: netns: name: is missing"},
		{"n = netns(1)\n", "x.star:1:5: netns: name: got int, want str"},
		{"n = netns(\"n\", forwad = True)\n", "x.star:1:5: netns: no parameter forwad (did you mean forward?)"},
		{"if False:\n    ping(1, 2, 3)\n", "x.star:2:5: ping: ns: got int, want netns"},
		{"def f(x):\n    return ping(x, \"a\")\n", "x.star:2:12: ping: dst: \"a\" is no IPv4 or IPv6 address"},
		{"def f(x):\n    return exec_in(x, \"a | b\")\n", "x.star:2:12: exec_in: cmd: | means nothing here, since no shell runs: quote it, or use sh_in(ns, \"…\")"},
		{"def f(x):\n    return exec_in(x, \"true\", timeout = \"5\")\n", "x.star:2:12: exec_in: timeout: \"5\" has no unit: write \"5s\", \"5ms\", or a number of seconds"},
		{"sleep(*[1, 2, 3])\nsleep(**{\"x\": 1})\n", ""},
		{"def sleep():\n    pass\nsleep()\n", "x.star:1:5: sleep is a builtin"},
		{"def path(n):\n    return n\npath(3)\n", ""}, // a common name
		{"path = 3\npath(1)\n", "x.star:1:1: path is a builtin"},
		{"link = 3\nlink(1)\n", "x.star:1:1: link is a builtin"},
		{"for ip in [1]:\n    print(ip)\n", ""}, // nothing calls it
		{"def main(n = 1):\n    pass\nmain(3)\n", "x.star:3:1: main is called at the end of the file anyway"},
		{"check_fails(lambda: sleep(\"x\"), \"no duration\")\n", ""}, // it must fail
		{"def f(sleep):\n    return sleep()\n", ""},
		{"sleep(1 + 1, 2)\n", "x.star:1:1: sleep: got 2 positional arguments, want at most 1"},
		{"sleep(-1)\n", ""}, // only running tells
		{"x = y\nz = x +\n", "x.star:1:5: y is not defined\nx.star:2:8: got newline, want primary expression"},
		{"check(True, b\"x\")\nnear(1.5, 2, within = 5)\n", "x.star:1:1: check: msg: got bytes, want str\nx.star:2:1: near: within: 5 has a doubtful unit: write \"5%\", or a float such as 0.15"},
		{"load(\"none.star\", \"x\")\n", "x.star:1:1: load: \"none.star\": no such file: looked for none.star"},
		{"load(\"../x.star\", \"x\")\n", "x.star:1:1: load: \"../x.star\" leads out of the project's folder: that of the nearest wirelark.toml or .git above the script, else its own"},
		{"load(\"x.star\", \"x\")\n", "x.star:1:1: load: files load each other in a circle: x.star → x.star"},
		{"load(\"@std//topo.star\", \"chian\")\n", "x.star:1:26: load: @std//topo.star has no chian (did you mean chain?)"},
	} {
		if got := vettedText(t, "x.star", c.text); got != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
}

func TestVetFollowsLoads(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  string
	}{
		{[]string{"x.star", "load(\"lib/y.star\", \"f\")\nf()\n", "lib/y.star", "load(\"//lib/z.star\", \"g\")\ndef f():\n    return g\n", "lib/z.star", "g = 1\n"}, ""},
		{[]string{"x.star", "load(\"y.star\", \"f\")\n", "y.star", "f = undefined_\n"}, "y.star:1:5: undefined_ is not defined"},
		{[]string{"x.star", "load(\"y.star\", \"none\", f = \"g\")\n", "y.star", "a, (b, g) = 1, (2, 3)\n[h, i] = [1, 2]\n"}, "x.star:1:17: load: y.star has no none"},
		{[]string{"x.star", "load(\"y.star\", \"a\")\n", "y.star", "load(\"x.star\", \"b\")\na = 1\n"}, "y.star:1:1: load: files load each other in a circle: x.star → y.star → x.star"},
		{[]string{"x.star", "load(\"y.star\", \"a\")\nload(\"z.star\", \"c\")\n", "y.star", "load(\"z.star\", a = \"c\")\n", "z.star", "c = netns()\n"}, "z.star:1:5: netns: name: is missing"},
	} {
		if got := vettedText(t, c.files...); got != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.files, got, c.want)
		}
	}
}

func TestVetTellsAMistakeOnce(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.star": "load(\"lib.star\", \"x\")\n", "b.star": "load(\"lib.star\", \"x\")\n", "lib.star": "x = netns()\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	v := NewVetting(dir, dir)
	var w strings.Builder
	a, b := v.Check(filepath.Join(dir, "a.star"), &w, false), v.Check(filepath.Join(dir, "b.star"), &w, false)
	if a != 1 || b != 0 || strings.Count(w.String(), "name: is missing") != 1 {
		t.Errorf("got %d and %d mistakes, told\n%s", a, b, w.String())
	}
}

func TestManyMistakesAreCut(t *testing.T) {
	text := strings.Repeat("undefined_a\n", 30)
	got := vettedText(t, "x.star", text)
	if n := strings.Count(got, "is not defined"); n != maxProblems {
		t.Errorf("got %d mistakes told, want %d", n, maxProblems)
	}
}
