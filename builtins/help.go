package builtins

import (
	"fmt"
	"io"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"wirelark/builtins/decl"
)

// helpName is what a prompt has besides the builtins.
const helpName = "help"

const promptHelp = `A line is an expression, whose value is shown, or a statement. An empty line
ends a block. Names are those of the script, of builtins, and what you assign.

  help(ping)         describes a builtin
  help(x)            the type of a value, help("link.mtu") one of its attributes
  exit, Ctrl-D       leaves
  Ctrl-C             drops the line, or interrupts what runs
  Tab                completes names, attributes and parameters
  up, down           earlier lines
`

// helper is the function help of a prompt.
func (p *Prompt) helper() starlark.Value {
	return starlark.NewBuiltin(helpName, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) > 1 || len(kwargs) > 0 {
			return nil, &decl.Error{Builtin: b.Name(), Err: decl.Misusef("takes one value, or none")}
		}
		text, ok := promptHelp, true
		if len(args) == 1 {
			text, ok = p.sc.helpOn(args[0])
		}
		if !ok {
			return nil, &decl.Error{Builtin: b.Name(), Err: decl.Misusef("%s", text)}
		}
		_, _ = io.WriteString(p.screen.Out, strings.TrimSuffix(text, "\n")+"\n")
		return starlark.None, nil
	})
}

// helpOn describes a value, or what a text names.
func (sc *script) helpOn(v starlark.Value) (text string, ok bool) {
	name := v.Type()
	switch v := v.(type) {
	case starlark.String:
		return sc.doc(string(v))
	case *starlarkstruct.Module:
		name = v.Name
	case *starlark.Builtin:
		name = v.Name()
	case *starlark.Function:
		return functionHelp(v), true
	default:
		name = "type " + name
	}
	if text, ok = sc.doc(name); ok {
		return text, true
	}
	return fmt.Sprintf("%s is Starlark's own, which its specification describes: wirelark doc lists what is ours\n", name), true
}

// functionHelp is how a function of a script is called, and what it says of
// itself.
func functionHelp(fn *starlark.Function) string {
	var words []string
	for i := range fn.NumParams() {
		name, _ := fn.Param(i)
		switch d := fn.ParamDefault(i); {
		case i == fn.NumParams()-1 && fn.HasKwargs():
			name = "**" + name
		case i == decl.NamedParams(fn) && fn.HasVarargs():
			name = "*" + name
		case d != nil:
			name += " = " + short(d.String(), 60)
		}
		words = append(words, name)
	}
	text := fmt.Sprintf("%s(%s)\n", fn.Name(), strings.Join(words, ", "))
	if doc := strings.TrimSpace(fn.Doc()); doc != "" {
		text += "\n" + doc + "\n"
	}
	return text
}
