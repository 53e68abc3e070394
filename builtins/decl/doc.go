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
	return fmt.Sprintf("%s(%s) -> %s", b.Name, strings.Join(declared(b.List()), ", "), b.Returns)
}

// declared are parameters as a head has them.
func declared(list []Param) []string {
	var words []string
	starred := false
	for _, q := range list {
		t := q.Name + ": " + q.Type
		if q.Variadic {
			t, starred = "*"+t, true
		}
		if q.Keyword && !starred && !q.Rest {
			words, starred = append(words, "*"), true
		}
		switch {
		case q.Rest:
			t = "**" + t
		case !q.Required:
			t += " = " + q.Default
		}
		words = append(words, t)
	}
	return words
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

// textWidth is how wide a terminal is taken to be.
const textWidth = 78

// Text is the builtin's entry as a terminal shows it.
func (b *Builtin[S]) Text() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s\n\n%s\n", b.foldedHead(), wrap(b.Summary, "", ""))
	if list := b.List(); len(list) > 0 {
		w.WriteString("\n")
		for _, q := range list {
			fmt.Fprintf(&w, "%s\n", wrap(q.Doc, fmt.Sprintf("  %-13s ", q.Name), strings.Repeat(" ", 16)))
		}
	}
	if b.Detail != "" {
		fmt.Fprintf(&w, "\n%s\n", wrap(b.Detail, "", ""))
	}
	if b.Example != "" {
		fmt.Fprintf(&w, "\nExample:\n\n%s\n", indent(strings.TrimSpace(b.Example)))
	}
	return w.String()
}

// foldedHead is Head with a line for each parameter if one line is too short.
func (b *Builtin[S]) foldedHead() string {
	head := b.Head()
	if len([]rune(head)) <= textWidth || b.Native != nil {
		return head
	}
	return b.Name + "(\n    " + strings.Join(declared(b.List()), ",\n    ") + ",\n) -> " + b.Returns
}

// wrap breaks a text into lines, the first after first, others after other.
func wrap(s, first, other string) string {
	var lines []string
	line, n := first, len([]rune(first))
	empty := true
	for _, word := range strings.Fields(s) {
		k := len([]rune(word))
		if !empty && n+1+k > textWidth {
			lines = append(lines, line)
			line, n, empty = other, len([]rune(other)), true
		}
		if !empty {
			line, n = line+" ", n+1
		}
		line, n, empty = line+word, n+k, false
	}
	return strings.Join(append(lines, line), "\n")
}

func indent(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }

// MarkdownKind is a kind's entry in the reference.
func MarkdownKind(k Described) string {
	var w strings.Builder
	name, summary, fields := k.Describe()
	fmt.Fprintf(&w, "### type %s\n\n%s\n\n", name, summary)
	for _, f := range fields {
		if f.Method != nil {
			fmt.Fprintf(&w, "- `.%s(%s) -> %s`: %s\n", f.Name, strings.Join(declared(*f.Method), ", "), f.Type, f.Doc)
			continue
		}
		fmt.Fprintf(&w, "- `.%s`: %s (%s)\n", f.Name, f.Doc, f.Type)
	}
	return w.String()
}

// TextKind is a kind's entry as a terminal shows it.
func TextKind(k Described) string {
	var w strings.Builder
	name, summary, fields := k.Describe()
	fmt.Fprintf(&w, "type %s\n\n%s\n\n", name, wrap(summary, "", ""))
	for _, f := range fields {
		w.WriteString(textField(f))
	}
	return w.String()
}

// TextField is one field of a kind as a terminal shows it.
func TextField(kind string, f Param) string { return "type " + kind + "\n\n" + textField(f) }

func textField(f Param) string {
	doc := strings.Repeat(" ", 16)
	if f.Method != nil {
		return fmt.Sprintf("  .%s(%s) -> %s\n%s\n", f.Name, strings.Join(declared(*f.Method), ", "), f.Type, wrap(f.Doc, doc, doc))
	}
	return wrap(f.Type+": "+f.Doc, fmt.Sprintf("  %-13s ", "."+f.Name), doc) + "\n"
}
