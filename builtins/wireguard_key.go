package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var wireguardKey = &builtin{
	Name:    "wireguard_key",
	Group:   "data",
	Summary: "Give a pair of WireGuard keys, of its own for each name.",
	Detail:  "They derive from the seed and the name: the same in every run, and of no use as secrets. As `wg genkey` and `wg pubkey`.",
	Example: `k = wireguard_key("laptop")
check(len(k.private) == 44 and k == wireguard_key("laptop") and k.public != wireguard_key("phone").public)`,
	Returns: "wireguard_keys",
	Params: func(p *params) body {
		name := decl.Arg(p, "name", decl.Str, "whose keys they are, any text")
		return func(c *call) (starlark.Value, error) {
			k := c.Session.WireguardKey(*name)
			return wireguardKeysKind.Wrap(&k), nil
		}
	},
}

var wireguardKeysKind = &decl.Kind[*runtime.WireguardKeys]{
	Name:    "wireguard_keys",
	Summary: "A pair of WireGuard keys.",
	Label:   func(k *runtime.WireguardKeys) string { return "public " + k.Public },
	Fields: []decl.Field[*runtime.WireguardKeys]{
		decl.F("private", "str", "the private key, in base64", value(func(k *runtime.WireguardKeys) starlark.Value { return starlark.String(k.Private) })),
		decl.F("public", "str", "the public key, in base64", value(func(k *runtime.WireguardKeys) starlark.Value { return starlark.String(k.Public) })),
	},
}
