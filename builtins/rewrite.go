package builtins

import (
	"go.starlark.net/syntax"
)

// rewrite makes the checks of a file record their operands.
func (p *probes) rewrite(f *syntax.File, src *source) {
	var calls []*syntax.CallExpr
	syntax.Walk(f, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok {
			if id, ok := c.Fn.(*syntax.Ident); ok {
				if _, ok := watched[id.Name]; ok {
					calls = append(calls, c)
				}
			}
		}
		return true
	})
	for _, c := range calls {
		name := c.Fn.(*syntax.Ident).Name
		cond := watched[name].of(c)
		if cond == nil {
			continue
		}
		if l, ok := (*cond).(*syntax.LambdaExpr); ok {
			cond = &l.Body
		} else if name != "check" && name != "expect" {
			continue
		}
		p.site(c, cond, src)
	}
}

// of is the argument in a call, given by position or by name; nil if the text
// does not tell.
func (w watch) of(c *syntax.CallExpr) *syntax.Expr {
	for i := range c.Args {
		b, named := c.Args[i].(*syntax.BinaryExpr)
		named = named && b.Op == syntax.EQ
		switch {
		case named && b.X.(*syntax.Ident).Name == w.name:
			return &b.Y
		case i == w.at && !isArgument(c.Args[i]):
			return &c.Args[i]
		}
	}
	return nil
}

// isArgument reports whether an argument is not a plain expression.
func isArgument(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.BinaryExpr:
		return e.Op == syntax.EQ
	case *syntax.UnaryExpr:
		return e.Op == syntax.STAR || e.Op == syntax.STARSTAR
	}
	return false
}

// site makes one condition record its operands.
func (p *probes) site(c *syntax.CallExpr, cond *syntax.Expr, src *source) {
	start, end := extent(*cond)
	w := &rewriter{src: src, site: &site{text: src.between(start, end), pos: start}}
	p.mu.Lock()
	w.number = len(p.sites)
	p.sites = append(p.sites, w.site)
	p.at[plain(c.Lparen)] = w.site
	p.mu.Unlock()
	body := *cond
	if b, ok := unparen(body).(*syntax.BinaryExpr); ok && isComparison(b.Op) {
		w.site.op = b.Op
		b.X, w.site.left = w.forced(b.X)
		b.Y, w.site.right = w.forced(b.Y)
	} else {
		body = w.wrap(body, true)
	}
	*cond = &syntax.BinaryExpr{X: w.call(startName, start, start), OpPos: start, Op: syntax.AND, Y: body}
}

// extent is where an expression begins and ends. The parser's own Span leaves
// out what closes x[i], x[i:j] and ().
func extent(e syntax.Expr) (start, end syntax.Position) {
	start, end = e.Span()
	for {
		switch x := e.(type) {
		case *syntax.IndexExpr, *syntax.SliceExpr:
			end.Col++
			return start, end
		case *syntax.BinaryExpr:
			e = x.Y
		case *syntax.UnaryExpr:
			e = x.X
		case *syntax.CondExpr:
			e = x.False
		case *syntax.LambdaExpr:
			e = x.Body
		case *syntax.TupleExpr:
			if len(x.List) == 0 {
				end.Col++ // of ()
				return start, end
			}
			e = x.List[len(x.List)-1]
		default:
			return start, end
		}
	}
}

func unparen(e syntax.Expr) syntax.Expr {
	for {
		p, ok := e.(*syntax.ParenExpr)
		if !ok {
			return e
		}
		e = p.X
	}
}

func isComparison(op syntax.Token) bool {
	switch op {
	case syntax.EQL, syntax.NEQ, syntax.LT, syntax.GT, syntax.LE, syntax.GE, syntax.IN, syntax.NOT_IN:
		return true
	}
	return false
}

// A rewriter works on one condition.
type rewriter struct {
	src    *source
	site   *site
	number int
}

// call is a call of one of the inserted functions, placed over what it stands
// for.
func (w *rewriter) call(name string, start, end syntax.Position, args ...syntax.Expr) syntax.Expr {
	number := &syntax.Literal{Token: syntax.INT, TokenPos: start, Raw: "0", Value: int64(w.number)}
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: start, Name: name}, Lparen: start,
		Args: append([]syntax.Expr{number}, args...), Rparen: syntax.MakePosition(intern(w.src.path), end.Line, end.Col-1)}
}

// record makes e's value be recorded.
func (w *rewriter) record(e syntax.Expr, start, end syntax.Position, q part) (syntax.Expr, int) {
	q.text = w.src.between(start, end)
	i := len(w.site.parts)
	w.site.parts = append(w.site.parts, q)
	index := &syntax.Literal{Token: syntax.INT, TokenPos: start, Raw: "0", Value: int64(i)}
	return w.call(probeName, start, end, index, e), i
}

// forced records an operand of the comparison, whatever it is.
func (w *rewriter) forced(e syntax.Expr) (syntax.Expr, int) {
	start, end := extent(e)
	at := len(w.site.parts)
	wrapped := w.wrap(e, false)
	if len(w.site.parts) > at && wrapped != e {
		return wrapped, len(w.site.parts) - 1 // the whole comes after its parts
	}
	_, lit := unparen(e).(*syntax.Literal)
	return w.record(wrapped, start, end, part{lit: lit})
}

// wrap makes the interesting parts of e record their values.
func (w *rewriter) wrap(e syntax.Expr, top bool) syntax.Expr {
	start, end := extent(e)
	switch e := e.(type) {
	case *syntax.ParenExpr:
		e.X = w.wrap(e.X, top)
		return e
	case *syntax.UnaryExpr:
		if e.X != nil {
			e.X = w.wrap(e.X, top)
		}
		return e
	case *syntax.CondExpr:
		e.Cond, e.True, e.False = w.wrap(e.Cond, top), w.wrap(e.True, top), w.wrap(e.False, top)
		return e
	case *syntax.BinaryExpr:
		logic := e.Op == syntax.AND || e.Op == syntax.OR
		e.X, e.Y = w.wrap(e.X, top && logic), w.wrap(e.Y, top && logic)
		if logic || isComparison(e.Op) {
			return e
		}
	case *syntax.ListExpr:
		w.all(e.List)
		return e
	case *syntax.TupleExpr:
		w.all(e.List)
		return e
	case *syntax.CallExpr:
		if d, ok := e.Fn.(*syntax.DotExpr); ok {
			d.X = w.base(d.X)
		}
		w.arguments(e.Args)
	case *syntax.DotExpr:
		e.X = w.base(e.X)
	case *syntax.IndexExpr:
		e.X, e.Y = w.base(e.X), w.wrap(e.Y, false)
	case *syntax.SliceExpr:
		e.X = w.base(e.X)
	case *syntax.Ident, *syntax.Comprehension:
	default:
		return e
	}
	r, _ := w.record(e, start, end, part{top: top})
	return r
}

// base wraps what something is taken from: a name says nothing there, but its
// value may be that of a wait (doubt.go).
func (w *rewriter) base(e syntax.Expr) syntax.Expr {
	if _, ok := e.(*syntax.Ident); ok {
		start, end := extent(e)
		r, _ := w.record(e, start, end, part{silent: true})
		return r
	}
	return w.wrap(e, false)
}

func (w *rewriter) all(list []syntax.Expr) {
	for i := range list {
		list[i] = w.wrap(list[i], false)
	}
}

func (w *rewriter) arguments(list []syntax.Expr) {
	for i, a := range list {
		if !isArgument(a) {
			list[i] = w.wrap(a, false)
			continue
		}
		switch a := a.(type) {
		case *syntax.BinaryExpr:
			a.Y = w.wrap(a.Y, false)
		case *syntax.UnaryExpr:
			if a.X != nil {
				a.X = w.wrap(a.X, false)
			}
		}
	}
}
