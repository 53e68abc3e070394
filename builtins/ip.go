package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var ip = &builtin{
	Name:    "ip",
	Group:   "data",
	Summary: "Make a value of an address that can be calculated with.",
	Detail: "It has `.addr .bits .version .network .first .last .size`; x + 1 is the next address, x[n] address number n of the prefix, y in x says whether the prefix holds y, " +
		"and addresses of one family have an order. Every parameter that takes an address takes it; attributes such as .ip and .via are strings.",
	Example: `net = ip("10.0.0.0/24")
check(str(net[1]) == "10.0.0.1" and "10.0.0.77" in net and net.size == 256)`,
	Returns: "ip",
	Params: func(p *params) body {
		v := decl.Arg(p, "address", ipType, `an address with or without a prefix length: "10.0.0.0/24", "2001:db8::1"`)
		return func(c *call) (starlark.Value, error) { return *v, nil }
	},
}

var ipType = decl.Type[decl.IP]{Name: "str | ip", From: func(v starlark.Value) (decl.IP, error) {
	if x, ok := v.(decl.IP); ok {
		return x, nil
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return decl.IP{}, decl.Wrong(v, "str, an address like \"10.0.0.0/24\"")
	}
	return decl.ParseIP(s)
}, Show: decl.IP.String}
