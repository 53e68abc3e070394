package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var xfrmStates = &builtin{
	Name:    "xfrm_states",
	Group:   "look",
	Summary: "List the states of IPsec in a namespace, with what they counted.",
	Detail:  "They are in the order of destination, protocol and SPI. As `ip -s xfrm state`.",
	Example: `check(xfrm_states(netns("n")) == [])`,
	Returns: "list[xfrm_state_entry]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		return func(c *call) (starlark.Value, error) {
			return all(xfrmStateKind)((*ns).XfrmStates())
		}
	},
}
