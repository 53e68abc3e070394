package builtins

import (
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var always = &builtin{
	Name:    "always",
	Group:   "assert",
	Summary: "Call a function again and again, and stop the script as soon as it gives something false.",
	Detail:  "For what must stay as it is: eventually(lambda: not …) would pass at the first bad moment. The function is called at the start, at the end, and every so often in between.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
always(lambda: ping(a, "10.0.0.2"), during = "200ms", every = "50ms")`,
	Returns: "waited",
	Params: func(p *params) body {
		fn := decl.Arg(p, "fn", decl.Func0, "the function, usually a lambda")
		p.KeywordsOnly()
		during := decl.Arg(p, "during", decl.Duration, "for how long it must hold")
		every := decl.Or(p, "every", decl.Duration, 100*time.Millisecond, "from the start of one attempt to the next")
		return func(c *call) (starlark.Value, error) {
			w := c.Script.watch(c, "always", *fn)
			end := w.start.Add(*during)
			for {
				next := time.Now().Add(*every)
				final := !time.Now().Before(end)
				o, err := w.once(c)
				if err == nil {
					err = strandOf(c.Thread).fatal(o.err)
				}
				if err != nil {
					return nil, err
				}
				if !o.holds() {
					return nil, w.gaveUp(fmt.Sprintf("not at attempt %d, %s", w.tries, at(o.at)))
				}
				w.value = o.value
				if final {
					return waitedKind.Wrap(w), nil
				}
				pause(c.Context, min(time.Until(next), time.Until(end)))
			}
		}
	},
}
