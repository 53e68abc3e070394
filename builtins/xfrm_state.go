package builtins

import (
	"slices"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var limitType = decl.Record(func(p *params) func() (runtime.XfrmLimit, error) {
	packets := decl.Or(p, "packets", decl.Int(1, 1<<62), 0, "")
	size := decl.Or(p, "bytes", decl.Int(1, 1<<62), 0, "")
	since := decl.Or(p, "time", decl.Duration, 0, "")
	return func() (runtime.XfrmLimit, error) {
		if *since%time.Second != 0 {
			return runtime.XfrmLimit{}, decl.Misusef("time: %s is not in whole seconds, in which the kernel counts", *since)
		}
		return runtime.XfrmLimit{Packets: uint64(*packets), Bytes: uint64(*size), Time: *since}, nil
	}
})

// xfrmEncapType is the two ports of a NAT traversal.
var xfrmEncapType = decl.Type[runtime.XfrmEncap]{Name: "(int, int)", From: func(v starlark.Value) (e runtime.XfrmEncap, err error) {
	tuple, ok := v.(starlark.Tuple)
	if !ok || len(tuple) != 2 {
		return e, decl.Wrong(v, "two ports, the source's and the destination's: (4500, 4500)")
	}
	for i, to := range []*uint16{&e.SPort, &e.DPort} {
		n, err := portType.From(tuple[i])
		if err != nil {
			return e, decl.Misusef("[%d]: %s", i, err)
		}
		*to = uint16(n)
	}
	return e, nil
}, Show: func(runtime.XfrmEncap) string { return "None" }}

var xfrmState = &builtin{
	Name:    "xfrm_state",
	Group:   "set",
	Summary: "Make a state of IPsec: what the packets of one direction are encrypted and signed with.",
	Detail: "Both ends need the same one. Which packets use it is said by policies, see `xfrm_policy`. An algorithm is named as the kernel does (crypto(7)); its key is hexadecimal or bytes, " +
		"with the salt behind it where there is one, and a name alone has a key that derives from the lab's seed, the algorithm and the SPI: the same at both ends. " +
		"Of an `auth`, a third value is the bits of the check value: without it the kernel takes its own, which for hmac(sha256) are 96 and not the 128 of RFC 4868. Of an `aead`, it is 128 if left out. " +
		"For `encap`, a socket of the receiver must be set to UDP_ENCAP, as IKE daemons do, and its policies must let those UDP packets in. As `ip xfrm state add`.",
	Example: `require("esp")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
for n in (a, b):
    for source, dest, spi in (("10.0.0.1", "10.0.0.2", 0x101), ("10.0.0.2", "10.0.0.1", 0x102)):
        xfrm_state(n, source, dest, spi, aead = "rfc4106(gcm(aes))")
        outgoing = source == ("10.0.0.1" if n == a else "10.0.0.2")
        xfrm_policy(n, source, dest, dir = "out" if outgoing else "in", template = struct(proto = "esp"))
check(ping(a, "10.0.0.2"))`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		source := decl.Arg(p, "source", decl.Addr, "the address that the packets come from")
		dest := decl.Arg(p, "dest", decl.Addr, "the address that they go to")
		spi := decl.Arg(p, "spi", spiType, "the security parameter index, which names the state in each packet")
		p.KeywordsOnly()
		proto := decl.Or(p, "proto", xfrmProto, "esp", `"esp", "ah" or "comp"`)
		mode := decl.Or(p, "mode", xfrmMode, "transport", `"transport", "tunnel" or "beet"`)
		auth := decl.Maybe(p, "auth", cipherType("auth", true, 0), "the algorithm of the signature")
		enc := decl.Maybe(p, "enc", cipherType("enc", false, 0), "the algorithm of the encryption")
		aead := decl.Maybe(p, "aead", cipherType("aead", true, 128), "the algorithm that does both")
		comp := decl.Maybe(p, "comp", decl.OneOf(runtime.XfrmCipherNames("comp")...), "the algorithm of the compression")
		reqid := decl.Or(p, "reqid", uint32s, 0, "a number that the template of a policy must have, too; 0 without")
		window := decl.Or(p, "replay_window", decl.Int(0, 4096), 0, "how many packets may come out of order; 0 lets every packet be played again")
		flags := decl.Or(p, "flags", decl.List(decl.OneOf(runtime.XfrmFlags...)), nil, `"esn" for 64-bit sequence numbers, "noecn", "decap-dscp", "nopmtudisc" …`)
		mark := markOf(p)
		ifID := decl.Or(p, "if_id", uint32s, 0, "the interface of type xfrm that it belongs to; 0 for none")
		sel := decl.Maybe(p, "sel", selectorType, "the packets that it takes: a struct of source, dest, proto, sport, dport; all if it is left out")
		encap := decl.Maybe(p, "encap", xfrmEncapType, "the UDP ports that its packets travel with, RFC 3948, the sender's and the receiver's")
		limit := decl.Maybe(p, "limit", limitType, "after what it dies: a struct of packets, bytes, time")
		return func(c *call) (starlark.Value, error) {
			m, err := mark()
			if err != nil {
				return nil, err
			}
			x := runtime.XfrmState{Source: *source, Dest: *dest, SPI: uint32(*spi), Proto: *proto, Mode: *mode,
				Auth: orZero(*auth), Enc: orZero(*enc), Aead: orZero(*aead), Comp: orZero(*comp), ReqID: uint32(*reqid), IfID: uint32(*ifID),
				ReplayWindow: *window, Flags: *flags, Mark: m, Sel: *sel, Encap: *encap, Limit: orZero(*limit)}
			if err := sensible(&x); err != nil {
				return nil, err
			}
			return none((*ns).AddXfrmState(c.Context, x))
		}
	},
}

// sensible refuses what cannot be a state, in better words than the kernel's.
func sensible(x *runtime.XfrmState) error {
	auth, enc, aead := x.Auth.Name != "", x.Enc.Name != "", x.Aead.Name != ""
	esn := slices.Contains(x.Flags, "esn")
	switch {
	case x.Source.Is4() != x.Dest.Is4():
		return differentFamilies(x.Source, x.Dest)
	case x.Proto == "esp" && x.Comp != "", x.Proto == "ah" && (enc || aead || x.Comp != ""), x.Proto == "comp" && (auth || enc || aead):
		return decl.Misusef("proto: %s takes %s", x.Proto, map[string]string{"esp": "aead, or enc and auth", "ah": "auth alone", "comp": "comp alone"}[x.Proto])
	case x.Proto == "ah" && !auth:
		return decl.Misusef("auth: is missing, which ah needs")
	case x.Proto == "comp" && x.Comp == "":
		return decl.Misusef("comp: is missing, which a state of protocol comp needs")
	case x.Proto == "comp" && x.SPI > 65535:
		return decl.Misusef("spi: %d is out of range: a state of protocol comp has 1 to 65535", x.SPI)
	case x.Proto == "esp" && aead && (enc || auth):
		return decl.Misusef("aead: encrypts and signs: give it alone, or enc and auth")
	case x.Proto == "esp" && !aead && !enc:
		return decl.Misusef("enc: is missing, which esp needs, or aead: enc = \"ecb(cipher_null)\" encrypts nothing")
	case x.Encap != nil && x.Proto != "esp":
		return decl.Misusef("encap: only esp travels in UDP")
	case esn && x.ReplayWindow == 0:
		return decl.Misusef("flags: \"esn\" needs a replay_window")
	case esn && x.Proto == "comp":
		return decl.Misusef("flags: \"esn\" is for esp and ah")
	}
	return nil
}
