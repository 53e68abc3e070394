package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var xfrmPolicies = &builtin{
	Name:    "xfrm_policies",
	Group:   "look",
	Summary: "List the policies of IPsec in a namespace.",
	Detail:  "They are in the order of direction and priority. Policies that a program gave a socket of its own are left out. As `ip xfrm policy list nosock`.",
	Example: `n = netns("n")
xfrm_policy(n, "10.0.0.0/24", "10.0.1.0/24", action = "block")
check([(x.source, x.dir, x.action) for x in xfrm_policies(n)] == [("10.0.0.0/24", "out", "block")])`,
	Returns: "list[xfrm_policy_entry]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		p.KeywordsOnly()
		dir := decl.Maybe(p, "dir", xfrmDir, "only those of this direction")
		return func(c *call) (starlark.Value, error) {
			list, err := (*ns).XfrmPolicies()
			return all(xfrmPolicyKind)(only(list, func(x runtime.XfrmPolicy) bool { return *dir == nil || x.Dir == **dir }), err)
		}
	},
}
