package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var xfrmStateDel = &builtin{
	Name:    "xfrm_state_del",
	Group:   "set",
	Summary: "Remove a state of IPsec.",
	Detail:  "Its destination, protocol and SPI name it. It fails if there is none. As `ip xfrm state delete`.",
	Example: `require("esp")
n = netns("n")
xfrm_state(n, "10.0.0.1", "10.0.0.2", 0x100, aead = "rfc4106(gcm(aes))")
xfrm_state_del(n, "10.0.0.2", 0x100)
check(xfrm_states(n) == [])`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		dest := decl.Arg(p, "dest", decl.Addr, "the address that its packets go to")
		spi := decl.Arg(p, "spi", spiType, "its security parameter index")
		p.KeywordsOnly()
		proto := decl.Or(p, "proto", xfrmProto, "esp", `"esp", "ah" or "comp"`)
		mark := markOf(p)
		return func(c *call) (starlark.Value, error) {
			m, err := mark()
			if err != nil {
				return nil, err
			}
			return none((*ns).DelXfrmState(c.Context, *dest, uint32(*spi), *proto, m))
		}
	},
}
