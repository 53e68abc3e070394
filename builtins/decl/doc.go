package decl

import (
	"fmt"
	"strings"
)

// Head is the builtin as its reference page heads it.
func (b *Builtin[S]) Head() string {
	if b.Native != nil {
		return b.Signature
	}
	var words []string
	starred := false
	for _, q := range b.List() {
		t := q.Name + ": " + q.Type
		if q.Variadic {
			t, starred = "*"+t, true
		}
		if q.Keyword && !starred {
			words, starred = append(words, "*"), true
		}
		if !q.Required {
			t += " = " + q.Default
		}
		words = append(words, t)
	}
	return fmt.Sprintf("%s(%s) -> %s", b.Name, strings.Join(words, ", "), b.Returns)
}

// Markdown is the builtin's entry in the reference.
func (b *Builtin[S]) Markdown() string {
	var w strings.Builder
	fmt.Fprintf(&w, "### %s\n\n```python\n%s\n```\n\n%s\n", b.Name, b.Head(), b.Summary)
	if list := b.List(); len(list) > 0 {
		w.WriteString("\n")
		for _, q := range list {
			fmt.Fprintf(&w, "- `%s`: %s\n", q.Name, q.Doc)
		}
	}
	if b.Detail != "" {
		fmt.Fprintf(&w, "\n%s\n", b.Detail)
	}
	if b.Example != "" {
		fmt.Fprintf(&w, "\n```python\n%s\n```\n", strings.TrimSpace(b.Example))
	}
	return w.String()
}

// Text is the builtin's entry as a terminal shows it.
func (b *Builtin[S]) Text() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s\n\n%s\n", b.Head(), b.Summary)
	if list := b.List(); len(list) > 0 {
		w.WriteString("\n")
		for _, q := range list {
			fmt.Fprintf(&w, "  %-12s %s\n", q.Name, q.Doc)
		}
	}
	if b.Detail != "" {
		fmt.Fprintf(&w, "\n%s\n", b.Detail)
	}
	if b.Example != "" {
		fmt.Fprintf(&w, "\nExample:\n\n%s\n", indent(strings.TrimSpace(b.Example)))
	}
	return w.String()
}

func indent(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }

// Stub is the builtin's entry in the editor stub, in Python's notation.
func (b *Builtin[S]) Stub() string {
	var w strings.Builder
	if b.Native != nil {
		fmt.Fprintf(&w, "%s: Any\n\"\"\"%s\"\"\"\n", b.Name, b.Summary)
		return w.String()
	}
	head := strings.TrimSuffix(b.Head(), " -> "+b.Returns)
	fmt.Fprintf(&w, "def %s -> %s:\n    \"\"\"%s\n", stubTypes(head), stubType(b.Returns), b.Summary)
	if list := b.List(); len(list) > 0 {
		w.WriteString("\n    Args:\n")
		for _, q := range list {
			fmt.Fprintf(&w, "        %s: %s\n", q.Name, q.Doc)
		}
	}
	fmt.Fprintf(&w, "    \"\"\"\n")
	return w.String()
}

// stubTypes writes the types of a signature as Python's type checkers know
// them.
func stubTypes(head string) string {
	for _, t := range []string{": function", ": value"} {
		head = strings.ReplaceAll(head, t, ": Any")
	}
	return strings.ReplaceAll(strings.ReplaceAll(head, "(str, str)", "tuple[str, str]"), "…", "...")
}

func stubType(t string) string {
	switch t {
	case "value", "function":
		return "Any"
	case "(link, link)":
		return "tuple[link, link]"
	}
	return t
}

// MarkdownKind is a kind's entry in the reference.
func MarkdownKind(k Described) string {
	var w strings.Builder
	name, summary, fields := k.Describe()
	fmt.Fprintf(&w, "### type %s\n\n%s\n\n", name, summary)
	for _, f := range fields {
		fmt.Fprintf(&w, "- `.%s`: %s (%s)\n", f.Name, f.Doc, f.Type)
	}
	return w.String()
}

// StubKind is a kind's entry in the editor stub.
func StubKind(k Described) string {
	var w strings.Builder
	name, summary, fields := k.Describe()
	fmt.Fprintf(&w, "class %s:\n    \"\"\"%s\"\"\"\n", name, summary)
	for _, f := range fields {
		fmt.Fprintf(&w, "    %s: Any  # %s; %s\n", f.Name, f.Type, f.Doc)
	}
	return w.String()
}
