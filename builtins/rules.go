package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var rules = &builtin{
	Name:    "rules",
	Group:   "look",
	Common:  true,
	Summary: "List the rules of a namespace's routing policy, in the order in which they are tried.",
	Detail:  "Those of IPv4 come first. As `ip rule` and `ip -6 rule`.",
	Example: `n = netns("n")
check([(r.priority, r.table) for r in rules(n, family = 6)] == [(0, 255), (32766, 254)])`,
	Returns: "list[rule_entry]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		p.KeywordsOnly()
		family := familyOf(p)
		return func(c *call) (starlark.Value, error) {
			list, err := (*ns).Rules()
			return all(ruleKind)(only(list, func(r runtime.Rule) bool { return *family.n == nil || **family.n == r.Family }), err)
		}
	},
}
