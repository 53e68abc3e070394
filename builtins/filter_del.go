package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var filterDel = &builtin{
	Name:    "filter_del",
	Group:   "filter",
	Summary: "Delete a rule that `filter_rule`, `masquerade`, `snat` or `dnat` made, or the NAT that `nat` made.",
	Detail:  "Connections that the rule translated stay translated until they end, or `conntrack_del` has them forgotten. It fails if the rule is gone. As `nft delete rule`.",
	Example: `n = netns("n")
rule = filter_rule(n, "drop", hook = "input", proto = "icmp")
filter_del(rule)
check(ping(n, "127.0.0.1"))`,
	Returns: "None",
	Params: func(p *params) body {
		rule := decl.Arg(p, "rule", madeThingType, "the rule, or the NAT")
		return func(c *call) (starlark.Value, error) { return none((*rule).Del(c.Context)) }
	},
}
