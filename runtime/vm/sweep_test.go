package vm

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFoldersOfTheKilledAreSwept, and of nobody else.
func TestFoldersOfTheKilledAreSwept(t *testing.T) {
	in := t.TempDir()
	folder := func(name string) string {
		dir := filepath.Join(in, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	mine, dead, young, other := folder(folderPrefix+"1"), folder(folderPrefix+"2"), folder(folderPrefix+"3"), folder("else-4")
	lock, err := claim(mine)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	for _, dir := range []string{dead, other} {
		f, err := claim(dir)
		if err != nil {
			t.Fatal(err)
		}
		f.Close() // as the kernel does for who is killed
	}
	if _, err := claim(mine); err == nil {
		t.Error("got no error for a folder that is held")
	}
	sweep(in)
	for dir, want := range map[string]bool{mine: true, dead: false, young: true, other: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: got %v, want that it is there: %v", filepath.Base(dir), err, want)
		}
	}
}

// TestFoldersAreHeldAsSoonAsTheyAreLocked, whoever sweeps meanwhile.
func TestFoldersAreHeldAsSoonAsTheyAreLocked(t *testing.T) {
	in := t.TempDir()
	done, swept := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(swept)
		for {
			select {
			case <-done:
				return
			default:
				sweep(in)
			}
		}
	}()
	defer func() { close(done); <-swept }()
	for range 200 {
		dir, err := os.MkdirTemp(in, folderPrefix)
		if err != nil {
			t.Fatal(err)
		}
		lock, err := claim(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "lock")); err != nil {
			t.Error(err)
		}
		lock.Close()
	}
}
