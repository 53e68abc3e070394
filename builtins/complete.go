package builtins

import (
	"regexp"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

// languageWords are what a line may hold besides names.
var languageWords = strings.Fields("and break continue def elif else for if in lambda load not or pass return")

// Complete says what may stand in the place of word, the end of a line up to
// where the person is. Nothing is called to find out, but attributes are read.
func (p *Prompt) Complete(line string) (word string, options []string) {
	text := strings.Join(append(slices.Clone(p.lines), line), "\n")
	at := spotOf(text)
	word = trailing(text, isName)
	if at.quoted {
		return word, nil
	}
	before := strings.TrimSuffix(text, word)
	switch base, dotted := strings.CutSuffix(before, "."); {
	case dotted:
		options = attributes(p.valueOf(trailing(base, isPath)))
	default:
		if at.call >= 0 && at.begins {
			options = p.arguments(text, at)
		}
		if word == "" && len(options) > 0 {
			break // all that there is would hide them
		}
		options = slices.Concat(options, p.names.Keys(), languageWords, starlark.Universe.Keys())
	}
	options = slices.DeleteFunc(options, func(o string) bool {
		return !strings.HasPrefix(o, word) || o == startName || o == probeName
	})
	slices.Sort(options)
	return word, slices.Compact(options)
}

// A spot is where in a statement its text ends.
type spot struct {
	quoted bool // in a string or a comment
	call   int  // of the innermost parenthesis that is open, -1 for none
	begins bool // an argument there
	before int  // how many arguments stand before it
}

// spotOf reads a text as far as strings, comments and brackets go.
func spotOf(text string) spot {
	var open, commas []int // brackets, and how many commas since
	quote, begin := "", 0
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch c := text[i]; {
		case quote == "#":
			if c == '\n' {
				quote = ""
			}
		case quote != "" && c == '\\':
			i++
		case quote != "" && strings.HasPrefix(rest, quote):
			i += len(quote) - 1
			quote = ""
		case quote != "":
		case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, "'''"):
			quote = rest[:3]
			i += 2
		case c == '"', c == '\'', c == '#':
			quote = rest[:1]
		case strings.IndexByte("([{", c) >= 0:
			open, commas, begin = append(open, i), append(commas, 0), i+1
		case strings.IndexByte(")]}", c) >= 0 && len(open) > 0:
			open, commas, begin = open[:len(open)-1], commas[:len(commas)-1], len(text)+1
		case c == ',' && len(open) > 0:
			commas[len(commas)-1]++
			begin = i + 1
		}
	}
	s := spot{quoted: quote != "", call: -1}
	if n := len(open); n > 0 && text[open[n-1]] == '(' && begin <= len(text) {
		s.call, s.before = open[n-1], commas[n-1]
		s.begins = strings.TrimLeft(text[begin:], " \t\n") == trailing(text[begin:], isName)
	}
	return s
}

func isName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isPath(c byte) bool { return c == '.' || isName(c) }

// trailing is the end of a text of such letters.
func trailing(text string, is func(byte) bool) string {
	i := len(text)
	for i > 0 && is(text[i-1]) {
		i--
	}
	return text[i:]
}

// valueOf is the value of a name or of an attribute, nil if there is none.
func (p *Prompt) valueOf(path string) starlark.Value {
	words := strings.Split(path, ".")
	v := p.names[words[0]]
	if v == nil {
		v = starlark.Universe[words[0]]
	}
	for _, w := range words[1:] {
		x, ok := v.(starlark.HasAttrs)
		if !ok {
			return nil
		}
		var err error
		if v, err = x.Attr(w); err != nil || v == nil {
			return nil
		}
	}
	return v
}

func attributes(v starlark.Value) []string {
	if x, ok := v.(starlark.HasAttrs); ok {
		return slices.Clone(x.AttrNames())
	}
	return nil
}

// arguments are what may name an argument that begins at the end of a text:
// the parameters that were not given yet, by position or by name.
func (p *Prompt) arguments(text string, at spot) (options []string) {
	names := p.parameters(trailing(text[:at.call], isPath))
	left := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return givenName(text[at.call:], name) })
	byPosition := min(max(at.before-(len(names)-len(left)), 0), len(names))
	for _, name := range left {
		if !slices.Contains(names[:byPosition], name) {
			options = append(options, name+" = ")
		}
	}
	return options
}

// parameters are the names that the arguments of a call may have.
func (p *Prompt) parameters(path string) (names []string) {
	switch fn := p.valueOf(path).(type) {
	case *starlark.Function:
		for i := range decl.NamedParams(fn) {
			name, _ := fn.Param(i)
			names = append(names, name)
		}
	case *starlark.Builtin:
		for _, q := range p.sc.paramsOf(fn.Name()) {
			if !q.Variadic && !q.Rest {
				names = append(names, q.Name)
			}
		}
	}
	return names
}

// paramsOf are the parameters of a builtin or of a kind's method.
func (sc *script) paramsOf(name string) []decl.Param {
	for _, b := range sc.all {
		if b.Name == name {
			return b.List()
		}
	}
	for _, k := range kinds {
		kind, _, fields := k.Describe()
		for _, f := range fields {
			if f.Method != nil && kind+"."+f.Name == name {
				return *f.Method
			}
		}
	}
	return nil
}

// givenName reports whether an argument of a call has this name already.
func givenName(call, name string) bool {
	return regexp.MustCompile(`[(,]\s*` + regexp.QuoteMeta(name) + `\s*=[^=]`).MatchString(call)
}
