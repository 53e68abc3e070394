package builtins

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var fmt_ = &builtin{
	Name:    "fmt",
	Group:   "data",
	Summary: "Write a value with a width and a precision.",
	Detail: "The form is that of Python's format: `[<>^][0][width][.precision][type]`. Types are d and x of integers, f, e and % of numbers, s of anything; without a type, " +
		"numbers are written as str does and set right, other values left. A precision of texts cuts them.",
	Example: `check(fmt(3.14159, ".2f") == "3.14" and fmt("ab", ">5") == "   ab")
check(fmt(7, "03d") == "007" and fmt(0.123, ".1%") == "12.3%")`,
	Returns: "str",
	Params: func(p *params) body {
		v := decl.Arg(p, "value", decl.Value, "the value")
		form := decl.Arg(p, "form", form, `how to write it: "8.2f", "<10", "03d"`)
		return func(c *call) (starlark.Value, error) {
			s, err := form.write(*v)
			return starlark.String(s), err
		}
	},
}

// A formOf says how a value is written.
type formOf struct {
	text      string
	align     byte // '<', '>' or '^'; 0 for what the value has
	zero      bool
	width     int
	precision int  // -1 for none
	kind      byte // 0 for none
}

var formRule = regexp.MustCompile(`^([<>^])?(0)?(\d{1,3})?(?:\.(\d{1,2}))?([dxfes%])?$`)

var form = decl.Type[formOf]{Name: "str", From: func(v starlark.Value) (formOf, error) {
	s, err := decl.Str.From(v)
	if err != nil {
		return formOf{}, err
	}
	m := formRule.FindStringSubmatch(s)
	if m == nil {
		return formOf{}, decl.Misusef("%q is no form: write \"8.2f\", \"<10\", \"03d\", \".1%%\"", s)
	}
	f := formOf{text: s, zero: m[2] != "", precision: -1}
	if m[1] != "" {
		f.align = m[1][0]
	}
	f.width, _ = strconv.Atoi(m[3])
	if m[4] != "" {
		f.precision, _ = strconv.Atoi(m[4])
	}
	if m[5] != "" {
		f.kind = m[5][0]
	}
	return f, nil
}, Show: func(f formOf) string { return strconv.Quote(f.text) }}

func (f formOf) write(v starlark.Value) (string, error) {
	s, number, err := f.plain(v)
	if err != nil {
		return "", err
	}
	pad := f.width - utf8.RuneCountInString(s)
	if pad <= 0 {
		return s, nil
	}
	align := f.align
	switch {
	case align == 0 && f.zero && number:
		sign := ""
		if strings.HasPrefix(s, "-") {
			sign, s = "-", s[1:]
		}
		return sign + strings.Repeat("0", pad) + s, nil
	case align == 0 && number:
		align = '>'
	}
	switch align {
	case '>':
		return strings.Repeat(" ", pad) + s, nil
	case '^':
		return strings.Repeat(" ", pad/2) + s + strings.Repeat(" ", pad-pad/2), nil
	}
	return s + strings.Repeat(" ", pad), nil
}

// plain is the value without its width.
func (f formOf) plain(v starlark.Value) (s string, number bool, err error) {
	i, isInt := v.(starlark.Int)
	x, isNumber := starlark.AsFloat(v)
	switch f.kind {
	case 'd', 'x':
		if !isInt || f.precision >= 0 {
			return "", false, decl.Named("form", decl.Misusef("%q is for integers, without a precision: got %s", f.text, decl.TypeName(v)))
		}
		return i.BigInt().Text(map[byte]int{'d': 10, 'x': 16}[f.kind]), true, nil
	case 'f', 'e', '%':
		if !isNumber {
			return "", false, decl.Named("form", decl.Misusef("%q is for numbers: got %s", f.text, decl.TypeName(v)))
		}
		precision := f.precision
		if precision < 0 {
			precision = 6
		}
		if f.kind == '%' {
			return strconv.FormatFloat(x*100, 'f', precision, 64) + "%", true, nil
		}
		return strconv.FormatFloat(x, f.kind, precision, 64), true, nil
	}
	s, ok := starlark.AsString(v)
	if !ok {
		s = v.String()
	}
	if f.precision >= 0 {
		if isNumber && f.kind == 0 {
			return "", false, decl.Named("form", decl.Misusef("%q: a number needs a type: write %q", f.text, f.text+"f"))
		}
		if r := []rune(s); len(r) > f.precision {
			s = string(r[:f.precision])
		}
	}
	return s, isNumber && f.kind == 0, nil
}
