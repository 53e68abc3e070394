package report

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
)

// An Events writes results as `go test -json` does, a line of JSON each, while
// tests run. A file is a package. Its own fields begin with a small letter.
type Events struct {
	W   io.Writer
	Now func() time.Time
	err error

	files map[string]*fileSum
}

// A fileSum is what the tests of one file have come to.
type fileSum struct {
	failed bool
	took   time.Duration
}

// of is the sum of a file.
func (e *Events) of(file string) *fileSum {
	if e.files == nil {
		e.files = map[string]*fileSum{}
	}
	if e.files[file] == nil {
		e.files[file] = &fileSum{}
	}
	return e.files[file]
}

// An event is a line, as cmd/test2json documents it.
type event struct {
	Time    time.Time
	Action  string
	Package string   `json:",omitempty"`
	Test    string   `json:",omitempty"`
	Elapsed *float64 `json:",omitempty"`
	Output  string   `json:",omitempty"`

	Status   suite.Status      `json:"status,omitempty"`
	Reason   string            `json:"reason,omitempty"`
	Outcome  *builtins.Outcome `json:"outcome,omitempty"`
	Kernel   string            `json:"kernel,omitempty"`
	Version  string            `json:"wirelark,omitempty"`
	Programs map[string]string `json:"programs,omitempty"`
}

func (e *Events) send(ev event) {
	ev.Time = e.Now()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(ev); err != nil {
		panic(err) // it holds nothing that JSON does not
	}
	if _, err := e.W.Write(b.Bytes()); err != nil && e.err == nil {
		e.err = err
	}
}

// Say tells something of no test, and returns what could not be written.
func (e *Events) Say(text string) error {
	e.send(event{Action: "output", Output: text})
	return e.err
}

// Began tells that a test runs.
func (e *Events) Began(r *suite.Result) {
	e.send(event{Action: "run", Package: r.Shown, Test: e.name(r)})
}

// Ended tells what became of it. Its output comes then, whole.
func (e *Events) Ended(r *suite.Result) {
	name := e.name(r)
	for line := range bytes.Lines(r.Output) {
		e.send(event{Action: "output", Package: r.Shown, Test: name, Output: strings.ToValidUTF8(string(line), "\ufffd")})
	}
	action := "pass"
	switch {
	case r.Status.Bad():
		action = "fail"
	case r.Status.Undecided():
		action = "skip"
	}
	sum := e.of(r.Shown)
	sum.failed, sum.took = sum.failed || r.Status.Bad(), sum.took+r.Duration
	took := r.Duration.Seconds()
	e.send(event{Action: action, Package: r.Shown, Test: name, Elapsed: &took, Status: r.Status, Reason: r.Reason, Outcome: &r.Outcome})
}

func (e *Events) name(r *suite.Result) string {
	name := strings.TrimPrefix(r.Title, r.Shown)
	if name = strings.TrimPrefix(name, "::"); name == "" {
		return "file"
	}
	return name
}

// Close ends each file, and returns what could not be written.
func (e *Events) Close(s *Summary) error {
	for _, b := range s.Broken {
		e.of(b.Shown).failed = true
		for line := range strings.Lines(b.Text) {
			e.send(event{Action: "output", Package: b.Shown, Output: line})
		}
	}
	programs := map[string]string{}
	for _, p := range s.Programs {
		programs[p.Name] = p.Version
	}
	for _, f := range slices.Sorted(maps.Keys(e.files)) {
		action, t := "pass", e.files[f].took.Seconds()
		if e.files[f].failed {
			action = "fail"
		}
		e.send(event{Action: action, Package: f, Elapsed: &t, Kernel: s.Kernel, Version: s.Version, Programs: programs})
	}
	return e.err
}

// sorted are results in the order of files and names: how they ended is no
// order that repeats.
func sorted(list []*suite.Result) []*suite.Result {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b *suite.Result) int {
		if c := strings.Compare(a.Shown, b.Shown); c != 0 {
			return c
		}
		if c := a.Line - b.Line; c != 0 {
			return c
		}
		if c := a.Case - b.Case; c != 0 {
			return c
		}
		return a.Round - b.Round
	})
	return out
}
