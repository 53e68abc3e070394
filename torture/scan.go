package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wirelark/runtime/audit"
)

// bears reports whether a process has the mark in its environment.
func bears(pid int, mark string) bool {
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && strings.Contains("\x00"+string(env), "\x00"+markEnv+"="+mark+"\x00")
}

// processes are all of the machine.
func processes() []*audit.Process {
	list, _ := audit.Processes() // without a /proc no lab begins
	return list
}

// dead reports whether a process only waits to be reaped.
func dead(p *audit.Process) bool { return p.State == 'Z' || p.State == 'X' }

func describe(p *audit.Process) string {
	return fmt.Sprintf("%d (parent %d, state %c) %s", p.PID, p.Parent, p.State, strings.Join(p.Args, " "))
}

// traces tell what belonged to a lab before it was killed, though its mark be
// gone: namespaces that are not the host's. Their numbers are used again, so
// only who was there before the kill can have been in them.
type traces struct {
	spaces map[string]bool
	newest uint64 // when the machine's newest process was started
}

// below are the traces of what descends from a process.
func below(list []*audit.Process, root int) traces {
	in := map[int]bool{root: true}
	audit.AddDescendants(list, in)
	own := audit.Spaces("/proc/self")
	tr := traces{spaces: map[string]bool{}}
	for _, p := range list {
		tr.newest = max(tr.newest, p.Start)
		for kind, s := range p.Spaces {
			if in[p.PID] && own[kind] != s {
				tr.spaces[s] = true
			}
		}
	}
	return tr
}

func (tr traces) of(p *audit.Process) bool {
	if p.Start > tr.newest {
		return false
	}
	for _, s := range p.Spaces {
		if tr.spaces[s] {
			return true
		}
	}
	return false
}

// living names what lives of a lab: what has its mark, and what was in its
// namespaces. What is only a zombie waits for the machine's pid 1.
func living(mark string, tr traces) []string {
	var out []string
	for _, p := range processes() {
		if !dead(p) && (p.HasEnv(markEnv, mark) || tr.of(p)) {
			out = append(out, "process "+describe(p))
		}
	}
	return out
}

// A look is what is compared: the host, and the folders that labs are given.
type look struct {
	host  *audit.Snapshot
	files map[string]bool
}

// look looks at the host. Of its processes only those with the mark count.
func (c *campaign) look(mark string) (*look, error) {
	scope := audit.Scope{
		Process: func(p *audit.Process) bool { return mark != "" && p.HasEnv(markEnv, mark) && p.State != 'Z' },
		File: func(name string) bool {
			return strings.Contains(name, markWord) || strings.HasPrefix(name, "@wirelark") || strings.HasPrefix(name, "/run/netns") ||
				strings.HasPrefix(name, "/etc/netns") || strings.HasPrefix(name, "/run/wirelark") || strings.HasPrefix(name, "/dev/shm/wirelark")
		},
	}
	host, err := scope.Take()
	if err != nil {
		return nil, err
	}
	l := &look{host: host, files: map[string]bool{}}
	for _, d := range []string{"tmp", "project", "users"} {
		list, _ := filepath.Glob(filepath.Join(c.dir, d, "*"))
		for _, f := range list {
			l.files[f] = true
		}
	}
	return l, nil
}

// diff says what is different since the campaign began.
func (c *campaign) diff(mark string) ([]string, error) {
	now, err := c.look(mark)
	if err != nil {
		return nil, err
	}
	out := slices.DeleteFunc(c.before.host.Diff(now.host), func(s string) bool { return strings.HasPrefix(s, "open descriptor ") })
	for f := range now.files {
		if !c.before.files[f] {
			out = append(out, "file "+f+" is new")
		}
	}
	return out, nil
}

// remains waits until nothing is left of a lab, and says what is if it stays,
// and how long the processes took to go.
func (c *campaign) remains(mark string, tr traces, since time.Time, patience time.Duration) (left []string, took time.Duration, err error) {
	for {
		left = living(mark, tr)
		took = time.Since(since)
		if len(left) == 0 || took > patience {
			break
		}
	}
	if len(left) > 0 {
		return left, took, nil
	}
	for {
		if left, err = c.diff(mark); err != nil || len(left) == 0 || time.Since(since) > 2*patience {
			return left, took, err
		}
	}
}
