package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wirelark/runtime/sandbox"
)

// A Memory knows which tests failed when they were last run. It has a file for
// each project in the user's cache folder: the project itself is the user's,
// and nothing is written there unasked.
type Memory struct {
	dir      string // the cache folder; "" if the user has none
	err      error  // why something is not known
	projects map[string]*past
	ran      map[*Test]bool // whether it failed
}

// A past is what is known of one project.
type past struct {
	Project string   `json:"project"`
	Failed  []string `json:"failed"` // FILE::NAME from the project's folder; FILE, all of it

	known bool // there was a run before
}

// OpenMemory gives the memory in a cache folder, "" for none.
func OpenMemory(dir string) *Memory {
	m := &Memory{dir: dir, projects: map[string]*past{}, ran: map[*Test]bool{}}
	if dir == "" {
		m.err = errors.New("there is no cache folder: set XDG_CACHE_HOME or HOME")
	}
	return m
}

// of is the past of the project that a file belongs to, and the file's path
// from there.
func (m *Memory) of(file string) (p *past, rel string) {
	root := sandbox.ProjectOf(file)
	if p = m.projects[root]; p == nil {
		p = &past{}
		if m.dir != "" {
			p.read(m.file(root), &m.err)
		}
		p.Project = root
		m.projects[root] = p
	}
	rel, err := filepath.Rel(root, file)
	if err != nil {
		rel = file
	}
	return p, rel
}

// file is where the past of a project is kept.
func (m *Memory) file(root string) string {
	sum := sha256.Sum256([]byte(root))
	return filepath.Join(m.dir, "wirelark", "failed", hex.EncodeToString(sum[:8])+".json")
}

func (p *past) read(file string, problem *error) {
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, p)
	}
	switch {
	case err == nil:
		p.known = true
	case !errors.Is(err, fs.ErrNotExist):
		*problem = fmt.Errorf("what is known of the last run cannot be read: %w", sandbox.WithoutPath(err))
	}
}

// key names a test in its project.
func key(rel string, t *Test) string {
	if t.Function == "" {
		return rel
	}
	return rel + "::" + t.Name
}

// Failed divides tests into those that failed when they were last run, and the
// rest, both in their order. Those of a file that had mistakes have failed.
func (m *Memory) Failed(tests []*Test) (failed, rest []*Test) {
	for _, t := range tests {
		p, rel := m.of(t.File)
		if slices.Contains(p.Failed, rel) || slices.Contains(p.Failed, key(rel, t)) {
			failed = append(failed, t)
		} else {
			rest = append(rest, t)
		}
	}
	return failed, rest
}

// Known reports whether there was a run of any of the projects before, after
// Failed has looked for them.
func (m *Memory) Known() bool {
	for _, p := range m.projects {
		if p.known {
			return true
		}
	}
	return false
}

// Ended takes down how a test ended. One that was interrupted, or failed because
// the machine stood still, is as it was.
func (m *Memory) Ended(r *Result) {
	if r.Status != Interrupted && r.Status != Inconclusive {
		m.ran[r.Test] = m.ran[r.Test] || r.Status.Bad()
	}
}

// Save keeps what is known now: of tests that have not run, what was known
// before; of those that are gone, nothing. It returns what could not be read
// or written.
func (m *Memory) Save(found *Found) error {
	for file := range found.Files {
		p, rel := m.of(file)
		p.meet(rel, found)
	}
	for t, bad := range m.ran {
		p, rel := m.of(t.File)
		if k := key(rel, t); bad {
			p.Failed = append(p.Failed, k)
		} else {
			p.Failed = slices.DeleteFunc(p.Failed, func(s string) bool { return s == k })
		}
	}
	for root, p := range m.projects {
		if err := m.write(root, p); err != nil && m.err == nil {
			m.err = err
		}
	}
	return m.err
}

// meet compares what is known of a file with the tests that it has now.
func (p *past) meet(rel string, found *Found) {
	tests := found.Files[filepath.Join(p.Project, rel)]
	if tests == nil { // it has mistakes
		p.Failed = append(p.Failed, rel)
		return
	}
	var are []string
	for _, t := range tests {
		are = append(are, key(rel, t))
	}
	if slices.Contains(p.Failed, rel) {
		p.Failed = append(p.Failed, are...) // its mistakes are mended
	}
	p.Failed = slices.DeleteFunc(p.Failed, func(s string) bool {
		return (s == rel || strings.HasPrefix(s, rel+"::")) && !slices.Contains(are, s)
	})
}

func (m *Memory) write(root string, p *past) error {
	if m.dir == "" {
		return nil
	}
	p.Failed = slices.DeleteFunc(p.Failed, func(s string) bool {
		file, _, _ := strings.Cut(s, "::")
		_, err := os.Lstat(filepath.Join(root, file))
		return errors.Is(err, fs.ErrNotExist)
	})
	slices.Sort(p.Failed)
	p.Failed = slices.Compact(p.Failed)
	file := m.file(root)
	// A home that is not there, as that of a service, is not made.
	if _, err := os.Stat(filepath.Dir(m.dir)); err != nil {
		return fmt.Errorf("%s: %w", filepath.Dir(m.dir), sandbox.WithoutPath(err))
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return sandbox.WithoutPath(err)
	}
	return WriteFile(file, 0o600, func(w io.Writer) error {
		return json.NewEncoder(w).Encode(p)
	})
}
