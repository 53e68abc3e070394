package sandbox

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"wirelark/runtime"
)

// Snapshots takes the texts that a test's snapshots shall hold from now on, by
// the names of their files; nil if they are only to be compared.
func (l *Lab) Snapshots() func(name, text string) error {
	if !l.Spec.Update {
		return nil
	}
	return func(name, text string) error {
		head := append([]byte(name), 0)
		for rest := []byte(text); ; {
			n := min(len(rest), packetSize-len(head)-1)
			part := append(head[:len(head):len(head)], last(n == len(rest)))
			if err := send(l.control, toSnapshot, append(part, rest[:n]...)); err != nil || n == len(rest) {
				return err
			}
			rest = rest[n:]
		}
	}
}

// last marks a part of a snapshot that no other follows.
func last(is bool) byte {
	if is {
		return '.'
	}
	return '+'
}

// Limits of what one run may write.
const (
	snapshotsLimit = 64 << 20 // bytes
	mostSnapshots  = 10_000
	mostPending    = 256 // that are not yet whole: a script writes as many at once as it has strands
)

// isSnapshot reports whether the engine may call a snapshot's file so: it may
// have been taken over by a stranger's script.
func isSnapshot(name string) bool { return isArtifact(name) && strings.HasSuffix(name, ".txt") }

// snapshots are those files, as the front writes them: beside the script, in
// the script's own folder and nowhere else. It is the only thing that is ever
// written in a user's project.
type snapshots struct {
	script  string // absolute path
	parts   map[string][]byte
	size    int
	count   int
	written int // that were not there
	changed int
	err     error
}

// openSnapshots begins to take them, if they are to be written.
func openSnapshots(s *Spec) *snapshots {
	if !s.Update {
		return nil
	}
	return &snapshots{script: s.Script, parts: map[string][]byte{}}
}

// packet takes a part of one, and writes it when it is whole.
func (p *snapshots) packet(data []byte) {
	if p == nil || p.err != nil {
		return
	}
	head, part, ok := bytes.Cut(data, []byte{0})
	name := string(head)
	if !ok || !isSnapshot(name) || len(part) == 0 {
		return
	}
	if p.size += len(part); p.size > snapshotsLimit {
		p.err = fmt.Errorf("the limit is %d MiB for one run", snapshotsLimit>>20)
		return
	}
	if _, begun := p.parts[name]; !begun && len(p.parts) == mostPending {
		p.err = fmt.Errorf("the limit is %d at once", mostPending)
		return
	}
	text := append(p.parts[name], part[1:]...)
	p.parts[name] = text
	if part[0] == last(false) {
		return
	}
	delete(p.parts, name)
	if p.count++; p.count > mostSnapshots {
		p.err = fmt.Errorf("the limit is %d for one run", mostSnapshots)
		return
	}
	if err := p.write(name, text); err != nil {
		p.err = err
	}
}

// write writes a file whole or not at all, and follows no link: not to the
// folder, which is made if need be, and not from it.
func (p *snapshots) write(name string, text []byte) error {
	root, err := os.OpenRoot(filepath.Dir(p.script))
	if err != nil {
		return err
	}
	defer root.Close()
	folder := path.Join(runtime.SnapshotsDir, runtime.SnapshotFolder(p.script))
	for _, dir := range []string{runtime.SnapshotsDir, folder} {
		if err := root.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: %w", dir, WithoutPath(err))
		}
		if st, err := root.Lstat(dir); err != nil || !st.IsDir() {
			return fmt.Errorf("%s: is no folder", dir)
		}
	}
	own, err := root.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("%s: %w", folder, WithoutPath(err))
	}
	defer own.Close()
	st, err := own.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err = replace(own, name, text); err == nil {
			p.written++
		}
	case err == nil && !st.Mode().IsRegular():
		err = errors.New("is no file")
	case err == nil:
		if old, e := own.ReadFile(name); e == nil && bytes.Equal(old, text) {
			return nil
		}
		if err = replace(own, name, text); err == nil {
			p.changed++
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path.Join(folder, name), WithoutPath(err))
	}
	return nil
}

// replace puts a file in the place of the one of that name.
func replace(dir *os.Root, name string, text []byte) error {
	fresh := ".wirelark-" + rand.Text()
	f, err := dir.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = dir.Rename(fresh, name)
	}
	if err != nil {
		_ = dir.Remove(fresh)
	}
	return err
}

// close says what could not be written, and returns the exit code for it.
func (p *snapshots) close(out *console) int {
	if p == nil || p.err == nil {
		return 0
	}
	out.say("--update: %s; no snapshot after that was written", p.err)
	return codeFailed
}
