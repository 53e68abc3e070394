package decl

import (
	"fmt"
	"regexp"
	"strings"
)

// Stub is the builtin's entry in the editor stub, in Python's notation.
func (b *Builtin[S]) Stub() string {
	var w strings.Builder
	if b.Native != nil {
		fmt.Fprintf(&w, "%s: Any\n\"\"\"%s\"\"\"\n", b.Name, b.Summary)
		return w.String()
	}
	fmt.Fprintf(&w, "def %s(%s) -> %s:\n    \"\"\"%s\n", b.Name, strings.Join(stubParams(b.List()), ", "), stubType(b.Returns), b.Summary)
	if list := b.List(); len(list) > 0 {
		w.WriteString("\n    Args:\n")
		for _, q := range list {
			doc := q.Doc
			if !q.Required && !q.Rest {
				doc += "; " + q.Default + " if left out"
			}
			fmt.Fprintf(&w, "        %s: %s\n", q.Name, doc)
		}
	}
	w.WriteString("    \"\"\"\n")
	return w.String()
}

// stubParams are parameters in Python's notation.
func stubParams(list []Param) []string {
	var words []string
	starred := false
	for _, q := range list {
		t := q.Name + ": " + stubArgument(q.Type)
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
			t += " = ..."
		}
		words = append(words, t)
	}
	return words
}

// StubKind is a kind's entry in the editor stub: a class, whose name has
// capitals because a builtin may have the same.
func StubKind(k Described) string {
	var w strings.Builder
	name, summary, fields := k.Describe()
	fmt.Fprintf(&w, "class %s:\n    \"\"\"%s\"\"\"\n", stubType(name), summary)
	for _, f := range fields {
		if f.Method != nil {
			fmt.Fprintf(&w, "\n    def %s(%s) -> %s:\n        \"\"\"%s.\"\"\"\n", f.Name, strings.Join(append([]string{"self"}, stubParams(*f.Method)...), ", "), stubType(f.Type), f.Doc)
			continue
		}
		fmt.Fprintf(&w, "\n    %s: %s\n    \"\"\"%s.\"\"\"\n", f.Name, stubType(f.Type), f.Doc)
	}
	return w.String()
}

var (
	stubWord = regexp.MustCompile(`[A-Za-z_]+`)
	stubPair = regexp.MustCompile(`\(([^()]*)\)`)

	stubUnit = regexp.MustCompile(`\b(ratio|rate|size)\b`) // not within duration
)

// stubUnits is how values with a unit are written, by their types.
var stubUnits = map[string]string{"ratio": "str | float", "rate": "str", "size": "str | int"}

// stubType writes a type as Python's type checkers know it.
func stubType(t string) string {
	t = stubWord.ReplaceAllStringFunc(t, func(word string) string {
		switch word {
		case "str", "int", "float", "bool", "bytes", "list", "dict", "None":
			return word
		case "value", "function", "struct":
			return "Any"
		}
		var camel strings.Builder
		for part := range strings.SplitSeq(word, "_") {
			camel.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
		return camel.String()
	})
	return stubPair.ReplaceAllString(t, "tuple[$1]")
}

// stubArgument is the type of a parameter, which takes more than one of
// values: durations, ratios and the like are written in several ways.
func stubArgument(t string) string {
	t = stubUnit.ReplaceAllStringFunc(t, func(word string) string { return stubUnits[word] })
	return strings.ReplaceAll(stubType(t), "Duration", "str | int | float | Duration")
}
