package builtins

import (
	"cmp"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var knownBug = &builtin{
	Name:    "known_bug",
	Group:   "assert",
	Summary: "Call a function that must fail because of a bug that is reported elsewhere.",
	Detail: "The function fails as a check in it does, or by giving something false (but None, which a function without return gives). That is counted apart from what passed. If it does not fail, the bug is gone, and the script fails: " +
		"take the known_bug away. A mistake in the script itself is no bug of others and is not caught.",
	Example: `n = netns("n")
known_bug("example.org/bugs/7", lambda: exec_in(n, "false"))`,
	Returns: "None",
	Params: func(p *params) body {
		where := decl.Arg(p, "where", decl.Str, "where the bug is reported")
		fn := decl.Arg(p, "fn", decl.Func0, "the function, usually a lambda")
		return func(c *call) (starlark.Value, error) {
			if *where == "" {
				return nil, decl.Misusef("where: is empty: say where the bug is reported")
			}
			sc, s := c.Script, strandOf(c.Thread)
			recorded := len(s.failed)
			v, err := sc.try(c, *fn)
			e := sc.probes.take(c.Thread, callPos(c.Thread))
			if bad := cmp.Or(s.hopeless(err), slip(err)); bad != nil {
				return nil, bad
			}
			expected := len(s.failed) > recorded
			s.failed = s.failed[:recorded]
			if err == nil && !expected && (v == starlark.None || bool(v.Truth())) {
				f := e.failure("known_bug", *where+" did not show: it may be mended")
				f.withoutWhole()
				f.seen = []string{"it gave " + show(v)}
				return nil, f
			}
			s.tally.KnownBugs = append(s.tally.KnownBugs, *where)
			return starlark.None, nil
		}
	},
}
