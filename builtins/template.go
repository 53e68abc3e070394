package builtins

import (
	"regexp"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var template = &builtin{
	Name:    "template",
	Group:   "data",
	Summary: "Fill the places of a text.",
	Detail: "A place is a name in braces, `{links}`; it takes the value of the keyword of that name, as str writes it. Other braces stay as they are, so that a text may be a configuration or JSON; " +
		"`{{links}}` gives `{links}`. It fails if a place has no value, or a value no place.",
	Example: `check(template("interface {dev}\n cost {cost}", dev = "eth0", cost = 10) == "interface eth0\n cost 10")
check(template("server { listen {port}; }", port = 80) == "server { listen 80; }")`,
	Returns: "str",
	Params: func(p *params) body {
		text := decl.Arg(p, "text", decl.Str, "the text")
		values := decl.Rest(p, "values", "the values, each under the name of its place")
		return func(c *call) (starlark.Value, error) {
			s, err := fillPlaces(*text, *values)
			return starlark.String(s), err
		}
	},
}

// place is one, or a name in two pairs of braces, which is none.
var place = regexp.MustCompile(`\{\{[A-Za-z_]\w*\}\}|\{[A-Za-z_]\w*\}`)

// suggestion is a place of the text that a name may have meant.
func suggestion(name string, places []string) string {
	if near := decl.Nearest(name, places); near != "" {
		return " (did you mean {" + near + "}?)"
	}
	return ""
}

func fillPlaces(text string, values []starlark.Tuple) (string, error) {
	var names []string
	byName := map[string]string{}
	for _, kv := range values {
		name := string(kv[0].(starlark.String))
		names = append(names, name)
		s, isText := starlark.AsString(kv[1])
		if !isText {
			s = kv[1].String()
		}
		byName[name] = s
	}
	var used []string
	var missing string
	s := place.ReplaceAllStringFunc(text, func(m string) string {
		name := strings.Trim(m, "{}")
		if strings.HasPrefix(m, "{{") {
			return "{" + name + "}"
		}
		used = append(used, name)
		value, ok := byName[name]
		if !ok && missing == "" {
			missing = name
		}
		return value
	})
	if missing != "" {
		return "", decl.Misusef("the place {%s} has no value: write %s = …, or {{%s}} if it is none", missing, missing, missing)
	}
	for _, name := range names {
		if !slices.Contains(used, name) {
			return "", decl.Misusef("%s has no place in the text: write {%s} where it shall go%s", name, name, suggestion(name, used))
		}
	}
	return s, nil
}
