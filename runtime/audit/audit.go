// Package audit compares what belongs to a machine before and after: whoever
// says that nothing was left behind, or that nothing was changed, can be held
// to it.
//
// A snapshot is of the namespaces that the calling thread is in. It is plain
// text by name, so that every difference is a sentence. What cannot be read,
// for lack of privilege or of a program, is left out of both sides.
package audit

import (
	"fmt"
	"maps"
	"slices"
)

// A Scope says what counts on a machine that has other work to do meanwhile.
// The zero Scope counts everything.
type Scope struct {
	// Process tells which processes count; with them count their descendants
	// and the namespaces that they are in. Nil for all.
	Process func(*Process) bool
	// File tells which files count in folders for everybody (/tmp, /run,
	// /dev/shm), which control groups, and which abstract sockets, whose names
	// begin with @. Nil for all.
	File func(name string) bool
}

// A Snapshot is what there was at one moment.
type Snapshot struct {
	parts   []part
	modules []string
}

// A part is one kind of thing: its items by name, each with its properties.
type part struct {
	noun  string
	items map[string]string
}

// Take takes a snapshot of everything.
func Take() (*Snapshot, error) { return Scope{}.Take() }

// Take takes a snapshot of what the scope counts. The error says what should
// be readable for everybody and was not.
func (sc Scope) Take() (*Snapshot, error) {
	s := &Snapshot{}
	// First: the rest starts a process and opens files.
	s.add("open descriptor", descriptors())
	net, err := network()
	if err != nil {
		return nil, err
	}
	s.parts = append(s.parts, net...)
	mounts, err := mounts()
	if err != nil {
		return nil, err
	}
	s.add("mount", mounts)
	procs, err := Processes()
	if err != nil {
		return nil, err
	}
	procs = counted(procs, sc.Process)
	s.add("process", describe(procs))
	s.add("namespace", namespaces(procs))
	s.add("control group", sc.groups("/sys/fs/cgroup"))
	s.add("sysctl", sysctls())
	s.add("file", sc.files())
	s.add("socket", sc.sockets())
	s.modules = modules()
	return s, nil
}

func (s *Snapshot) add(noun string, items map[string]string) {
	s.parts = append(s.parts, part{noun, items})
}

// Diff says in words what is new, gone or different in a later snapshot of
// the same scope; nil if nothing is.
func (s *Snapshot) Diff(later *Snapshot) []string {
	var out []string
	for i, before := range s.parts {
		after := later.parts[i]
		names := maps.Clone(before.items)
		if names == nil {
			names = map[string]string{}
		}
		maps.Copy(names, after.items)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			was, had := before.items[name]
			is, has := after.items[name]
			thing := before.noun + " " + name
			switch {
			case !had && is == "":
				out = append(out, thing+" is new")
			case !had:
				out = append(out, fmt.Sprintf("%s is new: %s", thing, is))
			case !has && was == "":
				out = append(out, thing+" is gone")
			case !has:
				out = append(out, fmt.Sprintf("%s is gone: %s", thing, was))
			case was != is:
				out = append(out, fmt.Sprintf("%s was %q, is %q", thing, was, is))
			}
		}
	}
	return out
}

// Loaded names the kernel modules that a later snapshot has and s has not.
// They are no leak that anybody could mend: the kernel loads them when they
// are needed first, and keeps them.
func (s *Snapshot) Loaded(later *Snapshot) []string {
	var out []string
	for _, m := range later.modules {
		if !slices.Contains(s.modules, m) {
			out = append(out, m)
		}
	}
	return out
}
