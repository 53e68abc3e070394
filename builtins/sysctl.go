package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var sysctl = &builtin{
	Name:    "sysctl",
	Group:   "set",
	Summary: "Read a sysctl of a namespace, or set it; return its value as a string.",
	Detail: "The value is read back: one that the kernel took but did not keep is an error, which the program sysctl does not notice. Only keys below net belong to a namespace. " +
		"Where an interface's name has a dot, write the key with slashes. `net.netfilter.nf_hooks_lwtunnel` is refused: it switches the whole machine, for good. As `sysctl -w`.",
	Example: `n = netns("n")
check(sysctl(n, "net.ipv4.ip_forward") == "0")
sysctl(n, "net.ipv4.ip_forward", 1)
check(sysctl(n, "net.ipv4.ip_forward") == "1")`,
	Returns: "str",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		key := decl.Arg(p, "key", decl.Str, "the key: net.ipv4.ip_forward")
		val := decl.Maybe(p, "value", decl.Word, "the value to set; left out, it is only read")
		return func(c *call) (starlark.Value, error) {
			if *val != nil {
				if err := (*ns).SetSysctl(c.Context, *key, **val); err != nil {
					return nil, err
				}
			}
			got, err := (*ns).Sysctl(c.Context, *key)
			if err != nil {
				return nil, err
			}
			return starlark.String(got), nil
		}
	},
}
