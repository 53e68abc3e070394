package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/sys/unix"
)

// phases are how far a lab had come when it was killed.
var phases = []string{"starting", "building", "running", "ending"}

// A tally is a line of the table.
type tally struct {
	kills, leaks int
	phases       map[string]int
	times        []time.Duration // from the kill until nothing was left
}

// torture kills labs of a person, and counts.
func (c *campaign) torture(p person, kills int) error {
	whole, err := c.undisturbed(p)
	if err != nil {
		return err
	}
	for done, tries := 0, 0; done < kills; tries++ {
		if tries > 3*kills+10 {
			return fmt.Errorf("of %d labs, %d had ended before they were to be killed", tries, tries-done)
		}
		target, signal := targets[done%len(targets)], signals[done/len(targets)%len(signals)]
		hit, err := c.kill(p, target, signal, time.Duration(c.rnd.Int64N(int64(whole))))
		if err != nil {
			return err
		}
		if hit {
			done++
		}
	}
	return nil
}

// undisturbed runs a lab to its end, and says how long that takes.
func (c *campaign) undisturbed(p person) (whole time.Duration, err error) {
	for range 3 {
		c.kills++ // for its number alone
		l, err := c.start(p, c.kills)
		c.kills--
		if err != nil {
			return 0, err
		}
		<-l.ended
		whole = max(whole, time.Since(l.begun))
		l.terminal.Close()
		if code := l.cmd.ProcessState.ExitCode(); code != 0 {
			return 0, fmt.Errorf("a lab that nobody kills ended with %d: %s", code, said(l.err))
		}
		left, _, err := c.remains(l.mark, traces{}, time.Now(), patience["KILL"])
		if err != nil || len(left) > 0 {
			return 0, fmt.Errorf("a lab that nobody kills leaves: %v %s", err, strings.Join(left, "\n"))
		}
	}
	return whole, nil
}

// kill starts a lab, kills a target after a time and sees what is left. It
// returns false if the lab had ended by then.
func (c *campaign) kill(p person, target, signal string, after time.Duration) (bool, error) {
	l, err := c.start(p, c.kills+1)
	if err != nil {
		return false, err
	}
	defer l.terminal.Close()
	select {
	case <-time.After(after):
	case <-l.ended:
	}
	list := processes()
	tr := below(list, l.cmd.Process.Pid)
	pid, victim := l.find(target, list)
	at := l.phase()
	select {
	case <-l.ended:
		return false, nil
	default:
	}
	if err := l.hit(pid, signal); err != nil {
		return false, err
	}
	since := time.Now()
	limit := patience[signal]
	if victim == "parent" {
		limit = patience["TERM"] // the front is asked, by the end of its terminal
	}
	outlives := victim == "init" && signal == "TERM" // pid 1 takes no notice; the lab goes on to its end
	if outlives {
		limit += 10 * time.Second
	}
	left, took, err := c.remains(l.mark, tr, since, limit)
	if err != nil {
		return false, err
	}
	c.kills++
	t := c.cells[cell{p.name, target}]
	if t == nil {
		t = &tally{phases: map[string]int{}}
		c.cells[cell{p.name, target}] = t
	}
	t.kills++
	t.phases[at]++
	if !outlives {
		t.times = append(t.times, took)
		c.times = append(c.times, took)
	}
	if len(left) == 0 {
		return true, nil
	}
	t.leaks++
	c.leaks++
	fmt.Printf("LEAK: kill %d, %s: SIG%s of %s (aimed at %s) after %s, while %s; this was left:\n  %s\nit had said:\n%s%s",
		c.kills, p.name, signal, victim, target, after, at, strings.Join(left, "\n  "), said(l.out), said(l.err))
	c.end(l.mark)
	return true, nil
}

// end ends what was left, so that it is not counted again: only what has the
// mark is ours for certain.
func (c *campaign) end(mark string) {
	for _, p := range processes() {
		if p.HasEnv(markEnv, mark) {
			_ = unix.Kill(p.PID, unix.SIGKILL)
		}
	}
}

// inTheEnd looks for processes of the users that nobody else is.
func (c *campaign) inTheEnd() (left bool) {
	if os.Geteuid() != 0 {
		return false
	}
	for _, p := range processes() {
		for _, uid := range uids(p.PID) {
			if !dead(p) && (uid == oneID || uid == manyID || uid >= firstSubID && uid < firstSubID+65536) {
				fmt.Println("LEAK: in the end, process", describe(p))
				left = true
			}
		}
	}
	return left
}

func uids(pid int) []int {
	for line := range strings.Lines(said(fmt.Sprintf("/proc/%d/status", pid))) {
		ids := make([]int, 4)
		if n, _ := fmt.Sscanf(line, "Uid: %d %d %d %d", &ids[0], &ids[1], &ids[2], &ids[3]); n == 4 {
			return ids
		}
	}
	return nil
}

// table prints what was counted.
func (c *campaign) table(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "user\tkilled\tkills\t%s\tleaks\tkill to clean: min, median, max\n", strings.Join(phases, "\t"))
	for _, user := range []string{"root", "many ids", "one id", "the caller"} {
		for _, target := range targets {
			t := c.cells[cell{user, target}]
			if t == nil {
				continue
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t", user, target, t.kills)
			for _, ph := range phases {
				fmt.Fprintf(w, "%d\t", t.phases[ph])
			}
			fmt.Fprintf(w, "%d\t%s\n", t.leaks, spread(t.times))
		}
	}
	w.Flush()
}

// spread is the least, the middle and the most of some times.
func spread(times []time.Duration) string {
	if len(times) == 0 {
		return "none"
	}
	s := slices.Sorted(slices.Values(times))
	round := func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
	return round(s[0]) + ", " + round(s[len(s)/2]) + ", " + round(s[len(s)-1])
}
