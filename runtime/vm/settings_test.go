package vm

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestSettingsAreCopied(t *testing.T) {
	dir := tree(t, map[string]string{"a": "one", "sub/b": "two", "large": strings.Repeat("x", largeSetting+1), "secret/c": "", "d": ""})
	for _, err := range []error{
		os.Symlink("sub/b", filepath.Join(dir, "link")), unix.Mkfifo(filepath.Join(dir, "fifo"), 0o644), os.Chmod(filepath.Join(dir, "a"), 0o640),
		os.Chmod(filepath.Join(dir, "d"), 0), os.Chmod(filepath.Join(dir, "secret"), 0),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "secret"), 0o700) })
	var a archive
	large, ok := a.settings(dir)
	if !ok || !slices.Equal(large, []string{filepath.Join(dir, "large")}) {
		t.Errorf("got large files %q, %v", large, ok)
	}
	want := []string{"settings", "settings/a one 640", "settings/large", "settings/link sub/b", "settings/secret", "settings/sub", "settings/sub/b two"}
	if os.Getuid() == 0 { // who may read all
		want = append(want, "settings/d", "settings/secret/c")
	}
	got := entries(t, a.bytes())
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("got %q, want %q among them", got, w)
		}
	}
	if len(got) != len(want)+1 { // and the end
		t.Errorf("got %q, want no more than %q", got, want)
	}
}

// entries are the names of an archive, with the contents and modes of those
// that a test looks at.
func entries(t *testing.T, archive []byte) (list []string) {
	t.Helper()
	field := func(b []byte, i int) (n int) {
		for _, c := range b[6+8*i : 14+8*i] {
			n = n<<4 | strings.IndexByte("0123456789ABCDEF", c)
		}
		return n
	}
	for at := 0; at+110 <= len(archive); {
		head := archive[at:]
		mode, size, name := field(head, 1), field(head, 6), field(head, 11)
		start := (at + 110 + name + 3) &^ 3
		data := archive[start : start+size]
		word := string(archive[at+110 : at+110+name-1])
		switch {
		case size > 0 && size < 100 && mode&0o777 == 0o640:
			word += " " + string(data) + " 640"
		case size > 0 && size < 100:
			word += " " + string(data)
		}
		list = append(list, word)
		at = (start + size + 3) &^ 3
	}
	return list
}

func TestTooManySettingsAreNotCopied(t *testing.T) {
	dir := t.TempDir()
	for i := range settingsMost/largeSetting + 2 {
		if err := os.WriteFile(filepath.Join(dir, string(rune('A'+i))), bytes.Repeat([]byte("x"), largeSetting), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var a archive
	if large, ok := a.settings(dir); ok || large != nil || len(entries(t, a.bytes())) != 1 {
		t.Errorf("got a copy of more than %d bytes", settingsMost)
	}
	if _, ok := a.settings("/no/such"); ok {
		t.Error("got a copy of nothing")
	}
}
