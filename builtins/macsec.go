package builtins

import (
	"cmp"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var macsec = &builtin{
	Name:    "macsec",
	Group:   "make",
	Summary: "Make a MACsec link, which protects what goes over another link hop by hop, IEEE 802.1AE.",
	Detail: "It has the other link's MAC address. What is sent and taken is said by keys: see `macsec_sa`; `link.options.sci` names the channel that the other end takes. " +
		"The kernel takes keys only from the machine's own root, so it needs the feature \"macsec\" and that wirelark is run by root, or under another kernel (--kernel), and in both cases without --sandbox. " +
		"As `ip link add link … type macsec`.",
	Example: `require("macsec")
a, b = netns("a"), netns("b")
e, f = veth(a, b)
ma, mb = macsec(e, encrypt = True, addr = "10.0.0.1/24"), macsec(f, encrypt = True, addr = "10.0.0.2/24")
ka, kb = "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"
macsec_sa(ma, 0, ka)
macsec_sa(mb, 0, ka, sci = ma.options.sci)
macsec_sa(mb, 0, kb)
macsec_sa(ma, 0, kb, sci = mb.options.sci)
check(ping(a, "10.0.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		on := decl.Arg(p, "link", linkType, "the link that carries it")
		p.KeywordsOnly()
		m := makes(p, "macsec")
		channel := option(m, "sci", sciType, "the identifier of its channel, 16 hexadecimal digits; without, its MAC address and the port", wordSetting)
		port := m.number("port", 1, 65535, "the last two bytes of its channel's identifier, after its MAC address; 1 if nothing is said")
		m.word("cipher", "how it protects: with keys of 128 or 256 bits, and packet numbers of 32 bits or extended ones; gcm-aes-128 if nothing is said")
		m.number("icvlen", 8, 16, "the length of the check value, in bytes; 16 if nothing is said")
		m.flag("encrypt", "whether what is sent is encrypted, and not only protected from change")
		m.flag("protect", "whether what is sent is protected; true if nothing is said")
		sendSCI := m.flag("send_sci", "whether each frame has the identifier of its channel; true if nothing is said")
		station := m.flag("end_station", "whether frames say that there is a single station here; with send_sci = False")
		scb := m.flag("scb", "whether frames say that there may be a single copy broadcast; with send_sci = False")
		replay := m.flag("replay", "whether frames whose number came already are dropped")
		window := m.number("window", 0, 1<<32-1, "with replay, how far behind the newest a frame may be")
		m.word("validate", "what becomes of frames that are not right: dropped (strict, if nothing is said), counted (check), or not looked at (disabled)")
		m.number("encodingsa", 0, 3, "the number of the key that it sends with; 0 if nothing is said")
		ns := decl.Maybe(p, "netns", netnsType, "the namespace it is in, if not the link's")
		m.common(true)
		return func(c *call) (starlark.Value, error) {
			says := func(b **bool) bool { return *b != nil && **b }
			switch {
			case *channel != nil && *port != nil:
				return nil, decl.Misusef("port: is a part of sci: give one of them")
			case says(station) && says(scb):
				return nil, decl.Misusef("scb: does not go with end_station")
			case (says(station) || says(scb)) && (*sendSCI == nil || **sendSCI):
				return nil, decl.Misusef("end_station and scb: need send_sci = False")
			case *channel != nil && *sendSCI != nil && !**sendSCI:
				return nil, decl.Misusef("sci: needs send_sci: a frame without it is of the channel of its MAC address")
			case says(replay) && *window == nil:
				return nil, decl.Misusef("window: is needed with replay; 0 for strict order")
			case *window != nil && !says(replay):
				return nil, decl.Misusef("window: belongs to replay = True")
			}
			return m.make(c, cmp.Or(orZero(*ns), (*on).Namespace()), runtime.LinkSpec{On: *on})
		}
	},
}

// sciType is the identifier of a channel.
var sciType = decl.Type[string]{Name: "str", From: func(v starlark.Value) (string, error) {
	s, err := decl.Str.From(v)
	if err == nil && !runtime.IsSCI(s) {
		return "", decl.Misusef("%q is no identifier of a channel: 16 hexadecimal digits, as link.options.sci has", s)
	}
	return s, err
}, Show: func(s string) string { return s }}
