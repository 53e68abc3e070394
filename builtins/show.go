package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
)

// shownLength is how much of a value a report shows.
const shownLength = 300

// show is a value in one line, shortened in its middle.
func show(v starlark.Value) string {
	s := v.String()
	if r := []rune(s); len(r) > shownLength {
		s = fmt.Sprintf("%s … %d more … %s", string(r[:shownLength*2/3]), len(r)-shownLength, string(r[len(r)-shownLength/3:]))
	}
	return s
}

// diff is how two values differ, line by line, where one line cannot show it;
// or "".
func diff(x, y starlark.Value) string {
	a, b := pieces(x), pieces(y)
	if a == nil || b == nil || len(a)+len(b) < 5 {
		return ""
	}
	const limit = 2000
	return diffLines(a[:min(len(a), limit)], b[:min(len(b), limit)])
}

// pieces are the lines of a text or the elements of a list.
func pieces(v starlark.Value) []string {
	switch v := v.(type) {
	case starlark.String:
		return strings.Split(string(v), "\n")
	case *starlark.Dict:
		list := make([]string, 0, v.Len())
		for _, kv := range v.Items() {
			list = append(list, kv[0].String()+": "+kv[1].String())
		}
		return list
	case starlark.Indexable:
		list := make([]string, v.Len())
		for i := range list {
			list[i] = v.Index(i).String()
		}
		return list
	}
	return nil
}

// diffLines marks what only a has with -, what only b has with +, and shows
// two lines around each change.
func diffLines(a, b []string) string {
	// The longest common subsequence, after what both begin and end with.
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	ma, mb := a[head:len(a)-tail], b[head:len(b)-tail]
	common := make([][]int, len(ma)+1)
	for i := range common {
		common[i] = make([]int, len(mb)+1)
	}
	for i := len(ma) - 1; i >= 0; i-- {
		for j := len(mb) - 1; j >= 0; j-- {
			if ma[i] == mb[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []string
	for _, s := range a[:head] {
		out = append(out, "  "+s)
	}
	i, j := 0, 0
	for i < len(ma) || j < len(mb) {
		switch {
		case i < len(ma) && j < len(mb) && ma[i] == mb[j]:
			out = append(out, "  "+ma[i])
			i, j = i+1, j+1
		case j == len(mb) || i < len(ma) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+ma[i])
			i++
		default:
			out = append(out, "+ "+mb[j])
			j++
		}
	}
	for _, s := range a[len(a)-tail:] {
		out = append(out, "  "+s)
	}
	return strings.Join(around(out, 2), "\n")
}

// around keeps the changed lines and some on either side.
func around(lines []string, context int) []string {
	keep := make([]bool, len(lines))
	for i, s := range lines {
		if s[0] != ' ' {
			for j := max(0, i-context); j <= min(len(lines)-1, i+context); j++ {
				keep[j] = true
			}
		}
	}
	const most = 40
	var out []string
	for i, s := range lines {
		switch {
		case len(out) == most:
			return append(out, "  …")
		case keep[i]:
			if r := []rune(s); len(r) > 160 {
				s = string(r[:160]) + "…"
			}
			out = append(out, s)
		case i > 0 && keep[i-1]:
			out = append(out, "  …")
		}
	}
	return out
}

// firstDifference says where two long texts of one line begin to differ.
func firstDifference(x, y starlark.Value) []string {
	a, ok := starlark.AsString(x)
	b, ok2 := starlark.AsString(y)
	if !ok || !ok2 || len(a)+len(b) < shownLength {
		return nil
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	around := func(s string) string {
		return starlark.String(strings.ToValidUTF8(s[max(0, n-20):min(len(s), n+20)], "\ufffd")).String()
	}
	return []string{fmt.Sprintf("they differ from byte %d on: %s, %s", n, around(a), around(b))}
}
