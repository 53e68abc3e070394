// Package change tells which files of some folders have changed.
package change

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// A Watcher watches folders, not files: editors put a new file in the place of
// the old one, which is then no longer the one that was watched.
type Watcher struct {
	f    *os.File
	dirs map[int32]string
}

// A Set is what has changed.
type Set struct {
	Paths map[string]bool // of files and of folders that came, went or were written
	All   bool            // there were too many to tell: anything may have
}

// quiet is for how long nothing may have changed before a change is told: an
// editor writes several files at once, a checkout many.
const quiet = 100 * time.Millisecond

// New makes a watcher, which its caller closes.
func New() (*Watcher, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, exhausted(err, unix.EMFILE, "instances")
	}
	return &Watcher{os.NewFile(uintptr(fd), "inotify"), map[int32]string{}}, nil
}

// exhausted names the switch that bounds what there is too little of.
func exhausted(err, full error, what string) error {
	if errors.Is(err, full) {
		return fmt.Errorf("this user watches as much as fs.inotify.max_user_%s allows: end other programs that do, or raise it", what)
	}
	return err
}

// Close ends it.
func (w *Watcher) Close() error { return w.f.Close() }

// Add watches a folder, not those below. One that is watched may be added
// again; one that was removed and made anew must be.
func (w *Watcher) Add(dir string) error {
	raw, err := w.f.SyscallConn()
	if err != nil {
		return err
	}
	var wd int
	e := raw.Control(func(fd uintptr) {
		wd, err = unix.InotifyAddWatch(int(fd), dir, unix.IN_CLOSE_WRITE|unix.IN_CREATE|unix.IN_DELETE|unix.IN_MOVED_TO|unix.IN_MOVED_FROM|unix.IN_ONLYDIR)
	})
	if err = errors.Join(e, err); err != nil {
		return exhausted(err, unix.ENOSPC, "watches")
	}
	w.dirs[int32(wd)] = dir
	return nil
}

// Next waits for changes and for the quiet after them. It ends with ctx.
func (w *Watcher) Next(ctx context.Context) (Set, error) {
	c := Set{Paths: map[string]bool{}}
	_ = w.f.SetReadDeadline(time.Time{})
	defer context.AfterFunc(ctx, func() { _ = w.f.SetReadDeadline(time.Unix(1, 0)) })()
	buf := make([]byte, 64<<10)
	for {
		n, err := w.f.Read(buf)
		switch {
		case ctx.Err() != nil:
			return c, ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded):
			return c, nil
		case err != nil:
			return c, err
		}
		w.take(&c, buf[:n])
		if len(c.Paths) > 0 || c.All {
			_ = w.f.SetReadDeadline(time.Now().Add(quiet))
		}
	}
}

// take adds events, as inotify(7) describes them, to changes.
func (w *Watcher) take(c *Set, events []byte) {
	for len(events) >= unix.SizeofInotifyEvent {
		wd := int32(binary.NativeEndian.Uint32(events))
		mask := binary.NativeEndian.Uint32(events[4:])
		end := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(events[12:]))
		name := unix.ByteSliceToString(events[unix.SizeofInotifyEvent:end])
		events = events[end:]
		dir, known := w.dirs[wd]
		switch {
		case mask&unix.IN_Q_OVERFLOW != 0:
			c.All = true
		case mask&unix.IN_IGNORED != 0:
			delete(w.dirs, wd) // the folder is gone
		case known && name != "":
			c.Paths[filepath.Join(dir, name)] = true
		}
	}
}
