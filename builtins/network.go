package builtins

import (
	"slices"
	"strings"

	"wirelark/runtime"
)

// shownNodes is how many nodes a report shows the network of.
const shownNodes = 8

// network describes the nodes around a failure: all if they are few, else
// those of the last steps.
func (sc *script) network() []string {
	nodes := sc.session.Namespaces()
	if len(nodes) > shownNodes {
		var near []string
		steps := sc.session.Steps()
		for i := len(steps) - 1; i >= 0 && len(near) < 4; i-- {
			if name := steps[i].Namespace; name != "" && !slices.Contains(near, name) {
				near = append(near, name)
			}
		}
		nodes = only(nodes, func(ns *runtime.Namespace) bool { return slices.Contains(near, ns.Name) })
	}
	var rows [][]string
	for _, ns := range nodes {
		rows = append(rows, nodeRows(ns)...)
	}
	return align(rows)
}

// nodeRows describes the links of one node: name, link, state, addresses.
func nodeRows(ns *runtime.Namespace) [][]string {
	states, err := ns.LinkStates()
	if err != nil {
		return nil // it is gone
	}
	addrs, err := ns.Addrs()
	if err != nil {
		return nil
	}
	names := map[int]string{}
	for _, st := range states {
		names[st.Index] = st.LongName()
	}
	var rows [][]string
	for _, st := range states {
		if st.LongName() == "lo" {
			continue
		}
		up := st.Oper
		switch {
		case !st.Up():
			up = "down"
		case !st.Carrier:
			up = "no carrier"
		}
		var list []string
		for _, a := range addrs {
			if a.Link == st.LongName() && a.Scope != "link" {
				list = append(list, a.Prefix.String())
			}
		}
		if st.Master != 0 {
			list = append(list, "port of "+names[st.Master])
		}
		if st.Port != nil && st.Port.State != "forwarding" {
			list = append(list, st.Port.State)
		}
		rows = append(rows, []string{ns.Name, st.LongName(), up, strings.Join(list, " ")})
	}
	return rows
}

// align pads all but the last column.
func align(rows [][]string) []string {
	var width [8]int
	for _, r := range rows {
		for i, cell := range r {
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		for j, cell := range r {
			if j < len(r)-1 {
				cell += strings.Repeat(" ", width[j]-len([]rune(cell))+2)
			}
			out[i] += cell
		}
		out[i] = strings.TrimRight(out[i], " ")
	}
	return out
}
