package runtime

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A Counter is one that the kernel keeps of a namespace, by the name that
// nstat gives it: "IpInNoRoutes", "TcpExtListenDrops".
type Counter struct {
	Name  string
	Value int64
}

// settings are what /proc/net/snmp has besides counters; nstat leaves them out, too.
var settings = []string{"IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn", "TcpCurrEstab"}

// Counters reads the counters of the namespace's protocols, of its IPsec and of
// its connection tracking, each in the kernel's order; those of its links are in
// their states. What softnet counts is the machine's and no namespace's.
func (ns *Namespace) Counters() (list []Counter, err error) {
	for _, f := range []struct {
		name  string
		parse func([]byte) []Counter
		maybe bool // of what a kernel may lack
	}{
		{"snmp", parsePairs, false}, {"netstat", parsePairs, false}, {"snmp6", parseColumns, true},
		{"xfrm_stat", parseColumns, true}, {"stat/nf_conntrack", parseConntrack, true},
	} {
		b, err := ns.procNet(f.name)
		if err != nil && !(f.maybe && os.IsNotExist(err)) {
			return nil, ns.tableError("counters", err)
		}
		list = append(list, f.parse(b)...)
	}
	return slices.DeleteFunc(list, func(c Counter) bool { return slices.Contains(settings, c.Name) }), nil
}

// procNet reads a file of the namespace's /proc/net.
func (ns *Namespace) procNet(name string) ([]byte, error) {
	ns.mu.Lock()
	gone := ns.gone // and its thread's number may be another's
	ns.mu.Unlock()
	if gone {
		return nil, errThreadGone
	}
	// Not on the node's thread: in a node's view it is no process. And not
	// /proc/net, which is that of the process's first thread.
	return os.ReadFile(fmt.Sprintf("/proc/self/task/%d/net/%s", ns.thread.tid, name))
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

// parseColumns reads /proc/net/snmp6 and xfrm_stat: a line for each counter.
func parseColumns(text []byte) (list []Counter) {
	for line := range bytes.Lines(text) {
		var c Counter
		if _, err := fmt.Sscanf(string(line), "%s %d", &c.Name, &c.Value); err == nil {
			list = append(list, c)
		}
	}
	return list
}

// conntrackNames are what conntrack(8) calls the columns of /proc/net/stat/nf_conntrack
// that it calls otherwise; "" for those that count nothing.
var conntrackNames = map[string]string{
	"entries": "", "searched": "", "new": "", "ignore": "", "delete": "", "delete_list": "",
	"clashres": "clash_resolve", "chainlength": "chaintoolong", "icmp_error": "error",
}

// parseConntrack reads /proc/net/stat/nf_conntrack: a line of names, then one of
// hexadecimal values for each processor.
func parseConntrack(text []byte) (list []Counter) {
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		rows = append(rows, strings.Fields(line))
	}
	if len(rows) == 0 {
		return nil
	}
	for i, name := range rows[0] {
		if known, ok := conntrackNames[name]; ok {
			name = known
		}
		if name == "" {
			continue
		}
		c := Counter{Name: "conntrack_" + name}
		for _, row := range rows[1:] {
			if i < len(row) {
				n, _ := strconv.ParseInt(row[i], 16, 64)
				c.Value += n
			}
		}
		list = append(list, c)
	}
	return list
}
