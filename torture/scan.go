package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"wirelark/runtime/audit"
)

// A proc is a living process of the machine.
type proc struct {
	pid, parent int
	start       uint64 // in clock ticks since the machine's start
	zombie      bool
	marked      bool // the lab's mark is in its environment
	text        string
	spaces      []string // its namespaces
}

var kinds = []string{"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"}

// bears reports whether a process has the mark in its environment.
func bears(pid int, mark string) bool {
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && strings.Contains("\x00"+string(env), "\x00"+markEnv+"="+mark+"\x00")
}

// processes reads /proc; those marked have the mark in their environment.
func processes(mark string) []proc {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	var out []proc
	for _, dir := range dirs {
		stat, err := os.ReadFile(dir + "/stat")
		if err != nil {
			continue // it has ended
		}
		f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		const start = 19 // proc_pid_stat(5), from the state on
		if len(f) <= start {
			continue
		}
		p := proc{zombie: f[0][0] == 'Z' || f[0][0] == 'X'}
		p.pid, _ = strconv.Atoi(filepath.Base(dir))
		p.parent, _ = strconv.Atoi(string(f[1]))
		p.start, _ = strconv.ParseUint(string(f[start]), 10, 64)
		p.marked = bears(p.pid, mark)
		args, _ := os.ReadFile(dir + "/cmdline")
		p.text = fmt.Sprintf("%d (parent %d, state %s) %s", p.pid, p.parent, f[0], bytes.ReplaceAll(args, []byte{0}, []byte(" ")))
		for _, kind := range kinds {
			if to, err := os.Readlink(dir + "/ns/" + kind); err == nil {
				p.spaces = append(p.spaces, to)
			}
		}
		out = append(out, p)
	}
	return out
}

// traces tell what belonged to a lab before it was killed, though its mark be
// gone: namespaces that are not the host's. Their numbers are used again, so
// only who was there before the kill can have been in them.
type traces struct {
	spaces map[string]bool
	newest uint64 // when the machine's newest process was started
}

// below are the traces of what descends from a process.
func below(list []proc, root int) traces {
	in := map[int]bool{root: true}
	for grown := true; grown; {
		grown = false
		for _, p := range list {
			if in[p.parent] && !in[p.pid] {
				in[p.pid], grown = true, true
			}
		}
	}
	own := map[string]bool{}
	for _, kind := range kinds {
		to, _ := os.Readlink("/proc/self/ns/" + kind)
		own[to] = true
	}
	tr := traces{spaces: map[string]bool{}}
	for _, p := range list {
		tr.newest = max(tr.newest, p.start)
		for _, s := range p.spaces {
			if in[p.pid] && !own[s] {
				tr.spaces[s] = true
			}
		}
	}
	return tr
}

func (tr traces) of(p proc) bool {
	return p.start <= tr.newest && slices.ContainsFunc(p.spaces, func(s string) bool { return tr.spaces[s] })
}

// living names what lives of a lab: what has its mark, and what was in its
// namespaces. What is only a zombie waits for the machine's pid 1.
func living(mark string, tr traces) []string {
	var out []string
	for _, p := range processes(mark) {
		if !p.zombie && p.pid != os.Getpid() && (p.marked || tr.of(p)) {
			out = append(out, "process "+p.text)
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
