package builtins

import (
	"fmt"
	"strings"

	"wirelark/runtime"
)

// stateFile is the artifact that tells what every node was like when a script
// failed.
const stateFile = "state.txt"

// keepState keeps it, if anything is kept of the run.
func (sc *script) keepState() {
	if sc.opt.Artifacts == "" {
		return
	}
	var b strings.Builder
	nodes := sc.session.Namespaces()
	if len(nodes) == 0 {
		return
	}
	for _, ns := range nodes {
		fmt.Fprintf(&b, "=== %s\n", ns.Name)
		for _, part := range []struct {
			title string
			lines []string
		}{
			{"links", linkLines(ns)}, {"addresses", addrLines(ns)}, {"routes", routeLines(ns)}, {"neighbours", neighLines(ns)},
			{"not as the script asked", ns.Deviations()}, {"lost by the script's wish", sc.lostWords(ns)}, {"counters", counterLines(ns)},
		} {
			if len(part.lines) > 0 {
				fmt.Fprintf(&b, "%s:\n  %s\n", part.title, strings.Join(part.lines, "\n  "))
			}
		}
		b.WriteByte('\n')
	}
	if err := sc.session.KeepArtifact(stateFile, []byte(b.String())); err != nil {
		sc.note("--artifacts: %s", err) // an artifact of the script's has its name
	}
}

func linkLines(ns *runtime.Namespace) []string {
	states, err := ns.LinkStates()
	if err != nil {
		return nil
	}
	names := map[int]string{}
	for _, st := range states {
		names[st.Index] = st.LongName()
	}
	var rows [][]string
	for _, st := range states {
		c := st.Counters
		words := []string{fmt.Sprintf("%d packets in, %d out", c.RxPackets, c.TxPackets)}
		if st.Master != 0 {
			words = append(words, "port of "+names[st.Master])
		}
		if st.Port != nil {
			words = append(words, st.Port.State)
		}
		words = append(words, linkTroubles(st)...)
		rows = append(rows, []string{st.LongName(), st.Kind, linkWord(st), st.MAC.String(), fmt.Sprintf("mtu %d", st.MTU), strings.Join(words, ", ")})
	}
	return align(rows)
}

func addrLines(ns *runtime.Namespace) []string {
	list, err := ns.Addrs()
	if err != nil {
		return nil
	}
	var rows [][]string
	for _, a := range list {
		rows = append(rows, []string{a.Link, a.Prefix.String(), a.Scope, strings.Join(a.Flags, " ")})
	}
	return align(rows)
}

func routeLines(ns *runtime.Namespace) (lines []string) {
	list, err := ns.Routes(0)
	if err != nil {
		return nil
	}
	for _, r := range list {
		if r.Table != runtime.Tables["local"] {
			lines = append(lines, routeLabel(&r)+" proto "+r.Proto)
		}
	}
	return lines
}

func neighLines(ns *runtime.Namespace) (lines []string) {
	list, err := ns.Neighs(nil)
	if err != nil {
		return nil
	}
	for _, n := range list {
		lines = append(lines, neighKind.Label(&n))
	}
	return lines
}

func counterLines(ns *runtime.Namespace) (lines []string) {
	list, err := ns.Counters()
	if err != nil {
		return nil
	}
	for _, c := range list {
		if c.Value != 0 {
			lines = append(lines, fmt.Sprintf("%s %d", c.Name, c.Value))
		}
	}
	return lines
}

// lostWords says what a node does not get by the script's wish.
func (sc *script) lostWords(ns *runtime.Namespace) (words []string) {
	links, from := sc.session.Lost(ns)
	states, err := ns.LinkStates()
	if err != nil {
		return nil
	}
	for _, st := range states {
		for _, index := range links {
			if index == st.Index {
				words = append(words, "all that arrives at "+st.LongName()+" (cut)")
			}
		}
	}
	if len(from) > 0 {
		words = append(words, "all from "+strings.Join(from, ", ")+" (partition)")
	}
	return words
}
