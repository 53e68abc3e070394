package builtins

import (
	"encoding/hex"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var macsecSAs = &builtin{
	Name:    "macsec_sas",
	Group:   "look",
	Summary: "List the keys of a MACsec link: those it sends with, then those of each other end.",
	Detail:  "The kernel tells of a key only what it is called. As `ip macsec show`.",
	Example: `require("macsec")
a, b = netns("a"), netns("b")
e, _ = veth(a, b)
m = macsec(e)
macsec_sa(m, 0, "00112233445566778899aabbccddeeff", sci = "0200000000010001")
check([(x.sci, x.an, x.active, x.packets) for x in macsec_sas(m)] == [("0200000000010001", 0, True, 0)])`,
	Returns: "list[macsec_sa_entry]",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the MACsec link")
		return func(c *call) (starlark.Value, error) { return all(macsecSAKind)((*l).MacsecSAs()) }
	},
}

var macsecSAKind = &decl.Kind[*runtime.MacsecSA]{
	Name:    "macsec_sa_entry",
	Summary: "A key of a MACsec link, as the kernel had it at one moment.",
	Label:   func(a *runtime.MacsecSA) string { return a.Words() + " key " + hex.EncodeToString(a.KeyID) },
	Fields: []decl.Field[*runtime.MacsecSA]{
		decl.F("sci", "str | None", "the other end's channel that it is for; None if it is for what is sent", value(func(a *runtime.MacsecSA) starlark.Value { return orNone(a.SCI) })),
		decl.F("an", "int", "its number, which frames carry", value(func(a *runtime.MacsecSA) starlark.Value { return number(a.AN) })),
		decl.F("active", "bool", "whether it is in use", value(func(a *runtime.MacsecSA) starlark.Value { return starlark.Bool(a.Active) })),
		decl.F("pn", "int", "the number of the next packet", value(func(a *runtime.MacsecSA) starlark.Value { return number(a.PN) })),
		decl.F("key_id", "str", "what the key is called, 32 hexadecimal digits", value(func(a *runtime.MacsecSA) starlark.Value { return starlark.String(hex.EncodeToString(a.KeyID)) })),
		decl.F("ssci", "int | None", "the short identifier of the channel, with extended packet numbers", value(func(a *runtime.MacsecSA) starlark.Value { return unlessZero(a.SSCI) })),
		decl.F("packets", "int", "frames sent or taken with it", value(func(a *runtime.MacsecSA) starlark.Value { return number(a.Packets) })),
		decl.F("refused", "int", "frames that had it and were not right", value(func(a *runtime.MacsecSA) starlark.Value { return number(a.Refused) })),
	},
}
