package runtime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// What is kept of a run if the user names a folder for it: a log for each
// program that goes on, and the journal.

// artifacts are the files that a session has begun.
type artifacts struct {
	mu    sync.Mutex
	names map[string]bool // that are taken
}

func (a *artifacts) take(name string) {
	if a.names == nil {
		a.names = map[string]bool{}
	}
	a.names[name] = true
}

// JournalFile is the name of the file with the steps.
const JournalFile = "journal.jsonl"

// artifact begins the log of a program in a node: "r1-ospfd.log", of a second
// one "r1-ospfd-2.log". Without a folder there is none.
func (s *Session) artifact(node, program string) (name string, log io.Writer) {
	if s.opt.Artifact == nil {
		return "", nil
	}
	first := node + "-" + plainName(filepath.Base(program))
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	name = first + ".log"
	for n := 2; s.kept.names[name]; n++ {
		name = fmt.Sprintf("%s-%d.log", first, n)
	}
	s.kept.take(name)
	return name, s.opt.Artifact(name)
}

// plainName is a program's name as a part of a file's name.
func plainName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("._-", r) || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, s)
	return s[:min(len(s), 100)]
}

// A stepRecord is a step as the journal's file has it.
type stepRecord struct {
	Step      int    `json:"step"`
	Pos       string `json:"pos"`
	Section   string `json:"section,omitempty"`
	Namespace string `json:"netns,omitempty"`
	Command   string `json:"command"`
	Shell     string `json:"shell"` // as root would type it outside of the namespace
	Outcome   string `json:"outcome,omitempty"`
	Error     string `json:"error,omitempty"`
}

// line is the step as a line of JSON.
func (st *Step) line() []byte {
	r := stepRecord{Step: st.Number, Pos: st.Pos(), Section: st.Section, Namespace: st.Namespace, Command: st.Command, Shell: st.Shell(), Outcome: st.Outcome}
	if st.Err != nil {
		r.Error = st.Err.Error()
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // people read it, and shells
	if err := e.Encode(r); err != nil {
		panic(err) // it holds nothing that JSON does not
	}
	return b.Bytes()
}

// KeepArtifact keeps a text under a name, if anything is kept of the run.
func (s *Session) KeepArtifact(name string, text []byte) error {
	thing := "artifact " + quote(name)
	if !nameRule.MatchString(name) || len(name) > 100 {
		return refuse(thing, "is not allowed: use 1 to 100 letters, digits, '.', '_' and '-', the first a letter or digit")
	}
	if s.opt.Artifact == nil {
		return nil
	}
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if name == JournalFile || s.kept.names[name] {
		return &Error{Thing: thing, Err: unix.EEXIST, Hint: "each artifact needs a name of its own"}
	}
	s.kept.take(name)
	_, err := s.opt.Artifact(name).Write(text)
	return err
}
