package builtins

import (
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
)

// A check shows its operands because its condition is rewritten before the
// file is compiled: each interesting part x becomes a call that records the
// value of x and returns it. Nothing else changes: not what is evaluated, not
// in which order, not where an error arises.

// The names of the two functions that rewriting inserts. A script cannot
// write them.
const (
	startName = "·start"
	probeName = "·probe"
)

// watched says which argument of a builtin is explained: a condition, or a
// lambda whose body is one.
var watched = map[string]watch{
	"check": {0, "cond"}, "expect": {0, "cond"}, "eventually": {0, "fn"}, "always": {0, "fn"}, "attempt": {0, "fn"}, "check_fails": {0, "fn"}, "known_bug": {1, "fn"},
}

// A watch is a parameter, by position and name.
type watch struct {
	at   int
	name string
}

// A site is one explained condition in a file.
type site struct {
	text  string // the condition
	pos   syntax.Position
	op    syntax.Token // of a condition that is a comparison, or 0
	left  int          // the comparison's operands
	right int
	parts []part
}

// A part is a piece of a condition whose value is recorded.
type part struct {
	text string
	top  bool // the condition itself
	lit  bool // a literal: recorded for the diff only

	silent bool // recorded, and not shown
}

// probes are the sites of all files of a script.
type probes struct {
	mu    sync.Mutex
	sites []*site
	at    map[syntax.Position]*site // by the position of the call
}

// declare makes the two functions known to the compiler.
func (p *probes) declare(env starlark.StringDict) {
	p.at = map[syntax.Position]*site{}
	env[startName] = starlark.NewBuiltin(startName, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		n, _ := starlark.AsInt32(args[0])
		s := p.numbered(n)
		seenBy(t)[s] = make([]starlark.Value, len(s.parts))
		return starlark.True, nil
	})
	env[probeName] = starlark.NewBuiltin(probeName, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		n, _ := starlark.AsInt32(args[0])
		i, _ := starlark.AsInt32(args[1])
		if values := seenBy(t)[p.numbered(n)]; i < len(values) {
			values[i] = args[2]
		}
		return args[2], nil
	})
}

func (p *probes) numbered(n int) *site {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sites[n]
}

// seen are the values of sites, as one thread evaluated them last; nil where a
// part was not evaluated.
type seen map[*site][]starlark.Value

// seenKey is under which a thread holds what it saw.
const seenKey = "seen"

func seenBy(t *starlark.Thread) seen {
	s, ok := t.Local(seenKey).(seen)
	if !ok {
		s = seen{}
		t.SetLocal(seenKey, s)
	}
	return s
}

// An evaluation is a site's condition as it came out once.
type evaluation struct {
	site   *site
	values []starlark.Value
}

// take is how the condition of the call at pos came out last in a thread; nil
// if the call has none that was rewritten.
func (p *probes) take(t *starlark.Thread, pos syntax.Position) *evaluation {
	p.mu.Lock()
	s := p.at[plain(pos)]
	p.mu.Unlock()
	saw := seenBy(t)
	values := saw[s]
	if s == nil || values == nil {
		return nil
	}
	delete(saw, s)
	return &evaluation{s, values}
}

// plain makes positions comparable: they hold a pointer to their file's name.
func plain(pos syntax.Position) syntax.Position {
	return syntax.MakePosition(intern(pos.Filename()), pos.Line, pos.Col)
}

var interned sync.Map

func intern(s string) *string {
	p, _ := interned.LoadOrStore(s, &s)
	return p.(*string)
}

// An operand is a part of a condition and its value, as a report shows them.
type operand struct{ text, value string }

// operands are the parts worth showing, in the order of the source, each once.
func (e *evaluation) operands() []operand {
	if e == nil {
		return nil
	}
	var list []operand
	seen := map[string]bool{}
	for i, q := range e.site.parts {
		v := e.values[i]
		if v == nil || q.lit || q.silent || seen[q.text] || decl.IsHandle(v) {
			continue
		}
		switch v := v.(type) {
		case starlark.Bool:
			if q.top {
				continue
			}
		case starlark.Callable:
			_ = v
			continue
		}
		text := show(v)
		if text == q.text {
			continue
		}
		seen[q.text] = true
		list = append(list, operand{q.text, text})
	}
	return list
}
