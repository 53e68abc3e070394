package builtins

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
)

// A StaticError is what is wrong with a script before it runs.
type StaticError struct{ Problems []Problem }

// A Problem is one mistake and where it is.
type Problem struct {
	Pos  syntax.Position
	Text string
	Hint string
	From syntax.Position // of the load that led to its file, if one did
}

func (e *StaticError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Pos.String() + ": " + p.Text
	}
	return strings.Join(lines, "\n")
}

// maxProblems is how many mistakes are told at once.
const maxProblems = 20

// parse parses a file. After a mistake it replaces the line by one that is
// right and goes on, so that all are told at once.
func parse(src *source, env starlark.StringDict) (*syntax.File, error) {
	f, err := dialect.Parse(src.path, src.text, 0)
	if err == nil {
		return f, nil
	}
	lines := slices.Clone(src.lines)
	var list []Problem
	for err != nil && len(list) < maxProblems {
		var se syntax.Error
		if !errors.As(err, &se) {
			list = append(list, Problem{Pos: syntax.MakePosition(&src.path, 1, 1), Text: err.Error()})
			break
		}
		if n := len(list); n > 0 && se.Pos.Line <= list[n-1].Pos.Line {
			break // the replacement did not help
		}
		p := Problem{Pos: se.Pos, Text: strings.TrimPrefix(se.Msg, "syntax error: ")}
		var col int32
		if p.Hint, col = syntaxHint(src.line(se.Pos.Line)); col > 0 {
			p.Pos.Col = col // the parser says where it gave up, which may be later
		}
		if p.Hint == "" && len(list) > 0 {
			break // perhaps only a consequence
		}
		list = append(list, p)
		i := int(se.Pos.Line) - 1
		if i < 0 || i >= len(lines) {
			break
		}
		line := lines[i]
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if lines[i] = indent + "pass"; strings.HasSuffix(strings.TrimSpace(line), ":") {
			lines[i] = indent + "if True:"
		}
		f, err = dialect.Parse(src.path, strings.Join(lines, "\n"), 0)
	}
	if err == nil {
		list = append(list, unresolved(src, f, list, env)...)
		sortProblems(list)
	}
	return nil, &StaticError{list}
}

// unresolved is what is wrong with the names of a file whose mistakes of
// syntax were replaced. A name that a replaced line may have defined is not.
func unresolved(src *source, f *syntax.File, replaced []Problem, env starlark.StringDict) []Problem {
	_, err := starlark.FileProgram(f, env.Has)
	var static *StaticError
	if err == nil || !errors.As(resolveProblems(src, err, env.Keys()), &static) {
		return nil
	}
	return slices.DeleteFunc(static.Problems, func(p Problem) bool {
		name, _, _ := strings.Cut(p.Text, " ")
		return slices.ContainsFunc(replaced, func(r Problem) bool { return strings.Contains(src.line(r.Pos.Line), name) })
	})
}

func sortProblems(list []Problem) {
	slices.SortStableFunc(list, func(a, b Problem) int {
		if a.Pos.Line != b.Pos.Line {
			return int(a.Pos.Line - b.Pos.Line)
		}
		return int(a.Pos.Col - b.Pos.Col)
	})
}

// hints are what Python has and Starlark has not, and what to write instead.
var hints = []struct {
	line string // an expression that fits its lines, compiled when one is looked for
	hint string
}{
	{`\b[fF][rR]?["']`, `there are no f-strings: write "… %s" % x or "… {}".format(x)`},
	{`^\s*while\b`, "there is no while: use for i in range(…), or eventually(lambda: …, timeout = …) to wait for something"},
	{`^\s*(try|except|finally)\b`, "there are no exceptions to catch: use attempt(lambda: …), or check_fails(lambda: …, \"…\") where a failure is expected"},
	{`^\s*raise\b`, "there is no raise: use fail(\"…\")"},
	{`^\s*(import|from)\b`, `there is no import: write load("file.star", "name")`},
	{`^\s*assert\b`, "assert is reserved: use check(…)"},
	{`^\s*class\b`, "there are no classes: use struct(…) and functions"},
	{`^\s*with\b`, "there is no with: what a script makes is unmade at its end; for more, use defer(lambda: …)"},
	{`^\s*(global|nonlocal)\b`, "a function cannot assign to variables outside of it: return the value, or change a list or dict"},
	{`^\s*(async|await|yield)\b|\byield\b`, "there are no generators or coroutines: return a list"},
	{`^\s*del\b`, "there is no del: use d.pop(key) or l.pop(index)"},
	{`(==|!=|<=|>=|<|>)\s*[\w.\[\]"'-]+(\([^()]*\))?\s*(==|!=|<=|>=|<|>)`, "comparisons do not chain: write a < b and b < c"},
	{`\bis\s+(not\s+)?(None|True|False)\b`, "there is no is: write == None or != None"},
	{`\*\*\s*[\w(]`, "there is no ** for powers: use math.pow(x, y)"},
	{`\bNone\s*\|\||&&|\|\|`, "write and, or, not"},
	{`\+\+|--\s*$`, "there is no ++: write i += 1"},
	{`^\s*\w+\s*:\s*\w[\w\[\], ]*=`, "variables have no type annotations: write name = value"},
	{`^\s*match\s+\w.*:\s*$`, "there is no match: use if and elif"},
	{`=\s*\{[^:{}]+,[^:{}]*\}|=\s*\{[^:{},]+\}`, "a set is written set([1, 2])"},
	{`["']\s+["']`, "texts do not join by standing side by side: write \"a\" + \"b\""},
	{`\b\d+_\d`, "numbers have no _ between their digits"},
	{`^\s*\w[\w, ]*,\s*\*\w+.*=|^\s*\*\w+\s*,.*=`, "an assignment takes no *rest: use slices, a, rest = l[0], l[1:]"},
	{`:=`, "there is no :=; assign on a line of its own"},
	{`->`, "functions have no type annotations"},
	{`@\w+\s*$`, "there are no decorators"},
}

// syntaxHint is the hint for a line, and in which column, from 1, it applies.
func syntaxHint(line string) (hint string, col int32) {
	for _, h := range hints {
		if at := regexp.MustCompile(h.line).FindStringIndex(line); at != nil {
			blank := len(line[at[0]:]) - len(strings.TrimLeft(line[at[0]:], " \t"))
			return h.hint, int32(utf8.RuneCountInString(line[:at[0]+blank])) + 1
		}
	}
	return "", 0
}

// evalHint is a hint for an error of the language that arises at run time.
func evalHint(message string) string {
	switch {
	case strings.Contains(message, "unknown conversion %"), strings.Contains(message, "unsupported format"):
		return `% takes no width or precision: write fmt(x, "8.2f")`
	case strings.Contains(message, "format spec"):
		return `.format takes no width or precision: write fmt(x, "8.2f")`
	case strings.Contains(message, "string has no .ljust"), strings.Contains(message, "string has no .rjust"), strings.Contains(message, "string has no .zfill"), strings.Contains(message, "string has no .center"):
		return `write fmt(s, "<10") or fmt(s, ">10")`
	case strings.Contains(message, "list has no .sort"):
		return "write l = sorted(l)"
	case strings.Contains(message, "duration < string"), strings.Contains(message, "duration > string"), strings.Contains(message, "duration <= string"), strings.Contains(message, "duration >= string"):
		return `make it a duration first: duration("1s")`
	case strings.Contains(message, "duration < ") || strings.Contains(message, "duration > "):
		return "compare with a duration: duration(1) is a second; or write d.seconds"
	case strings.Contains(message, "print: unexpected keyword argument end"), strings.Contains(message, "unexpected keyword argument \"end\""):
		return "print always ends the line: join what belongs on one first"
	case strings.Contains(message, "called recursively"):
		return "functions cannot call themselves: use a loop over a list that grows"
	case strings.Contains(message, "local variable") && strings.Contains(message, "referenced before assignment"):
		return "a name that a function assigns is local to it everywhere; variables outside of it can only be read"
	case strings.Contains(message, "frozen "):
		return "what a loaded file defines cannot be changed: change a copy, list(x) or dict(x)"
	case strings.Contains(message, "unknown binary op: string + "), strings.Contains(message, " + string"):
		return "write str(x) to join a value to a string"
	}
	return ""
}

// resolveProblems lists names that are unknown and the like, in order. names
// are those that could be meant.
func resolveProblems(src *source, err error, names []string) error {
	var list resolve.ErrorList
	if !errors.As(err, &list) {
		return err
	}
	e := &StaticError{}
	for _, r := range list {
		p := Problem{Pos: r.Pos, Text: r.Msg}
		name, undefined := strings.CutPrefix(r.Msg, "undefined: ")
		name, _, _ = strings.Cut(name, " ")
		switch {
		case undefined && absent[name] != "":
			p.Text, p.Hint = fmt.Sprintf("%s is not defined", name), absent[name]
		case undefined:
			p.Text = fmt.Sprintf("%s is not defined", name)
			if near := decl.Nearest(name, names); near != "" {
				p.Hint = "did you mean " + near + "?"
			}
		default:
			p.Hint, _ = syntaxHint(src.line(r.Pos.Line))
		}
		e.Problems = append(e.Problems, p)
	}
	sortProblems(e.Problems)
	if len(e.Problems) > maxProblems {
		more := len(e.Problems) - maxProblems
		e.Problems = e.Problems[:maxProblems]
		e.Problems[maxProblems-1].Hint = fmt.Sprintf("and %d more", more)
	}
	return e
}

// absent are names of Python's that Starlark has not.
var absent = map[string]string{
	"open": "use read_file(path)", "input": "a script takes parameters: def main(name = \"value\")", "sum": "write a loop, or x += y",
	"round": "use math.round(x)", "map": "write [f(x) for x in list]", "filter": "write [x for x in list if …]", "isinstance": "write type(x) == \"int\"",
	"Exception": "there are no exceptions: use fail(\"…\")", "format": "write \"{}\".format(x)", "os": "there is no os: use exec_in(ns, …) and read_file(path)",
	"sys": "there is no sys", "time": "there is no clock: use sleep, eventually and a result's .duration", "subprocess": "use exec_in(ns, \"…\")",
	"re": "use s.startswith, s.find and in, or check_fails for messages", "run": "use exec_in(ns, \"…\")", "exec": "use exec_in(ns, \"…\")",
	"exit": "use skip(\"…\") or fail(\"…\"), or end the file", "quit": "use skip(\"…\") or fail(\"…\"), or end the file", "random": "nothing random reaches a script",
	"true": "write True", "false": "write False", "null": "write None", "nil": "write None", "none": "write None", "__name__": "define main: it is called when the script is run",
	"datetime": "there is no clock", "reduce": "write a loop",
	"wait_for": "use eventually(lambda: …)", "assert": "use check(…)", "pow": "use math.pow(x, y)",
}

// defined are the names that a file defines, itself or by loading.
func defined(f *syntax.File) []string {
	var list []string
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.DefStmt:
			list = append(list, n.Name.Name)
		case *syntax.AssignStmt:
			targets(n.LHS, &list)
		case *syntax.LoadStmt:
			for _, id := range n.To {
				list = append(list, id.Name)
			}
		}
		return true
	})
	return list
}

// targets adds the names that an assignment's left side has.
func targets(e syntax.Expr, list *[]string) {
	switch e := e.(type) {
	case *syntax.Ident:
		*list = append(*list, e.Name)
	case *syntax.TupleExpr:
		for _, x := range e.List {
			targets(x, list)
		}
	case *syntax.ListExpr:
		for _, x := range e.List {
			targets(x, list)
		}
	case *syntax.ParenExpr:
		targets(e.X, list)
	}
}
