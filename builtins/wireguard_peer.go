package builtins

import (
	"net/netip"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var wireguardPeer = &builtin{
	Name:    "wireguard_peer",
	Group:   "set",
	Summary: "Add a peer to a WireGuard link, or change one.",
	Detail:  "What is given takes the place of what the peer had; an endpoint and a preshared key that are left out stay. As `wg set … peer …`.",
	Example: `require("wireguard")
n = netns("n")
w = wireguard(n, listen_port = 51820)
wireguard_peer(w, wireguard_key("other").public, allowed_ips = ["10.9.0.0/24", "fd09::/64"], keepalive = "25s")
check([p.allowed_ips for p in wireguard_peers(w)] == [["10.9.0.0/24", "fd09::/64"]])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		public := decl.Arg(p, "public_key", wireguardKeyType, "the peer's public key")
		p.KeywordsOnly()
		allowed := decl.Or(p, "allowed_ips", decl.List(networkType), nil, "the networks that are behind the peer: where packets to it go by, and where those from it may be from")
		endpoint := decl.Maybe(p, "endpoint", endpointType, `the peer's address and port, "192.0.2.2:51820" or "[2001:db8::2]:51820"; without, it is known when the peer has sent`)
		keepalive := decl.Or(p, "keepalive", decl.Duration, 0, "how often it is sent something if there is nothing to send, in whole seconds; 0 for never")
		preshared := decl.Maybe(p, "preshared_key", wireguardKeyType, "a key that both ends have besides")
		return func(c *call) (starlark.Value, error) {
			if *keepalive%time.Second != 0 || *keepalive > 65535*time.Second {
				return nil, decl.Misusef("keepalive: %s is no whole number of seconds, at most 65535", decl.ShortDuration(*keepalive))
			}
			return none((*l).AddWireguardPeer(c.Context, runtime.WireguardPeer{PublicKey: *public, AllowedIPs: *allowed, Endpoint: orZero(*endpoint), Keepalive: *keepalive, PresharedKey: orZero(*preshared)}))
		}
	},
}

// endpointType is an address and a port.
var endpointType = decl.Type[netip.AddrPort]{Name: "str", From: func(v starlark.Value) (netip.AddrPort, error) {
	s, err := decl.Str.From(v)
	if err != nil {
		return netip.AddrPort{}, err
	}
	a, err := netip.ParseAddrPort(s)
	if err != nil || a.Port() == 0 {
		return a, decl.Misusef("%q is no address and port, like \"192.0.2.2:51820\" or \"[2001:db8::2]:51820\"", s)
	}
	return a, nil
}, Show: netip.AddrPort.String}
