package builtins

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"wirelark/runtime"
)

// Limits of what a report shows of the network.
const (
	shownNodes  = 8
	shownRoutes = 4
	shownAround = 4 // nodes of the last steps, where there are too many
)

// settling is how long a report waits for links that were just made: what is
// still under way is not what failed.
const settling = time.Second

// network describes the nodes around a failure: all if they are few, else
// those of the last steps.
func (sc *script) network() []string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(sc.ctx), settling)
	defer cancel()
	_ = sc.session.Ready(ctx) // what does not become ready is shown as it is
	all := sc.session.Namespaces()
	nodes := all
	if len(nodes) > shownNodes {
		var near []string
		steps := sc.session.Steps()
		for i := len(steps) - 1; i >= 0 && len(near) < shownAround; i-- {
			if name := steps[i].Namespace; name != "" && !slices.Contains(near, name) {
				near = append(near, name)
			}
		}
		nodes = only(nodes, func(ns *runtime.Namespace) bool { return slices.Contains(near, ns.Name) })
	}
	var rows [][]string
	for _, ns := range nodes {
		rows = append(rows, sc.nodeRows(ns)...)
	}
	out := align(rows)
	if more := len(all) - len(nodes); more > 0 {
		out = append(out, fmt.Sprintf("… and %d more nodes", more))
	}
	return out
}

// nodeRows describes one node: its links, and what of its routes, its
// forwarding and its neighbours may keep packets from passing, or did.
func (sc *script) nodeRows(ns *runtime.Namespace) [][]string {
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
	routed := 0
	for _, st := range states {
		if st.LongName() == "lo" {
			continue
		}
		words := addrWords(addrs, st.LongName())
		if len(words) > 0 {
			routed++
		}
		if st.Master != 0 {
			words = append(words, "port of "+names[st.Master])
		}
		if st.Port != nil && st.Port.State != "forwarding" {
			words = append(words, st.Port.State)
		}
		words = append(words, linkTroubles(st)...)
		rows = append(rows, []string{ns.Name, st.LongName(), linkWord(st), strings.Join(words, " ")})
	}
	note := func(format string, args ...any) {
		rows = append(rows, []string{ns.Name, "", "", fmt.Sprintf(format, args...)})
	}
	if routes := routeWords(ns); len(routes) > 0 {
		note("routes: %s", strings.Join(routes, ", "))
	}
	if v, err := ns.Sysctl(context.Background(), "net.ipv4.ip_forward"); err == nil && v == "0" && routed > 1 {
		note("does not forward")
	}
	if neighs, err := ns.Neighs(nil); err == nil {
		for _, n := range neighs {
			if n.State == "FAILED" || n.State == "INCOMPLETE" {
				note("no answer from %s on %s", n.IP, n.Link)
			}
		}
	}
	for _, words := range ns.Deviations() {
		note("not as asked: %s", words)
	}
	for _, words := range sc.lostWords(ns) {
		note("loses %s", words)
	}
	for _, words := range troubleWords(ns) {
		note("%s", words)
	}
	return rows
}

func linkWord(st *runtime.LinkState) string {
	switch {
	case !st.Up():
		return "down"
	case !st.Carrier:
		return "no carrier"
	}
	return st.Oper
}

// addrWords are the addresses of a link but for the link-local ones.
func addrWords(addrs []runtime.Addr, link string) []string {
	var words []string
	for _, a := range addrs {
		if a.Link == link && a.Scope != "link" {
			words = append(words, a.Prefix.String())
		}
	}
	return words
}

// routeWords are the routes of the main table that somebody added.
func routeWords(ns *runtime.Namespace) []string {
	list, err := ns.Routes(runtime.Tables["main"])
	if err != nil {
		return nil
	}
	var words []string
	for _, r := range only(list, func(r runtime.Route) bool { return r.Proto != "kernel" }) {
		if len(words) == shownRoutes {
			return append(words, "…")
		}
		words = append(words, routeLabel(&r))
	}
	return words
}

// align pads all but the last column of each row.
func align(rows [][]string) []string {
	var width [8]int
	for _, r := range rows {
		for i, cell := range r[:max(len(r)-1, 0)] {
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
