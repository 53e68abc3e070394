package builtins

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUsesAreFollowed(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"x.star":     "load(\"lib/a.star\", \"a\")\nload(\"@std//topo.star\", \"chain\")\nread_file(\"none.txt\")\nname = \"b.txt\"\nread_file(name)\n",
		"lib/a.star": "load(\"//b.star\", \"b\")\na = [read_file(\"d.txt\"), read_file(path = \"//b.txt\")]\n",
		"b.star":     "load(\"lib/none.star\", \"n\")\nb = 1\n",
		"b.txt":      "",
		"lib/d.txt":  "",
		"alone.star": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	v := NewVetting(dir, dir)
	for file, want := range map[string]string{"x.star": "x.star lib/a.star b.star lib/d.txt b.txt", "alone.star": "alone.star"} {
		v.Check(filepath.Join(dir, file), io.Discard, false)
		var got []string
		for _, use := range v.Uses(filepath.Join(dir, file)) {
			rel, _ := filepath.Rel(dir, use)
			got = append(got, rel)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: got %s, want %s", file, s, want)
		}
	}
}
