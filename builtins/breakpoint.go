package builtins

import (
	"errors"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

var breakpoint_ = &builtin{
	Name:    "breakpoint",
	Group:   "run",
	Summary: "Open a prompt with the script's variables on the user's terminal, and go on when it ends.",
	Detail: "Its names are the variables of the function in which it stands, those of the file and what that loads, and all builtins. A line there is an expression, whose value is shown, or a statement; an empty line ends a block. " +
		"Mistakes are reported and do not end it. Tab completes names, attributes and parameters; `help(x)` describes a builtin, a value's type or an attribute; Ctrl-C drops the line or interrupts what runs; exit or Ctrl-D goes on with the script. " +
		"What is assigned at the prompt is seen by later lines there, not by the script; lists and dicts are the script's own, and what is done to the lab stays done. The script's time limit does not pass meanwhile; that of an eventually around it does. " +
		"It fails where there is no terminal, and with --sandbox. `wirelark repl` has the same prompt for a lab that is built by hand.",
	Example: `h1, h2 = netns("h1"), netns("h2")
veth(h1, h2, addr = ("10.0.0.1/24", "10.0.0.2/24"))
if not attempt(breakpoint).ok:
    print("nobody sits at a terminal")`,
	Returns: "None",
	Params: func(p *params) body {
		return func(c *call) (starlark.Value, error) {
			sc := c.Script
			if err := c.Session.Ready(c.Context); err != nil {
				return nil, err
			}
			names, where := sc.namesAt(c.Thread)
			p := &Prompt{banner: where + ": exit or Ctrl-D goes on with the script, help() says more"}
			return none(p.open(strandOf(c.Thread), names))
		}
	},
}

// errAtPrompt is of what needs the terminal that a prompt has.
var errAtPrompt = errors.New("a prompt has the terminal: leave it first, or use wirelark shell from another")

// namesAt are the names that can be said where a builtin was called, and where
// that is.
func (sc *script) namesAt(t *starlark.Thread) (names starlark.StringDict, where string) {
	names = starlark.StringDict{}
	for name, v := range sc.env {
		names[name] = v
	}
	for i := range t.CallStackDepth() {
		fr := t.DebugFrame(i)
		fn, ok := fr.Callable().(*starlark.Function)
		if !ok {
			continue
		}
		for name, v := range fn.Globals() {
			names[name] = v
		}
		sc.addLoaded(fr.Position().Filename(), names)
		for _, v := range variables(fr, nil) {
			names[v.name] = v.value
		}
		where = sc.short(fr.Position()).String()
		if name := fn.Name(); name != "<toplevel>" && name != "lambda" {
			where += " in " + name
		}
		break
	}
	return names, where
}

// addLoaded adds the names that a file has loaded so far.
func (sc *script) addLoaded(path string, names starlark.StringDict) {
	tree, err := sc.tree(path)
	if err != nil {
		return
	}
	for _, stmt := range tree.Stmts {
		l, ok := stmt.(*syntax.LoadStmt)
		if !ok {
			continue
		}
		file, err := sc.locate(path, l.ModuleName())
		if err != nil {
			continue
		}
		sc.loads.mu.Lock()
		m := sc.loads.modules[file]
		sc.loads.mu.Unlock()
		for i := range l.To {
			if m != nil && m.globals[l.From[i].Name] != nil {
				names[l.To[i].Name] = m.globals[l.From[i].Name]
			}
		}
	}
}
