package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var macsecSADel = &builtin{
	Name:    "macsec_sa_del",
	Group:   "set",
	Summary: "Take a key away from a MACsec link.",
	Detail:  "With the last key of another end nothing is taken from there any more. It fails if there is no such key. As `ip macsec del`.",
	Example: `require("macsec")
a, b = netns("a"), netns("b")
e, _ = veth(a, b)
m = macsec(e)
macsec_sa(m, 2, "00112233445566778899aabbccddeeff")
macsec_sa_del(m, 2)
check(macsec_sas(m) == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the MACsec link")
		an := decl.Arg(p, "an", decl.Int(0, 3), "its number")
		p.KeywordsOnly()
		channel := decl.Maybe(p, "sci", sciType, "the other end's channel, if it is for what is taken")
		return func(c *call) (starlark.Value, error) {
			return none((*l).DelMacsecSA(c.Context, orZero(*channel), *an))
		}
	},
}
