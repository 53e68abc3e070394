package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/syntax"
)

// span finds the expression that an error's position belongs to: positions
// are those of an operator, such as the parenthesis of a call.
func (src *source) span(pos syntax.Position) (start, end syntax.Position) {
	start, end = pos, pos
	f, err := dialect.Parse(src.path, src.text, 0)
	if err != nil {
		return
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		at := syntax.Position{}
		switch n := n.(type) {
		case *syntax.CallExpr:
			at = n.Lparen
		case *syntax.DotExpr:
			at = n.Dot
		case *syntax.BinaryExpr:
			at = n.OpPos
		case *syntax.UnaryExpr:
			at = n.OpPos
		case *syntax.IndexExpr:
			at = n.Lbrack
		case *syntax.SliceExpr:
			at = n.Lbrack
		case *syntax.LoadStmt:
			at = n.Load
		}
		if at.Line == pos.Line && at.Col == pos.Col && pos.Line > 0 {
			if e, ok := n.(syntax.Expr); ok {
				start, end = extent(e)
			} else {
				start, end = n.Span()
			}
			return false
		}
		return true
	})
	return
}

// excerpt shows the line of a position and marks the columns up to end.
func (src *source) excerpt(start, end syntax.Position) []string {
	line := src.line(start.Line)
	if line == "" {
		return nil
	}
	runes := []rune(line)
	from, to := int(start.Col)-1, int(end.Col)-1
	if end.Line != start.Line || to > len(runes) {
		to = len([]rune(strings.TrimRight(line, " \t")))
	}
	from = min(max(from, 0), len(runes))
	to = max(to, from+1)
	// Tabs stay, so that the mark stands under what it marks.
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(runes[:from]))
	return []string{
		fmt.Sprintf("%5d | %s", start.Line, line),
		"      | " + pad + strings.Repeat("^", to-from),
	}
}
