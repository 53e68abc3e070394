package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Node is a node of a lab that is kept after its script has ended.
type Node struct {
	Name string
	Init int // its pid 1, as the engine counts; 0 if it has no processes
}

// shownNodes is how many nodes the user is told how to enter: as many as one
// packet carries.
const shownNodes = 200

// Keep tells the front that the script has ended, that what the lab still
// does has no deadline, and which nodes the user may enter.
func (l *Lab) Keep(nodes []Node) {
	nodes = nodes[:min(len(nodes), shownNodes)]
	b, err := json.Marshal(nodes)
	if err != nil {
		panic(err) // a Node holds nothing that JSON does not
	}
	_ = send(l.control, toScript, b)
}

// tellKept tells the user how to enter the nodes of a lab. What stands behind
// nsenter is for programs of the host's that no lab's view of the files has.
func (l *lab) tellKept(data []byte) {
	var nodes []Node
	if err := json.Unmarshal(data, &nodes); err != nil {
		return
	}
	l.out.say("the lab is kept until Ctrl-C")
	if l.door != nil {
		for _, n := range nodes {
			l.out.stderr([]byte("  wirelark shell " + l.door.id + "/" + n.Name + "\n"))
		}
		if !l.spec.Verbose {
			return
		}
	}
	inside := l.child.descendants()
	for _, n := range nodes {
		pid := inside[n.Init]
		if pid == 0 {
			continue
		}
		creds := " --preserve-credentials"
		if l.spec.Mode == Root {
			creds = ""
		}
		l.out.stderr([]byte(fmt.Sprintf("  %s: nsenter -t %d -U%s -m -u -i -n -p\n", n.Name, pid, creds)))
	}
}

// descendants are the grandchildren of the front in the lab: by their number
// in the lab, their number on the host.
func (c *child) descendants() map[int]int {
	found := map[int]int{}
	parent, inner := map[int]int{}, map[int]int{}
	for pid, text := range statuses() {
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(line, ":")
			words := strings.Fields(value)
			switch {
			case name == "PPid" && len(words) == 1:
				parent[pid], _ = strconv.Atoi(words[0])
			case name == "NSpid" && len(words) >= 2:
				// The last is the number in the process's own namespace, the
				// one before it that in the lab.
				inner[pid], _ = strconv.Atoi(words[len(words)-2])
			}
		}
	}
	var engines []int
	for pid, p := range parent {
		if p == c.pid {
			engines = append(engines, pid)
		}
	}
	for pid, p := range parent {
		if slices.Contains(engines, p) && inner[pid] != 0 {
			found[inner[pid]] = pid
		}
	}
	return found
}
