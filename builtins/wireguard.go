package builtins

import (
	"context"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var wireguard = &builtin{
	Name:    "wireguard",
	Group:   "make",
	Summary: "Make a WireGuard link, whose packets travel encrypted in UDP.",
	Detail: "Its other ends are added by `wireguard_peer`. Without `private_key` it has one that derives from the seed, its namespace and its name; `link.options.public_key` is the other half. " +
		"`underlay` is the namespace whose network carries the packets. It needs the feature \"wireguard\". As `ip link add … type wireguard` and `wg set`.",
	Example: `require("wireguard")
a, b = netns("a"), netns("b")
veth(a, b, addr = ("192.0.2.1/24", "192.0.2.2/24"))
wa = wireguard(a, listen_port = 51820, addr = "10.9.0.1/24")
wb = wireguard(b, listen_port = 51820, addr = "10.9.0.2/24")
wireguard_peer(wa, wb.options.public_key, allowed_ips = "10.9.0.2/32", endpoint = "192.0.2.2:51820")
wireguard_peer(wb, wa.options.public_key, allowed_ips = "10.9.0.1/32")
eventually(lambda: ping(a, "10.9.0.2"))`,
	Returns: "link",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
		p.KeywordsOnly()
		m := makes(p, "wireguard")
		key := decl.Maybe(p, "private_key", wireguardKeyType, "its private key, 32 bytes in base64 as `wg genkey` writes it")
		port := decl.Maybe(p, "listen_port", decl.Int(1, 65535), "the UDP port it listens on; without, one that the kernel chooses")
		mark := decl.Maybe(p, "fwmark", decl.Int(0, 1<<32-1), "the mark of the packets it sends, for rules; 0 for none")
		underlay := decl.Maybe(p, "underlay", netnsType, "the namespace whose network carries its packets, if not its own")
		m.common(false)
		return func(c *call) (starlark.Value, error) {
			up := *m.up
			*m.up = false // once it has its key
			l, err := m.link(c, *ns, runtime.LinkSpec{Underlay: orZero(*underlay)})
			if err != nil {
				return nil, err
			}
			if *key == nil {
				k := c.Session.WireguardKey((*ns).Name + "\x00" + l.Name()).Private
				*key = &k
			}
			err = l.SetWireguard(c.Context, *key, *port, *mark)
			if err == nil && up {
				err = l.SetUp(c.Context, true)
			}
			if err != nil {
				_ = l.Delete(context.WithoutCancel(c.Context)) // the first error is the one to tell
				return nil, err
			}
			return linkKind.Wrap(l), nil
		}
	},
}

// wireguardKeyType is a key as wg(8) writes it.
var wireguardKeyType = decl.Type[string]{Name: "str", From: func(v starlark.Value) (string, error) {
	s, err := decl.Str.From(v)
	if err == nil && !runtime.IsWireguardKey(s) {
		return "", decl.Misusef("is no key: 32 bytes in base64, as wireguard_key gives")
	}
	return s, err
}, Show: func(s string) string { return s }}
