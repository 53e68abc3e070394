package builtins

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
)

// mainArgs are the parameters of main as the command line gives them, typed
// by their defaults.
func mainArgs(fn *starlark.Function, args map[string]string) ([]starlark.Tuple, error) {
	var names []string
	defaults := map[string]starlark.Value{}
	for i := range fn.NumParams() {
		name, _ := fn.Param(i)
		if i >= decl.NamedParams(fn) {
			return nil, &UsageError{fmt.Sprintf("main takes %s: the parameters of a script are named one by one, each with a default or without", name)}
		}
		names = append(names, name)
		defaults[name] = fn.ParamDefault(i)
	}
	var kwargs []starlark.Tuple
	given := make([]string, 0, len(args))
	for name := range args {
		given = append(given, name)
	}
	slices.Sort(given)
	for _, name := range given {
		if !slices.Contains(names, name) {
			return nil, &UsageError{fmt.Sprintf("main has no parameter %s%s", name, alternatives(name, names))}
		}
		v, err := argValue(args[name], defaults[name])
		if err != nil {
			return nil, &UsageError{fmt.Sprintf("%s=%s: %s", name, args[name], err)}
		}
		kwargs = append(kwargs, starlark.Tuple{starlark.String(name), v})
	}
	for _, name := range names {
		if _, ok := args[name]; !ok && defaults[name] == nil {
			return nil, &UsageError{fmt.Sprintf("main needs %s: write %s=VALUE behind the file", name, name)}
		}
	}
	return kwargs, nil
}

func alternatives(name string, names []string) string {
	if near := decl.Nearest(name, names); near != "" {
		return " (did you mean " + near + "?)"
	}
	if len(names) == 0 {
		return ": it takes none"
	}
	return ": it has " + strings.Join(names, ", ")
}

// argValue is a word of the command line as a value of the default's type; a
// string if there is no default or it is None.
func argValue(word string, def starlark.Value) (starlark.Value, error) {
	switch def.(type) {
	case nil, starlark.NoneType, starlark.String:
		return starlark.String(word), nil
	case starlark.Bool:
		switch word {
		case "True", "true", "1", "yes":
			return starlark.True, nil
		case "False", "false", "0", "no":
			return starlark.False, nil
		}
		return nil, fmt.Errorf("want True or False")
	}
	e, err := dialect.ParseExpr("argument", word, 0)
	if err != nil || !isLiteral(e) {
		return nil, fmt.Errorf("want %s, as %s is", article(decl.TypeName(def)), def)
	}
	v, err := starlark.EvalExprOptions(dialect, &starlark.Thread{}, e, nil)
	if err != nil {
		return nil, fmt.Errorf("want %s, as %s is", article(decl.TypeName(def)), def)
	}
	if _, isFloat := def.(starlark.Float); isFloat {
		if f, ok := starlark.AsFloat(v); ok {
			return starlark.Float(f), nil
		}
	}
	if v.Type() != def.Type() {
		return nil, fmt.Errorf("got %s, want %s, as %s is", decl.TypeName(v), decl.TypeName(def), def)
	}
	return v, nil
}

// isLiteral reports whether evaluating an expression runs nothing: a word of
// the command line is a value, not a program.
func isLiteral(e syntax.Expr) bool {
	is := true
	syntax.Walk(e, func(n syntax.Node) bool {
		switch n := n.(type) {
		case nil, *syntax.Literal, *syntax.ParenExpr, *syntax.ListExpr, *syntax.TupleExpr, *syntax.DictExpr, *syntax.DictEntry:
		case *syntax.UnaryExpr:
			is = is && n.Op == syntax.MINUS
		case *syntax.Ident:
			is = is && (n.Name == "True" || n.Name == "False" || n.Name == "None")
		default:
			is = false
		}
		return is
	})
	return is
}

func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an " + word
	}
	return "a " + word
}
