package builtins

import (
	"encoding/hex"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var macsecSA = &builtin{
	Name:    "macsec_sa",
	Group:   "set",
	Summary: "Give a MACsec link a key: a secure association, of what it sends or of what it takes from another end.",
	Detail: "Each end has its own key for what it sends, and those of the others with their `sci`. A key is changed by another one with a new number at all who take it, and then `encode = True` where it is sent. " +
		"It fails if there is one of that number. As `ip macsec add`.",
	Example: `require("macsec")
a, b = netns("a"), netns("b")
e, _ = veth(a, b)
m = macsec(e)
macsec_sa(m, 0, "00112233445566778899aabbccddeeff")
macsec_sa(m, 1, b"another key used", key_id = "cafe", pn = 100, encode = True)
check([(x.an, x.key_id[:4]) for x in macsec_sas(m)] == [(0, "0000"), (1, "cafe")] and m.options.encodingsa == 1)`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the MACsec link")
		an := decl.Arg(p, "an", decl.Int(0, 3), "its number, which frames carry")
		key := decl.Arg(p, "key", hexBytes(16, 32), "hexadecimal digits or bytes: 16 bytes, or 32 for a cipher of 256 bits")
		p.KeywordsOnly()
		channel := decl.Maybe(p, "sci", sciType, "the other end's channel whose frames are taken with it, `link.options.sci` there; without, it is for what is sent")
		keyID := decl.Maybe(p, "key_id", hexBytes(1, 16), "what the key is called; the number, if nothing is said")
		pn := decl.Or(p, "pn", decl.Int(1, 1<<63-1), 1, "the number of the next packet")
		active := decl.Or(p, "active", decl.Bool, true, "whether it is in use")
		encode := decl.Or(p, "encode", decl.Bool, false, "whether it is the one to send with from now on")
		ssci := decl.Maybe(p, "ssci", decl.Int(1, 1<<32-1), "with extended packet numbers, the short identifier of the channel")
		salt := decl.Maybe(p, "salt", hexBytes(12, 12), "with extended packet numbers, 12 bytes that go with the key")
		return func(c *call) (starlark.Value, error) {
			a := runtime.MacsecSA{AN: *an, Key: *key, SCI: orZero(*channel), PN: uint64(*pn), Active: *active, SSCI: uint32(orZero(*ssci)), Salt: orZero(*salt), KeyID: []byte{byte(*an)}}
			if *keyID != nil {
				a.KeyID = **keyID
			}
			if *encode && a.SCI != "" {
				return nil, decl.Misusef("encode: is for what is sent, so without sci")
			}
			return none((*l).AddMacsecSA(c.Context, a, *encode))
		}
	},
}

// hexBytes are so many bytes, as bytesFrom reads them.
func hexBytes(low, high int) decl.Type[[]byte] {
	return decl.Type[[]byte]{Name: "str | bytes", From: func(v starlark.Value) ([]byte, error) {
		b, err := bytesFrom(v)
		switch {
		case err != nil:
			return nil, err
		case low == high && len(b) != low:
			return nil, decl.Misusef("has %d bytes: there are %d", len(b), low)
		case len(b) < low || len(b) > high:
			return nil, decl.Misusef("has %d bytes: there are %d to %d", len(b), low, high)
		}
		return b, nil
	}, Show: hex.EncodeToString}
}
