package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var policy = &builtin{
	Name:    "policy",
	Group:   "filter",
	Common:  true,
	Summary: "Say what becomes of the packets that no `filter_rule` decides on.",
	Detail:  "It is that of the table `inet wirelark`; other tables decide for themselves. One that drops what is for the node drops answers to its own requests and its loopback too, unless rules accept them. It needs no program. As `nft add chain`.",
	Example: `a, r, b = netns("a"), netns("r", forward = True), netns("b")
veth(a, r, addr = ("10.0.1.2/24", "10.0.1.1/24"))
veth(r, b, addr = ("10.0.2.1/24", "10.0.2.2/24"))
route(a, "default", via = "10.0.1.1")
route(b, "default", via = "10.0.2.1")
policy(r, "forward", "drop")
filter_rule(r, "accept", state = ["established", "related"])
filter_rule(r, "accept", source = "10.0.1.0/24")
check(ping(a, "10.0.2.2") and not ping(b, "10.0.1.2", timeout = "100ms"))`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		hook := decl.Arg(p, "hook", hookType, "whose packets: those that pass through, that are for the node itself, or that it sends")
		verdict := decl.Arg(p, "verdict", decl.OneOf("accept", "drop"), "what becomes of them")
		return func(c *call) (starlark.Value, error) { return none((*ns).SetPolicy(c.Context, *hook, *verdict)) }
	},
}
