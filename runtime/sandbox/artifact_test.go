package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a lab sends for the folder of artifacts is written there and nowhere
// else, whatever the lab calls it, and not without end.
func TestArtifactsStayInTheirFolder(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "kept")
	a, err := openArtifacts(dir)
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(top, "outside")
	if err := os.Symlink(outside, filepath.Join(dir, "link.log")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../up.log", "/abs.log", ".hidden", "a/b.log", "", strings.Repeat("x", 300), "new\nline"} {
		a.packet([]byte(name + "\x00text"))
		if a.err != nil {
			t.Errorf("name %q: got %v, want that it is passed over", name, a.err)
		}
	}
	a.packet([]byte("no zero byte"))
	a.packet([]byte("good.log\x00one "))
	a.packet([]byte("good.log\x00two"))
	if got, _ := os.ReadFile(filepath.Join(dir, "good.log")); string(got) != "one two" {
		t.Errorf("good.log: got %q, want %q", got, "one two")
	}
	a.packet([]byte("link.log\x00text"))
	if a.err == nil || !strings.HasPrefix(a.err.Error(), "link.log: ") {
		t.Errorf("a link out of the folder: got %v, want an error", a.err)
	}
	list, err := filepath.Glob(filepath.Join(top, "*"))
	if err != nil || len(list) != 1 {
		t.Errorf("beside the folder: got %v, %v, want nothing", list, err)
	}
}

func TestArtifactsAreLimited(t *testing.T) {
	a, err := openArtifacts(filepath.Join(t.TempDir(), "kept"))
	if err != nil {
		t.Fatal(err)
	}
	a.size = artifactsLimit - 3
	a.packet([]byte("x.log\x00123"))
	if a.err != nil {
		t.Fatalf("up to the limit: got %v", a.err)
	}
	a.packet([]byte("x.log\x004"))
	if a.err == nil || a.err.Error() != "is full: the limit is 1024 MiB for one run" {
		t.Errorf("past the limit: got %v, want that it is full", a.err)
	}
}
