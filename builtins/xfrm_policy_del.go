package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var xfrmPolicyDel = &builtin{
	Name:    "xfrm_policy_del",
	Group:   "set",
	Summary: "Remove a policy of IPsec.",
	Detail:  "Its packets, direction, mark and interface name it, all as they were given. It fails if there is none. As `ip xfrm policy delete`.",
	Example: `n = netns("n")
xfrm_policy(n, "10.0.0.0/24", "10.0.1.0/24", action = "block")
xfrm_policy_del(n, "10.0.0.0/24", "10.0.1.0/24")
check(xfrm_policies(n) == [])`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		sel := selectorOf(p)
		dir := decl.Or(p, "dir", xfrmDir, "out", `"out", "in" or "fwd"`)
		mark := markOf(p)
		ifID := decl.Or(p, "if_id", uint32s, 0, "the interface of type xfrm that it belongs to; 0 for none")
		return func(c *call) (starlark.Value, error) {
			x, err := policyOf(sel, mark)
			if err != nil {
				return nil, err
			}
			x.Dir, x.IfID = *dir, uint32(*ifID)
			return none((*ns).DelXfrmPolicy(c.Context, x))
		}
	},
}
