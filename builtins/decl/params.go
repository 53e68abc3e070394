package decl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"
)

// Params collects the parameters of one builtin, in order.
type Params struct {
	slots   []slot
	list    []Param // as the reference shows them, only if told
	told    bool
	keyword bool
	timeout *time.Duration // the value of the parameter of that name, nil if there is none
}

// A Param is one parameter as the reference shows it.
type Param struct {
	Name     string
	Type     string
	Default  string // in Starlark's notation; "" if the parameter is required
	Doc      string
	Variadic bool // takes all further positional arguments
	Keyword  bool // must be named
	Rest     bool // takes all further arguments that are named
	Required bool
	Method   *[]Param // of a field that is a function: its parameters
}

// A slot is what a call needs of a parameter, and its value. They are made for
// each call, so what only readers need is not in them.
type slot struct {
	name                              string
	arg                               argument
	variadic, keyword, rest, required bool
	given                             bool
}

// KeywordsOnly says that the parameters that follow must be named.
func (p *Params) KeywordsOnly() { p.keyword = true }

func (p *Params) add(q *Param, arg argument) {
	q.Keyword = (p.keyword || q.Rest) && !q.Variadic
	p.slots = append(p.slots, slot{name: q.Name, arg: arg, variadic: q.Variadic, keyword: q.Keyword, rest: q.Rest, required: q.Required})
	if p.told {
		p.list = append(p.list, *q)
	}
}

// unpack gives every parameter its value.
func (p *Params) unpack(args starlark.Tuple, kwargs []starlark.Tuple) error {
	for i, v := range args {
		at := min(i, len(p.slots)-1)
		if at < 0 || (i >= len(p.slots) || p.slots[at].keyword) && !p.variadicAt(i, &at) {
			return misuse("got %s, want at most %d%s", count(len(args), "positional argument"), p.positional(), p.byName())
		}
		if err := p.put(at, v); err != nil {
			return err
		}
	}
	for _, kv := range kwargs {
		name := string(kv[0].(starlark.String))
		at, rest := p.named(name)
		if at < 0 && rest >= 0 {
			if err := p.put(rest, kv); err != nil {
				return err
			}
			continue
		}
		if at < 0 {
			return misuse("no parameter %s%s", name, p.instead(name))
		}
		if p.slots[at].variadic {
			return misuse("%s: is given by position, not by name", name)
		}
		if p.slots[at].given {
			return misuse("%s: is given twice", name)
		}
		if err := p.put(at, kv[1]); err != nil {
			return err
		}
	}
	for i := range p.slots {
		if q := &p.slots[i]; q.required && !q.given {
			return misuse("%s: is missing", q.name)
		}
	}
	return nil
}

// named is where the parameter of a name is, and the one that takes names which
// are none; -1 if there is no such.
func (p *Params) named(name string) (at, rest int) {
	at, rest = -1, -1
	for i := range p.slots {
		switch q := &p.slots[i]; {
		case q.rest:
			rest = i
		case q.name == name:
			at = i
		}
	}
	return at, rest
}

// variadicAt moves at to the variadic parameter that takes argument i.
func (p *Params) variadicAt(i int, at *int) bool {
	v := slices.IndexFunc(p.slots, func(q slot) bool { return q.variadic })
	if v < 0 || i < v {
		return false
	}
	*at = v
	return true
}

func (p *Params) put(at int, v starlark.Value) error {
	p.slots[at].given = true
	if _, ok := v.(unknown); ok {
		return nil
	}
	return Named(p.slots[at].name, p.slots[at].arg.set(v))
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// positional is how many arguments need no name.
func (p *Params) positional() int {
	n := 0
	for _, q := range p.slots {
		if !q.keyword {
			n++
		}
	}
	return n
}

// byName lists the parameters that must be named.
func (p *Params) byName() string {
	var names []string
	for _, q := range p.slots {
		if q.keyword && !q.rest {
			names = append(names, q.name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; by name: " + strings.Join(names, ", ")
}

// instead suggests a parameter for a name that is none.
func (p *Params) instead(name string) string {
	var names []string
	for _, q := range p.slots {
		if !q.variadic {
			names = append(names, q.name)
		}
	}
	if near := Nearest(name, names); near != "" {
		return " (did you mean " + near + "?)"
	}
	if len(names) == 0 {
		return ": it takes none by name"
	}
	if len(names) == 1 {
		return ": there is " + names[0]
	}
	return ": there are " + strings.Join(names, ", ")
}

// Nearest is the name most like a misspelt one, or "" if none is.
func Nearest(name string, names []string) string {
	best, at := "", 1+max(1, len(name)/3)
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n), at); d < at {
			best, at = n, d
		}
	}
	if best == "" && len(name) >= 3 {
		for _, n := range names {
			if strings.HasPrefix(n, name) || len(n) >= 3 && strings.HasPrefix(name, n) {
				return n
			}
		}
	}
	return best
}

// distance is how many letters must be changed, added, dropped or swapped
// with the next one; at least limit if that many.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	two, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, last, row = last, row, two
	}
	return last[len(b)]
}
