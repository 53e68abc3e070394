package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// snapshotsOf begins to take snapshots of a script in a new folder.
func snapshotsOf(t *testing.T, script string) (dir string, p *snapshots) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "project")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir, openSnapshots(&Spec{Script: filepath.Join(dir, script), Update: true})
}

// filesIn is every file below a folder, with what it holds.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.Walk(dir, func(path string, st os.FileInfo, err error) error {
		if err != nil || st.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSnapshotsAreWrittenWhole(t *testing.T) {
	dir, p := snapshotsOf(t, "x_test.star")
	p.packet([]byte("a.one.txt\x00+begin, "))
	if got := filesIn(t, dir); len(got) != 0 {
		t.Errorf("before its end: got %v, want nothing", got)
	}
	p.packet([]byte("a.two.txt\x00.two"))
	p.packet([]byte("a.one.txt\x00.end"))
	p.packet([]byte("a.empty.txt\x00."))
	if p.err != nil || p.written != 3 || p.changed != 0 {
		t.Errorf("got %d written, %d changed, %v, want 3, 0, nil", p.written, p.changed, p.err)
	}
	if got := filesIn(t, dir); len(got) != 3 || got["snapshots/x_test/a.one.txt"] != "begin, end" || got["snapshots/x_test/a.two.txt"] != "two" {
		t.Errorf("got %v", got)
	}
	p.packet([]byte("a.one.txt\x00.begin, end"))
	p.packet([]byte("a.two.txt\x00.2"))
	if p.err != nil || p.written != 3 || p.changed != 1 {
		t.Errorf("again: got %d written, %d changed, %v, want 3, 1, nil", p.written, p.changed, p.err)
	}
	if code := p.close(nil); code != 0 {
		t.Errorf("close: got %d, want 0", code)
	}
}

// What a lab sends as a snapshot is written in the folder of its script and
// nowhere else, whatever the lab calls it.
func TestSnapshotsStayInTheirFolder(t *testing.T) {
	dir, p := snapshotsOf(t, "x_test.star")
	for _, name := range []string{"../up.txt", "/abs.txt", ".hidden.txt", "a/b.txt", "", ".txt", "x.star", "x_test.star", strings.Repeat("x", 300) + ".txt", "new\nline.txt", "..", "snapshots"} {
		p.packet([]byte(name + "\x00.text"))
		if p.err != nil {
			t.Errorf("name %q: got %v, want that it is passed over", name, p.err)
		}
	}
	p.packet([]byte("no-zero-byte.txt"))
	p.packet([]byte("no-mark.txt\x00"))
	if got := filesIn(t, dir); len(got) != 0 || p.size != 0 {
		t.Errorf("got %v, %d bytes, want nothing", got, p.size)
	}
	_, p = snapshotsOf(t, "x_test.star")
	p = openSnapshots(&Spec{Script: p.script}) // without --update
	p.packet([]byte("a.txt\x00.text"))
	if got := filesIn(t, filepath.Dir(dir)); len(got) != 0 {
		t.Errorf("unasked: got %v, want nothing", got)
	}
}

// A stranger's project may have links where the folders and files go.
func TestSnapshotsFollowNoLink(t *testing.T) {
	for _, x := range []struct {
		name, link, to, want string
	}{
		{"the folder of all", "snapshots", "../elsewhere", "snapshots: is no folder"},
		{"the folder of all, within", "snapshots", ".", "snapshots: is no folder"},
		{"the script's folder", "snapshots/x_test", "../..", "snapshots/x_test: is no folder"},
		{"the script's folder, within", "snapshots/x_test", "..", "snapshots/x_test: is no folder"},
		{"a file", "snapshots/x_test/a.txt", "../../x_test.star", "snapshots/x_test/a.txt: is no file"},
		{"a link to nothing", "snapshots/x_test/a.txt", "/nowhere/x", "snapshots/x_test/a.txt: is no file"},
	} {
		dir, p := snapshotsOf(t, "x_test.star")
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(x.link)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(x.to, filepath.Join(dir, x.link)); err != nil {
			t.Fatal(err)
		}
		p.packet([]byte("a.txt\x00.text"))
		if p.err == nil || p.err.Error() != x.want {
			t.Errorf("%s: got %v, want %s", x.name, p.err, x.want)
		}
		p.packet([]byte("b.txt\x00.text"))
		if got, _ := filepath.Glob(filepath.Join(dir, "..", "*", "*.txt")); len(got) != 0 {
			t.Errorf("%s: got %v, want nothing", x.name, got)
		}
	}
	dir, p := snapshotsOf(t, "x_test.star")
	if err := os.WriteFile(filepath.Join(dir, "snapshots"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	p.packet([]byte("a.txt\x00.text"))
	if p.err == nil || p.err.Error() != "snapshots: is no folder" {
		t.Errorf("a file in the way: got %v", p.err)
	}
}

// A name of a script that is nothing but dots and the ending leads nowhere else.
func TestSnapshotsOfAnOddScript(t *testing.T) {
	dir, p := snapshotsOf(t, "...star")
	p.packet([]byte("a.txt\x00.text"))
	if got := filesIn(t, dir); len(got) != 1 || got["snapshots/...star/a.txt"] != "text" {
		t.Errorf("got %v, %v", got, p.err)
	}
}

func TestSnapshotsAreLimited(t *testing.T) {
	_, p := snapshotsOf(t, "x_test.star")
	p.size = snapshotsLimit - 5
	p.packet([]byte("a.txt\x00+1234"))
	if p.err != nil {
		t.Fatalf("up to the limit: got %v", p.err)
	}
	p.packet([]byte("a.txt\x00."))
	if p.err == nil || p.err.Error() != "the limit is 64 MiB for one run" {
		t.Errorf("past the limit: got %v", p.err)
	}
	_, p = snapshotsOf(t, "x_test.star")
	for i := range mostPending + 1 {
		if p.err != nil {
			t.Fatalf("%d begun: got %v", i, p.err)
		}
		p.packet(fmt.Appendf(nil, "a%d.txt\x00+x", i))
	}
	if p.err == nil || p.err.Error() != "the limit is 256 at once" {
		t.Errorf("one too many begun: got %v", p.err)
	}
	_, p = snapshotsOf(t, "x_test.star")
	p.count = mostSnapshots
	p.packet([]byte("a.txt\x00.x"))
	if p.err == nil || p.err.Error() != "the limit is 10000 for one run" {
		t.Errorf("one too many: got %v", p.err)
	}
}
