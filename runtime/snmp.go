package runtime

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A Counter is one that the kernel keeps of a namespace, by the name that
// nstat gives it: "IpInNoRoutes", "TcpExtListenDrops".
type Counter struct {
	Name  string
	Value int64
}

// Counters reads the counters of the namespace's protocols, in the kernel's
// order; those of its links are in their states.
func (ns *Namespace) Counters() ([]Counter, error) {
	var texts [3][]byte
	// Not on the node's thread: in a node's view it is no process. And not
	// /proc/net, which is that of the process's first thread.
	dir := fmt.Sprintf("/proc/self/task/%d/net/", ns.thread.tid)
	for i, name := range []string{"snmp", "netstat", "snmp6"} {
		b, err := os.ReadFile(dir + name)
		if err != nil && !(name == "snmp6" && os.IsNotExist(err)) { // of a kernel without IPv6
			return nil, &Error{Thing: "counters of " + ns.Name, Err: err}
		}
		texts[i] = b
	}
	list := parsePairs(texts[0])
	list = append(list, parsePairs(texts[1])...)
	return append(list, parseColumns(texts[2])...), nil
}

// parsePairs reads /proc/net/snmp and netstat: for each protocol a line of names
// and one of values, both of which begin with "Ip:" or the like.
func parsePairs(text []byte) (list []Counter) {
	var names []string
	for line := range bytes.Lines(text) {
		words := strings.Fields(string(line))
		if len(words) == 0 || !strings.HasSuffix(words[0], ":") {
			continue
		}
		if len(names) != len(words) || names[0] != words[0] {
			names = words
			continue
		}
		for i, w := range words[1:] {
			if n, err := strconv.ParseInt(w, 10, 64); err == nil {
				list = append(list, Counter{strings.TrimSuffix(words[0], ":") + names[i+1], n})
			}
		}
		names = nil
	}
	return list
}

// parseColumns reads /proc/net/snmp6: a line for each counter.
func parseColumns(text []byte) (list []Counter) {
	for line := range bytes.Lines(text) {
		var c Counter
		if _, err := fmt.Sscanf(string(line), "%s %d", &c.Name, &c.Value); err == nil {
			list = append(list, c)
		}
	}
	return list
}
