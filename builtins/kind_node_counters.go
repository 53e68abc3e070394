package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// A nodeCounters is a reading of a namespace's counters, or the difference of
// two of them. It is no plain kind, because scripts index and subtract it.
type nodeCounters struct {
	node  string
	names []string // in the kernel's order
	count map[string]int64
}

var (
	_ starlark.HasAttrs        = (*nodeCounters)(nil)
	_ starlark.HasBinary       = (*nodeCounters)(nil)
	_ starlark.Comparable      = (*nodeCounters)(nil)
	_ starlark.Container       = (*nodeCounters)(nil) // asked by "in", before Mapping is
	_ starlark.IterableMapping = (*nodeCounters)(nil)
)

func newNodeCounters(node string, list []runtime.Counter) *nodeCounters {
	c := &nodeCounters{node: node, count: map[string]int64{}}
	for _, x := range list {
		if _, twice := c.count[x.Name]; !twice {
			c.names = append(c.names, x.Name)
		}
		c.count[x.Name] = x.Value
	}
	return c
}

var nodeCountersKind = &decl.Kind[*nodeCounters]{
	Name: "node_counters",
	Summary: "What a namespace counted up to one moment. `c[\"IpInDelivers\"]` is one counter, `\"IpInDelivers\" in c` says whether the kernel has it, `for name in c` goes through all in the kernel's order, " +
		"and `after - before` is what changed: false if nothing did. Two are equal if all their counters are.",
	Fields: []decl.Field[*nodeCounters]{
		decl.F("nonzero", "dict[str, int]", "those that are not zero, by name", value(func(c *nodeCounters) starlark.Value {
			d := &starlark.Dict{}
			for _, name := range c.nonzero() {
				_ = d.SetKey(starlark.String(name), number(c.count[name])) // it is new, and a string has a hash
			}
			return d
		})),
	},
}

func (c *nodeCounters) nonzero() []string {
	return only(c.names, func(name string) bool { return c.count[name] != 0 })
}

func (c *nodeCounters) String() string {
	const most = 8
	var words []string
	for _, name := range c.nonzero() {
		if len(words) == most {
			words = append(words, "…")
			break
		}
		words = append(words, fmt.Sprintf("%s %d", name, c.count[name]))
	}
	return fmt.Sprintf("node_counters(%s)", strings.Join(append([]string{c.node + ":"}, words...), " "))
}

func (c *nodeCounters) Type() string          { return nodeCountersKind.Name }
func (c *nodeCounters) Freeze()               {} // nothing a script can change
func (c *nodeCounters) Truth() starlark.Bool  { return len(c.nonzero()) > 0 }
func (c *nodeCounters) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable type: %s", c.Type()) }
func (c *nodeCounters) Len() int              { return len(c.names) }

func (c *nodeCounters) Attr(name string) (starlark.Value, error) {
	return nodeCountersKind.Attr(c, name)
}
func (c *nodeCounters) AttrNames() []string { return nodeCountersKind.AttrNames() }

// Get is one counter. A name that is none is an error: a test of a misspelt
// counter must not pass for ever.
func (c *nodeCounters) Get(k starlark.Value) (starlark.Value, bool, error) {
	name, ok := starlark.AsString(k)
	if !ok {
		return nil, false, fmt.Errorf("%s[…]: got %s, want str", c.Type(), decl.TypeName(k))
	}
	n, ok := c.count[name]
	if !ok {
		hint := ""
		if near := decl.Nearest(name, c.names); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		return nil, false, fmt.Errorf("%s counts no %q%s", c.node, name, hint)
	}
	return number(n), true, nil
}

// Has reports whether the kernel has a counter of a name.
func (c *nodeCounters) Has(y starlark.Value) (bool, error) {
	name, ok := starlark.AsString(y)
	if !ok {
		return false, fmt.Errorf("… in %s: got %s, want str", c.Type(), decl.TypeName(y))
	}
	_, ok = c.count[name]
	return ok, nil
}

func (c *nodeCounters) Iterate() starlark.Iterator {
	return strings_(c.names).(*starlark.List).Iterate()
}

// Items are all counters, as dict(c) takes them.
func (c *nodeCounters) Items() []starlark.Tuple {
	items := make([]starlark.Tuple, len(c.names))
	for i, name := range c.names {
		items[i] = starlark.Tuple{starlark.String(name), number(c.count[name])}
	}
	return items
}

// Binary knows c - d. A counter that only one of them has, because the kernel
// has begun to keep it since, is zero in the other.
func (c *nodeCounters) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	d, ok := y.(*nodeCounters)
	if !ok || op != syntax.MINUS || side != starlark.Left {
		return nil, nil
	}
	if c.node != d.node {
		return nil, fmt.Errorf("counters of %s and of %s have no difference", c.node, d.node)
	}
	var list []runtime.Counter
	for _, name := range c.names {
		list = append(list, runtime.Counter{Name: name, Value: c.count[name] - d.count[name]})
	}
	for _, name := range d.names {
		if _, ok := c.count[name]; !ok {
			list = append(list, runtime.Counter{Name: name, Value: -d.count[name]})
		}
	}
	return newNodeCounters(c.node, list), nil
}

// CompareSameType knows == and != only.
func (c *nodeCounters) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	d := y.(*nodeCounters)
	same := c == d || c.node == d.node && within(c, d) && within(d, c)
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, fmt.Errorf("%s values have no order: %s is not defined", c.Type(), op)
}

// within reports whether d counts all that c does, and as much.
func within(c, d *nodeCounters) bool {
	for name, n := range c.count {
		if d.count[name] != n {
			return false
		}
	}
	return true
}
