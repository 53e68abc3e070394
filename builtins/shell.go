package builtins

import (
	"errors"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var shell = &builtin{
	Name:    "shell",
	Group:   "run",
	Summary: "Open a shell in a namespace on the user's terminal, and go on when it ends.",
	Detail: "To look around at one point of a script. The shell sees what commands of exec_in see; its exit code is returned and is no failure. The script's time limit does not pass meanwhile; that of an eventually around it does. " +
		"It fails where there is no terminal, and with --sandbox. At any time, `wirelark shell NODE` does the same from another terminal.",
	Example: `n = netns("n")
opened = attempt(lambda: shell(n))
if not opened.ok:
    print("nobody sits at a terminal")`,
	Returns: "int",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(c *call) (starlark.Value, error) {
			code, err := c.Script.shell(c, *ns)
			if err != nil {
				return nil, err
			}
			return starlark.MakeInt(code), nil
		}
	},
}

var errNoTerminal = errors.New("there is no terminal to open it on")

// shell waits for as long as its user likes: what ends it is the script's own
// end, not that of an attempt.
func (sc *script) shell(c *call, ns *runtime.Namespace) (code int, err error) {
	if strandOf(c.Thread).atPrompt {
		return 0, errAtPrompt
	}
	err = ns.Attend(c.Context, func() (err error) {
		if sc.opt.Shell == nil {
			return errNoTerminal
		}
		code, err = sc.opt.Shell(sc.ctx, ns.Name)
		return err
	})
	return code, err
}
