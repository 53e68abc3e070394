package builtins

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var diff_ = &builtin{
	Name:    "diff",
	Group:   "look",
	Common:  true,
	Summary: "Tell what differs between two states of a node's network.",
	Detail:  "The states are of one node at two moments, or of two nodes. The result is true if they differ. A link is known by its name; other things that differ in what they are called are one removed and one added.",
	Example: `n = netns("n")
before = state(n)
check(not diff(before, state(n)))
rule(n, source = "10.0.0.0/8", table = 100, priority = 5)
check(diff(before, state(n)).added == ["rule from 10.0.0.0/8 priority 5 table 100"])`,
	Returns: "state_diff",
	Params: func(p *params) body {
		a := decl.Arg(p, "before", stateKind.Type(), "the state that is compared with")
		b := decl.Arg(p, "after", stateKind.Type(), "the state that may differ")
		return func(*call) (starlark.Value, error) { return diffKind.Wrap(compare(*a, *b)), nil }
	},
}

// A stateDiff is what differs between two states, a line for each thing.
type stateDiff struct{ added, removed, changed []string }

func (d *stateDiff) any() bool { return len(d.added)+len(d.removed)+len(d.changed) > 0 }

var diffKind = &decl.Kind[*stateDiff]{
	Name:    "state_diff",
	Summary: "What differs between two states of a node's network.",
	Label: func(d *stateDiff) string {
		if !d.any() {
			return "nothing"
		}
		var w strings.Builder
		for _, x := range []struct {
			mark  string
			lines []string
		}{{"-", d.removed}, {"+", d.added}, {"~", d.changed}} {
			for _, line := range x.lines {
				fmt.Fprintf(&w, "\n  %s %s", x.mark, line)
			}
		}
		return w.String() + "\n"
	},
	Truth: (*stateDiff).any,
	Fields: []decl.Field[*stateDiff]{
		decl.F("added", "list[str]", "what is new", value(func(d *stateDiff) starlark.Value { return strings_(d.added) })),
		decl.F("removed", "list[str]", "what is gone", value(func(d *stateDiff) starlark.Value { return strings_(d.removed) })),
		decl.F("changed", "list[str]", `what is there still and differs, "link eth0: mtu 1500 -> 1400"`, value(func(d *stateDiff) starlark.Value { return strings_(d.changed) })),
	},
}

// compare finds what differs. Things that are called the same are compared by
// their attributes, but for those that change by themselves.
func compare(a, b *netState) *stateDiff {
	d := &stateDiff{}
	for i, p := range a.parts {
		q := b.parts[i]
		rest, ids := slices.Clone(q.values), make([]string, len(q.values))
		for j, v := range rest {
			ids[j] = identity(v)
		}
		for _, v := range p.values {
			id := identity(v)
			j := slices.Index(ids, id)
			if j < 0 {
				d.removed = append(d.removed, p.noun+" "+label(v))
				continue
			}
			if words := differences(v, rest[j], p.passing); len(words) > 0 {
				d.changed = append(d.changed, p.noun+" "+id+": "+strings.Join(words, ", "))
			}
			rest, ids = slices.Delete(rest, j, j+1), slices.Delete(ids, j, j+1)
		}
		for _, v := range rest {
			d.added = append(d.added, p.noun+" "+label(v))
		}
	}
	after := nftLines(b.nft)
	for _, line := range nftLines(a.nft) {
		if j := slices.Index(after, line); j >= 0 {
			after = slices.Delete(after, j, j+1)
		} else {
			d.removed = append(d.removed, line)
		}
	}
	d.added = append(d.added, after...)
	return d
}

// identity is what a thing is known by.
func identity(v starlark.Value) string {
	if l, ok := linkEntryKind.Unwrap(v); ok {
		return l.st.LongName()
	}
	if r, ok := routeKind.Unwrap(v); ok {
		return routeWay(r)
	}
	if f, ok := filterKind.Unwrap(v); ok {
		return filterPlace(f)
	}
	if h, ok := nexthopKind.Unwrap(v); ok {
		return number(h.ID).String()
	}
	return label(v)
}

// differences tells in which attributes two values of a kind differ.
func differences(v, w starlark.Value, but []string) (words []string) {
	x, ok := v.(starlark.HasAttrs)
	y, ok2 := w.(starlark.HasAttrs)
	if !ok || !ok2 {
		return nil
	}
	names := x.AttrNames()
	for _, name := range y.AttrNames() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if slices.Contains(but, name) {
			continue
		}
		f, _ := x.Attr(name) // an error is that of a struct without it
		g, _ := y.Attr(name)
		if same, err := starlark.Equal(orMissing(f), orMissing(g)); err == nil && same {
			continue
		}
		_, nested := f.(*record)
		if _, also := g.(*record); nested && also {
			for _, word := range differences(f, g, nil) {
				words = append(words, name+"."+word)
			}
			continue
		}
		words = append(words, fmt.Sprintf("%s %s -> %s", name, shownPlain(f), shownPlain(g)))
	}
	return words
}

// orMissing is None for an attribute that one of two structs lacks.
func orMissing(v starlark.Value) starlark.Value {
	if v == nil {
		return starlark.None
	}
	return v
}

// shownPlain is a value as a line shows it: a text without its quotes, unless
// there is nothing in them.
func shownPlain(v starlark.Value) string {
	if v = orMissing(v); v == starlark.String("") {
		return v.String()
	}
	return textOf(v)
}
