package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var ruleDel = &builtin{
	Name:    "rule_del",
	Group:   "set",
	Summary: "Remove a rule of a namespace's routing policy.",
	Detail: "It is the first that meets what is given; what is left out may be anything. The family is told as in `rule`. " +
		"It fails if there is none, and if nothing is given that tells rules apart. As `ip rule del`.",
	Example: `n = netns("n")
rule(n, source = "10.2.0.0/24", table = 100)
rule_del(n, source = "10.2.0.0/24")
check([r.priority for r in rules(n, family = 4)] == [0, 32766, 32767])`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		spec := ruleParams(p)
		return func(c *call) (starlark.Value, error) {
			r, err := spec(*ns)
			if err != nil {
				return nil, err
			}
			if r.Any() {
				return nil, decl.Misusef("nothing says which rule: name at least one of priority, source, dest, table …")
			}
			return none((*ns).DelRule(c.Context, r))
		}
	},
}
