package builtins

import (
	"fmt"
	"strings"

	"wirelark/builtins/decl"
)

// groups are the groups of builtins in the order of the reference.
var groups = []struct{ name, title string }{
	{"make", "Make: namespaces and links"},
	{"set", "Set: addresses, routes, links, sysctls"},
	{"filter", "Filter: firewalls, NAT, connection tracking"},
	{"run", "Run: commands"},
	{"talk", "Talk: sockets and small servers"},
	{"probe", "Probe: ask the network"},
	{"look", "Look: what the kernel has"},
	{"assert", "Assert: what must hold"},
	{"test", "Test: what wirelark test runs"},
	{"order", "Order: steps, time, the end"},
	{"data", "Data: values and files"},
}

// Reference is the reference page of all builtins and kinds, in Markdown.
func Reference() string {
	var w strings.Builder
	w.WriteString("# What a script can say\n\n" +
		"Made from the declarations in `builtins/` by `make docs`; `wirelark doc NAME` shows one entry. " +
		"Parameters after `*` must be named. Durations are `\"5ms\"` or seconds as a number; addresses are strings or `ip` values.\n\n")
	for _, g := range groups {
		var names []string
		for _, b := range All {
			if b.Group == g.name {
				names = append(names, fmt.Sprintf("[`%s`](#%s)", b.Name, b.Name))
			}
		}
		fmt.Fprintf(&w, "- %s: %s\n", g.title, strings.Join(names, ", "))
	}
	for _, g := range groups {
		fmt.Fprintf(&w, "\n## %s\n", g.title)
		for _, b := range All {
			if b.Group == g.name {
				w.WriteString("\n" + b.Markdown())
			}
		}
	}
	w.WriteString("\n## Types of values\n")
	for _, k := range kinds {
		w.WriteString("\n" + strings.TrimSuffix(decl.MarkdownKind(k), "\n"))
		w.WriteString("\n")
	}
	return w.String()
}

// Stub is the editor stub of all builtins and kinds, in Python's notation.
func Stub() string {
	var w strings.Builder
	w.WriteString("# What a wirelark script can say, for editors. Made by make docs.\n\nfrom typing import Any\n")
	for _, k := range kinds {
		w.WriteString("\n\n" + decl.StubKind(k))
	}
	for _, b := range All {
		w.WriteString("\n\n" + b.Stub())
	}
	return w.String()
}

// Names lists every builtin and kind that Doc knows.
func Names() []string {
	var list []string
	for _, b := range All {
		list = append(list, b.Name)
	}
	for _, k := range kinds {
		name, _, _ := k.Describe()
		list = append(list, "type "+name)
	}
	return list
}

// Doc is the entry of a builtin or of a kind as a terminal shows it; ok is
// false if there is none, and the text then says what is near.
func Doc(name string) (text string, ok bool) {
	var names []string
	for _, b := range All {
		if b.Name == name {
			return b.Text(), true
		}
		names = append(names, b.Name)
	}
	for _, k := range kinds {
		kind, _, _ := k.Describe()
		if kind == strings.TrimPrefix(name, "type ") {
			return decl.TextKind(k), true
		}
		names = append(names, kind)
		if field, ok := strings.CutPrefix(strings.TrimPrefix(name, "type "), kind+"."); ok {
			return fieldDoc(k, field)
		}
	}
	if near := decl.Nearest(name, names); near != "" {
		return fmt.Sprintf("there is no %s: did you mean %s?", name, near), false
	}
	return fmt.Sprintf("there is no %s: wirelark doc lists what there is", name), false
}

// fieldDoc is the entry of one field of a kind, as Doc gives it.
func fieldDoc(k decl.Described, field string) (text string, ok bool) {
	kind, _, fields := k.Describe()
	var names []string
	for _, f := range fields {
		if f.Name == field {
			return decl.TextField(kind, f), true
		}
		names = append(names, f.Name)
	}
	if near := decl.Nearest(field, names); near != "" {
		return fmt.Sprintf("%s has no .%s: did you mean .%s?", kind, field, near), false
	}
	return fmt.Sprintf("%s has no .%s: wirelark doc %s lists what it has", kind, field, kind), false
}

// Overview lists the builtins by group, a line each.
func Overview() string {
	var w strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&w, "%s\n", g.title)
		for _, b := range All {
			if b.Group == g.name {
				fmt.Fprintf(&w, "  %-12s %s\n", b.Name, b.Summary)
			}
		}
		w.WriteString("\n")
	}
	var names []string
	for _, k := range kinds {
		name, _, _ := k.Describe()
		names = append(names, name)
	}
	fmt.Fprintf(&w, "Types of values: %s\n\nwirelark doc NAME shows one.\n", strings.Join(names, ", "))
	return w.String()
}
