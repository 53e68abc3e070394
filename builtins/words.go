package builtins

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

// command is a program and its arguments: a list is taken as it is, a string
// is split into words.
var command = decl.Type[[]string]{Name: "str | list[str]", From: func(v starlark.Value) ([]string, error) {
	if s, ok := starlark.AsString(v); ok {
		return split(s)
	}
	argv, err := decl.List(decl.Str).From(v)
	if err != nil {
		return nil, err
	}
	if len(argv) == 0 || argv[0] == "" {
		return nil, decl.Misusef("is empty: name a program")
	}
	for _, w := range argv {
		if strings.IndexByte(w, 0) >= 0 {
			return nil, decl.Misusef("%q holds a zero byte, which no argument can", w)
		}
	}
	return argv, nil
}, Show: func(argv []string) string { return strings.Join(argv, " ") }}

// split splits a command into words as a shell would, with its quotes and
// backslashes. Nothing is expanded: what a shell would expand or interpret is
// refused, so that nobody believes that it was.
func split(s string) ([]string, error) {
	if strings.IndexByte(s, 0) >= 0 { // the parser would drop it
		return nil, decl.Misusef("%q holds a zero byte, which no argument can", s)
	}
	if strings.Contains(s, "\r") { // and this, before a line's end
		return nil, decl.Misusef("%q holds a carriage return: give the words as a list", s)
	}
	if !utf8.ValidString(s) {
		return nil, decl.Misusef("%q is no text in UTF-8: give the words as a list", s)
	}
	var argv []string
	var bad, err error
	last := uint(0)
	for w, e := range syntax.NewParser().WordsSeq(strings.NewReader(s)) {
		if err = e; err != nil {
			break
		}
		if bad = gap(s, last, w.Pos().Offset()); bad != nil {
			break
		}
		last = w.End().Offset()
		var text string
		if text, bad = literal(w.Parts); bad != nil {
			break
		}
		argv = append(argv, text)
	}
	if bad == nil && err == nil {
		bad = gap(s, last, uint(len(s)))
	}
	switch {
	case bad != nil:
		return nil, bad
	case err != nil:
		return nil, splitError(s, err)
	case len(argv) == 0 || argv[0] == "":
		return nil, decl.Misusef("is empty: name a program")
	}
	return argv, nil
}

// gap refuses what is between two words and is no white space: a comment,
// which would be dropped silently.
func gap(s string, from, to uint) error {
	if to > uint(len(s)) || from > to {
		return nil
	}
	if strings.Contains(s[from:to], "#") {
		return decl.Misusef("the word that begins with # would be a comment to a shell: quote it")
	}
	return nil
}

func literal(parts []syntax.WordPart) (string, error) {
	var text strings.Builder
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			if c := unquoted(p.Value, "*"); c != "" {
				return "", shellOnly(c)
			}
			text.WriteString(unescape(p.Value, ""))
		case *syntax.SglQuoted:
			if p.Dollar {
				return "", shellOnly("$'")
			}
			text.WriteString(p.Value)
		case *syntax.DblQuoted:
			if p.Dollar {
				return "", shellOnly(`$"`)
			}
			for _, in := range p.Parts {
				lit, ok := in.(*syntax.Lit)
				if !ok {
					return "", shellOnly(partName(in))
				}
				text.WriteString(unescape(lit.Value, "$`\"\\\n"))
			}
		default:
			return "", shellOnly(partName(part))
		}
	}
	return text.String(), nil
}

func shellOnly(what string) error {
	return decl.Misusef("%s means nothing here, since no shell runs: quote it, or use sh_in(ns, \"…\")", what)
}

func partName(p syntax.WordPart) string {
	switch p.(type) {
	case *syntax.ParamExp, *syntax.ArithmExp:
		return "$"
	case *syntax.CmdSubst:
		return "a command in a command"
	case *syntax.ProcSubst:
		return "<( )"
	case *syntax.ExtGlob:
		return "a pattern"
	}
	return "this"
}

// unquoted is the first of chars that stands in a literal without a
// backslash before it, or "".
func unquoted(s, chars string) string {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case strings.IndexByte(chars, s[i]) >= 0:
			return s[i : i+1]
		}
	}
	return ""
}

// unescape takes away backslashes: before any character, or, within double
// quotes, before the given ones. A backslash at a line's end joins the lines.
func unescape(s, only string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (only == "" || strings.IndexByte(only, s[i+1]) >= 0) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// splitError puts the parser's complaint into the words of a script.
func splitError(s string, err error) error {
	pe, ok := err.(syntax.ParseError)
	if !ok {
		return decl.Misusef("%q cannot be split into words: %s", s, err)
	}
	at := int(pe.Pos.Offset())
	for _, c := range []string{"||", "&&", "|", ">", "<", "&", ";", "(", ")"} {
		if at < len(s) && strings.HasPrefix(s[at:], c) {
			return shellOnly(c)
		}
	}
	if strings.Contains(pe.Text, "$") {
		return shellOnly("$")
	}
	if strings.Contains(pe.Text, "quote") {
		return decl.Misusef("a quote is not closed in %q", s)
	}
	return decl.Misusef("%q cannot be split into words: %s", s, fmt.Sprint(pe.Text))
}
