package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A packageEnd is the last event of a package, which is written once, when the
// events of all shards have been.
type packageEnd struct {
	event  map[string]json.RawMessage // that of the first shard
	time   json.RawMessage            // the newest
	action string
	took   float64
}

// An eventMerge merges streams of events.
type eventMerge struct {
	w       io.Writer
	names   []string // of packages, in the order of their first end
	ends    map[string]*packageEnd
	started map[string]bool
}

func mergeEvents(w io.Writer, parts []Part) error {
	m := &eventMerge{w: w, ends: map[string]*packageEnd{}, started: map[string]bool{}}
	for _, p := range parts {
		if err := m.stream(p.Text); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	for _, name := range m.names {
		end := m.ends[name]
		end.event["Action"], _ = json.Marshal(end.action)
		end.event["Elapsed"], _ = json.Marshal(end.took)
		if end.time != nil {
			end.event["Time"] = end.time
		}
		line, err := json.Marshal(end.event)
		if err == nil {
			_, err = w.Write(append(line, '\n'))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stream writes the events of a shard but for the ends of packages.
func (m *eventMerge) stream(text []byte) error {
	n := 0
	var open []string // packages and tests that have begun and not ended
	for line := range bytes.Lines(text) {
		n++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var e struct {
			Action, Package, Test string
			Elapsed               float64
		}
		if err := json.Unmarshal(line, &e); err != nil {
			if !bytes.HasSuffix(line, []byte("\n")) {
				return fmt.Errorf("is cut off in line %d", n)
			}
			return fmt.Errorf("line %d is no event of go test -json", n)
		}
		if e.Action == "" {
			return fmt.Errorf("line %d is no event of go test -json: it has no Action", n)
		}
		thing := strings.TrimSuffix(e.Package+" "+e.Test, " ")
		for _, s := range []string{e.Package, thing} {
			if s != "" && !slices.Contains(open, s) {
				open = append(open, s)
			}
		}
		if e.Action == "pass" || e.Action == "fail" || e.Action == "skip" {
			open = slices.DeleteFunc(open, func(s string) bool { return s == thing })
			if e.Test == "" && e.Package != "" {
				m.end(e.Package, e.Action, e.Elapsed, line)
				continue
			}
		}
		if e.Action == "start" {
			if m.started[e.Package] {
				continue
			}
			m.started[e.Package] = true
		}
		if _, err := m.w.Write(append(bytes.TrimSpace(line), '\n')); err != nil {
			return err
		}
	}
	if len(open) > 0 {
		return errors.New("is cut off: it does not say how " + open[len(open)-1] + " ended")
	}
	return nil
}

// end notes the end of a package: one that failed in one shard has failed, one
// that was skipped in all has been.
func (m *eventMerge) end(name, action string, took float64, line []byte) {
	end := m.ends[name]
	if end == nil {
		end = &packageEnd{action: action}
		_ = json.Unmarshal(line, &end.event) // it was read before
		m.ends[name], m.names = end, append(m.names, name)
	} else if action == "fail" || end.action == "skip" {
		end.action = action
	}
	var e map[string]json.RawMessage
	_ = json.Unmarshal(line, &e)
	if e["Time"] != nil {
		end.time = e["Time"]
	}
	end.took += took
}
