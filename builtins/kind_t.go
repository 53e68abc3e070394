package builtins

import (
	"io"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

// A test is one that runs, as its function's parameter t.
type test struct {
	name     string
	function string // "" for the file itself
	others   *Others

	mu      sync.Mutex
	metrics []Metric
	parts   []Part
}

// A Metric is a number that a test reports.
type Metric struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"`
}

// A Part is a part of a test that went on when it failed.
type Part struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
	Text   string `json:"text,omitempty"` // why it failed
}

var testKind = &decl.Kind[*test]{
	Name:    "test",
	Summary: "A test that wirelark test runs: the first parameter of its function, if that is called t.",
	Handle:  true,
	Label:   func(t *test) string { return t.name },
	Key:     func(t *test) string { return t.name },
	Fields: []decl.Field[*test]{
		decl.F("name", "str", "its name, with its parameters", value(func(t *test) starlark.Value { return starlark.String(t.name) })),
		decl.M("test", "log", "None", "print a line, which is shown if the test fails, or with --verbose", beginMethod, testLog),
		decl.M("test", "metric", "None", "report a number, for machine-readable reports", beginMethod, testMetric),
		decl.M("test", "artifact", "None", "keep a text as a file among the artifacts, if --artifacts names a folder", beginMethod, testArtifact),
		decl.M("test", "tmpdir", "str", "make an empty folder that all nodes share, and that goes with the lab", beginMethod, testTmpdir),
		decl.M("test", "run", "bool", "call a function as a part of the test: if it fails, the test fails at its end and goes on. It gives whether the part passed", beginMethod, testRun),
	},
}

func testLog(p *params, _ *test) body {
	words := decl.Many(p, "values", decl.Value, "what to print, with spaces between")
	return func(c *call) (starlark.Value, error) {
		list := make([]string, len(*words))
		for i, v := range *words {
			list[i] = v.String()
			if s, ok := starlark.AsString(v); ok {
				list[i] = s
			}
		}
		_, err := io.WriteString(c.Script.opt.Stdout, strings.Join(list, " ")+"\n")
		return starlark.None, err
	}
}

func testMetric(p *params, t *test) body {
	name := decl.Arg(p, "name", decl.Str, "its name")
	number := decl.Arg(p, "value", numberType, "its value: a number, or a duration, in seconds")
	p.KeywordsOnly()
	unit := decl.Or(p, "unit", decl.Str, "", `its unit: "mbit"; of a duration "s"`)
	return func(*call) (starlark.Value, error) {
		if *name == "" {
			return nil, decl.Misusef("name: is empty")
		}
		m := Metric{*name, number.value, *unit}
		if m.Unit == "" {
			m.Unit = number.unit
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		t.metrics = append(t.metrics, m)
		return starlark.None, nil
	}
}

// A measure is a number with the unit that its type implies.
type measure struct {
	value float64
	unit  string
}

var numberType = decl.Type[measure]{Name: "int | float | duration", From: func(v starlark.Value) (measure, error) {
	if f, ok := starlark.AsFloat(v); ok {
		return measure{f, ""}, nil
	}
	if _, isText := v.(starlark.String); !isText {
		if d, err := decl.Duration.From(v); err == nil {
			return measure{d.Seconds(), "s"}, nil
		}
	}
	return measure{}, decl.Wrong(v, "a number or a duration")
}, Show: func(m measure) string { return starlark.Float(m.value).String() }}

func testArtifact(p *params, _ *test) body {
	name := decl.Arg(p, "name", decl.Str, `the file's name: "routes.txt"`)
	text := decl.Arg(p, "text", stdinType, "its content")
	return func(c *call) (starlark.Value, error) {
		return starlark.None, c.Session.KeepArtifact(*name, *text)
	}
}

func testTmpdir(*params, *test) body {
	return func(c *call) (starlark.Value, error) {
		dir, err := c.Session.SharedDir(c.Context)
		return starlark.String(dir), err
	}
}

func testRun(p *params, t *test) body {
	name := decl.Arg(p, "name", decl.Str, "the part's name")
	fn := decl.Arg(p, "fn", decl.Func0, "the function, usually a lambda")
	return func(c *call) (starlark.Value, error) {
		if *name == "" {
			return nil, decl.Misusef("name: is empty")
		}
		s := strandOf(c.Thread)
		recorded := len(s.failed)
		_, err := c.Script.try(c, *fn)
		if bad := s.fatal(err); bad != nil {
			return nil, bad
		}
		if err != nil {
			s.record(c.Thread, err)
		}
		part := Part{Name: *name, Passed: len(s.failed) == recorded}
		if !part.Passed {
			_, cause := deepest(s.failed[len(s.failed)-1])
			part.Text = headline(cause)
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		t.parts = append(t.parts, part)
		return starlark.Bool(part.Passed), nil
	}
}
