package change

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// next waits for changes, and fails the test if they do not come.
func next(t *testing.T, w *Watcher) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := w.Next(ctx)
	if err != nil || c.All {
		t.Fatalf("got %v, %v", c, err)
	}
	var names []string
	for p := range c.Paths {
		names = append(names, filepath.Base(p))
	}
	slices.Sort(names)
	return names
}

func do(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestChangesAreTold(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string) error { return os.WriteFile(path(name), []byte(name), 0o644) }
	do(t, write("old"))
	w, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	do(t, w.Add(dir), w.Add(dir))
	for _, x := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"written", func() error { return write("old") }, []string{"old"}},
		{"new", func() error { return write("new") }, []string{"new"}},
		{"two at once", func() error { return errors.Join(write("a"), write("b")) }, []string{"a", "b"}},
		{"replaced, as editors do", func() error { return errors.Join(write("new.tmp"), os.Rename(path("new.tmp"), path("new"))) }, []string{"new", "new.tmp"}},
		{"removed", func() error { return os.Remove(path("old")) }, []string{"old"}},
		{"a folder", func() error { return os.Mkdir(path("sub"), 0o755) }, []string{"sub"}},
	} {
		do(t, x.do())
		if got := next(t, w); !slices.Equal(got, x.want) {
			t.Errorf("%s: got %q, want %q", x.name, got, x.want)
		}
	}
	// A folder that is made anew is watched when it is added again.
	do(t, w.Add(path("sub")), os.Remove(path("sub")), os.Mkdir(path("sub"), 0o755))
	next(t, w)
	do(t, w.Add(path("sub")), os.WriteFile(path("sub/x"), nil, 0o644))
	if got := next(t, w); !slices.Equal(got, []string{"x"}) {
		t.Errorf("made anew: got %q, want x", got)
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	w, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	do(t, w.Add(t.TempDir()))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it is cancelled", err)
	}
}

// Too many changes for the kernel to tell may be any.
func TestOverflowIsToldApart(t *testing.T) {
	w := &Watcher{}
	c := Set{}
	event := make([]byte, unix.SizeofInotifyEvent)
	event[5] = unix.IN_Q_OVERFLOW >> 8
	if w.take(&c, event); !c.All {
		t.Error("got that nothing has changed, want that all may have")
	}
}

func TestWhatIsUsedUpIsNamed(t *testing.T) {
	w, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Add(filepath.Join(t.TempDir(), "none")); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("got %v, want that it is not there", err)
	}
	if err := exhausted(unix.ENOSPC, unix.ENOSPC, "watches"); err.Error() != "this user watches as much as fs.inotify.max_user_watches allows: end other programs that do, or raise it" {
		t.Errorf("got %v", err)
	}
}
