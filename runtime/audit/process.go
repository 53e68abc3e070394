package audit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A Process is one that lives, or is a zombie, when a snapshot is taken.
type Process struct {
	PID, Parent int
	Start       uint64 // when, in clock ticks since the machine's start
	State       byte   // as in ps: R, S, D, Z …
	Name        string // what the kernel calls it
	Args        []string
	Depth       int // process namespaces between it and the one of /proc

	Spaces map[string]string // its namespaces: "net" to "net:[4026531840]"

	environ []byte
}

// HasEnv reports whether the process was started with a variable of that
// value in its environment, as far as we may see it.
func (p *Process) HasEnv(name, value string) bool {
	for kv := range bytes.SplitSeq(p.environ, []byte{0}) {
		if string(kv) == name+"="+value {
			return true
		}
	}
	return false
}

// stages are the names of a lab's own processes.
var stages = []string{"wirelark-init", "wirelark-engine", "wirelark-hold", "wirelark-node"}

// Stage reports whether the process is one of a lab's own.
func (p *Process) Stage() bool {
	for _, s := range stages {
		if p.Name == s || len(p.Args) > 0 && p.Args[0] == s {
			return true
		}
	}
	return false
}

// Processes reads /proc, but for the caller's own process.
func Processes() ([]*Process, error) {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil || len(names) == 0 {
		return nil, errors.Join(errors.New("/proc shows no processes"), err)
	}
	self, _ := os.Readlink("/proc/self")
	var out []*Process
	for _, dir := range names {
		if filepath.Base(dir) == self {
			continue
		}
		if p := readProcess(dir); p != nil {
			out = append(out, p)
		}
	}
	return out, nil
}

// readProcess reads one process; nil for one that has gone meanwhile, and for
// the kernel's own threads, which come and go as they please.
func readProcess(dir string) *Process {
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return nil
	}
	// The name stands in parentheses and may hold anything.
	open, shut := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || shut < open {
		return nil
	}
	f := strings.Fields(string(stat[shut+1:]))
	const parent, flags, start = 1, 6, 19 // proc_pid_stat(5), from the state on
	if len(f) <= start {
		return nil
	}
	p := &Process{Name: string(stat[open+1 : shut]), State: f[0][0], Spaces: Spaces(dir)}
	p.PID, _ = strconv.Atoi(filepath.Base(dir))
	p.Parent, _ = strconv.Atoi(f[parent])
	p.Start, _ = strconv.ParseUint(f[start], 10, 64)
	if n, _ := strconv.ParseUint(f[flags], 10, 64); n&kernelThread != 0 {
		return nil
	}
	if b, err := os.ReadFile(dir + "/cmdline"); err == nil && len(b) > 0 {
		p.Args = strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00")
	}
	p.environ, _ = os.ReadFile(dir + "/environ")
	for _, line := range fileLines(dir + "/status") {
		if ids, ok := strings.CutPrefix(line, "NSpid:"); ok {
			p.Depth = len(strings.Fields(ids)) - 1
		}
	}
	return p
}

// Spaces are the namespaces of a process by their kind, as far as we may see
// them; dir is its folder, "/proc/1".
func Spaces(dir string) map[string]string {
	spaces := map[string]string{}
	for _, kind := range []string{"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"} {
		if to, err := os.Readlink(dir + "/ns/" + kind); err == nil {
			spaces[kind] = to
		}
	}
	return spaces
}

// kernelThread is PF_KTHREAD of linux/sched.h.
const kernelThread = 0x00200000

// counted keeps the processes for which keep holds, and their descendants.
func counted(list []*Process, keep func(*Process) bool) []*Process {
	if keep == nil {
		return list
	}
	in := map[int]bool{}
	for _, p := range list {
		in[p.PID] = keep(p)
	}
	AddDescendants(list, in)
	var out []*Process
	for _, p := range list {
		if in[p.PID] {
			out = append(out, p)
		}
	}
	return out
}

// AddDescendants adds, to the numbers of processes, those of all of the list
// that descend from them.
func AddDescendants(list []*Process, in map[int]bool) {
	for grown := true; grown; {
		grown = false
		for _, p := range list {
			if !in[p.PID] && in[p.Parent] {
				in[p.PID], grown = true, true
			}
		}
	}
}

func describe(list []*Process) map[string]string {
	out := map[string]string{}
	for _, p := range list {
		text := strings.Join(p.Args, " ")
		if text == "" {
			text = p.Name
		}
		if p.State == 'Z' {
			text += " (a zombie: its parent " + strconv.Itoa(p.Parent) + " does not reap)"
		}
		// A number is used again; with the start it is not.
		out[fmt.Sprintf("%d of tick %d", p.PID, p.Start)] = text
	}
	return out
}

// namespaces are those that processes are in, besides our own.
func namespaces(list []*Process) map[string]string {
	own := Spaces("/proc/self")
	out := map[string]string{}
	for _, p := range list {
		for kind, id := range p.Spaces {
			if own[kind] != id {
				out[id] = ""
			}
		}
	}
	return out
}
