package runtime

import (
	"bufio"
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The names of routing tables are iproute2's: files of /etc/iproute2 have
// them. A script gives a node such a file, and then both its `ip` and we know
// the name. What a host's files say is not looked at: on another host it would
// be something else.

const tablesFile, tablesFolder = "/etc/iproute2/rt_tables", "/etc/iproute2/rt_tables.d/"

// learnTables notes the names in a file that the script wrote in the node.
func (ns *Namespace) learnTables(file string, data []byte) {
	name, inFolder := strings.CutPrefix(file, tablesFolder)
	if file != tablesFile && !(inFolder && strings.HasSuffix(name, ".conf") && !strings.Contains(name, "/")) {
		return
	}
	names := map[string]int{}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if n, err := strconv.ParseUint(words[0], 0, 32); err == nil && n != 0 {
			names[words[1]] = int(n)
		}
	}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.tables == nil {
		ns.tables = map[string]map[string]int{}
	}
	ns.tables[file] = names
}

// TableNumber is the number of a routing table that the script gave a name in
// the node. Of two files that have one, as for `ip`, the later one's counts.
func (ns *Namespace) TableNumber(name string) (n int, ok bool) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	for _, file := range slices.Sorted(maps.Keys(ns.tables)) {
		if number, has := ns.tables[file][name]; has {
			n, ok = number, true
		}
	}
	return n, ok
}
