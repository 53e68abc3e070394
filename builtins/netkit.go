package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var netkit = &builtin{
	Name:    "netkit",
	Group:   "make",
	Summary: "Connect two namespaces with a netkit pair, whose packets BPF programs see before they leave the node.",
	Detail: "What a program does not decide, the policy does. In mode l3, the kernel's default, ends have no MAC and ask for none by ARP. The first is the primary one, to which programs of both ends are attached. " +
		"What veth says of names, bridges and options for both ends is true here, too; a bridge needs mode l2. It needs the feature \"netkit\", which Linux has since 6.7. " +
		"As `ip link add … type netkit … peer …`.",
	Example: `require("netkit")
a, b = netns("a"), netns("b")
netkit(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
check(ping(a, "10.0.0.2"))`,
	Returns: "(link, link)",
	Params: func(p *params) body {
		e := pairParams(p)
		mode := decl.Or(p, "mode", decl.OneOf(runtime.KindWords("netkit", "mode")...), "l3", "whether it carries frames, or only packets")
		policy := decl.Both(p, "policy", decl.OneOf(runtime.KindWords("netkit", "policy")...), "what becomes of the packets that an end sends, if no program says it: \"forward\", as it is without, or \"blackhole\"")
		return func(c *call) (starlark.Value, error) {
			if err := e.fill(); err != nil {
				return nil, err
			}
			word := func(name, text string) runtime.Setting {
				return runtime.Setting{Name: name, Form: runtime.Word, Text: text}
			}
			settings := []runtime.Setting{word("mode", *mode)}
			if policy.A != nil {
				settings = append(settings, word("policy", *policy.A))
			}
			if policy.B != nil {
				settings = append(settings, word("peer_policy", *policy.B))
			}
			return wrapPair(c.Session.Netkit(c.Context, *e.a, *e.b, settings))
		}
	},
}
