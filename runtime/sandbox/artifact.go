package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Artifacts begins files of what is kept of the run, by their names, in the
// folder that the user named; nil if there is none.
func (l *Lab) Artifacts() func(name string) io.Writer {
	if l.Spec.Artifacts == "" {
		return nil
	}
	return func(name string) io.Writer {
		a := artifact{l.control, name}
		_, _ = a.Write(nil) // the front tells of an error
		return a
	}
}

// An artifact is the engine's end of such a file.
type artifact struct {
	f    *os.File
	name string
}

func (a artifact) Write(p []byte) (int, error) {
	head := append([]byte(a.name), 0)
	for rest, first := p, true; first || len(rest) > 0; first = false {
		n := min(len(rest), packetSize-len(head))
		if err := send(a.f, toArtifact, append(head[:len(head):len(head)], rest[:n]...)); err != nil {
			return len(p) - len(rest), err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// artifactsLimit is how much is kept of one run, in bytes.
const artifactsLimit = 1 << 30

// isArtifact reports whether the engine may call a file so: it may have been
// taken over by a stranger's script.
func isArtifact(name string) bool {
	return len(name) > 0 && len(name) <= 250 && name[0] != '.' && !strings.ContainsFunc(name, func(r rune) bool {
		return r > 0x7e || r <= ' ' || r == '/'
	})
}

// artifacts are those files, as the front writes them.
type artifacts struct {
	dir   string
	root  *os.Root
	begun map[string]bool
	size  int64
	err   error // why something is missing
}

// openArtifacts makes the folder.
func openArtifacts(dir string) (*artifacts, error) {
	if dir == "" {
		return nil, nil
	}
	err := os.MkdirAll(dir, 0o755)
	var root *os.Root
	if err == nil {
		root, err = os.OpenRoot(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("--artifacts %s: %w", dir, WithoutPath(err))
	}
	return &artifacts{dir: dir, root: root, begun: map[string]bool{}}, nil
}

// packet adds to a file. Each write opens it, so that no number of programs
// takes up our open files.
func (a *artifacts) packet(data []byte) {
	if a == nil || a.err != nil {
		return
	}
	name, part, ok := bytes.Cut(data, []byte{0})
	if !ok || !isArtifact(string(name)) {
		return
	}
	if a.size += int64(len(part)); a.size > artifactsLimit {
		a.err = fmt.Errorf("is full: the limit is %d MiB for one run", artifactsLimit>>20)
		return
	}
	if err := a.add(string(name), part); err != nil {
		a.err = fmt.Errorf("%s: %w", name, WithoutPath(err))
	}
}

func (a *artifacts) add(name string, part []byte) error {
	how := os.O_APPEND
	if !a.begun[name] {
		how = os.O_TRUNC
		a.begun[name] = true
	}
	f, err := a.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|how, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(part)
	return errors.Join(err, f.Close())
}

// close says what is missing, and returns the exit code for it.
func (a *artifacts) close(out *console) int {
	if a == nil {
		return 0
	}
	_ = a.root.Close() // a folder has nothing to lose
	if a.err == nil {
		return 0
	}
	out.say("--artifacts %s: %s; what came after that is lost", a.dir, a.err)
	return codeFailed
}

// WithoutPath is an error of a file without its path, for messages that say it.
func WithoutPath(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
