package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var wireguardPeers = &builtin{
	Name:    "wireguard_peers",
	Group:   "look",
	Summary: "List the peers of a WireGuard link, by public key.",
	Detail:  "As `wg show`.",
	Example: `require("wireguard")
n = netns("n")
w = wireguard(n)
wireguard_peer(w, wireguard_key("other").public, endpoint = "192.0.2.2:51820")
check([(p.endpoint, p.handshake) for p in wireguard_peers(w)] == [("192.0.2.2:51820", False)])`,
	Returns: "list[wireguard_peer_entry]",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		return func(c *call) (starlark.Value, error) {
			return all(wireguardPeerKind)((*l).WireguardPeers())
		}
	},
}

var wireguardPeerKind = &decl.Kind[*runtime.WireguardPeer]{
	Name:    "wireguard_peer_entry",
	Summary: "A peer of a WireGuard link, as the kernel had it at one moment.",
	Label:   func(w *runtime.WireguardPeer) string { return w.PublicKey },
	Fields: []decl.Field[*runtime.WireguardPeer]{
		decl.F("public_key", "str", "its public key", value(func(w *runtime.WireguardPeer) starlark.Value { return starlark.String(w.PublicKey) })),
		decl.F("preshared_key", "str | None", "the key that both ends have besides", value(func(w *runtime.WireguardPeer) starlark.Value { return orNone(w.PresharedKey) })),
		decl.F("endpoint", "str | None", "its address and port, as it was given or last seen", value(func(w *runtime.WireguardPeer) starlark.Value { return endpointValue(w.Endpoint) })),
		decl.F("allowed_ips", "list[str]", "the networks that are behind it", value(func(w *runtime.WireguardPeer) starlark.Value {
			list := make([]string, len(w.AllowedIPs))
			for i, a := range w.AllowedIPs {
				list[i] = a.String()
			}
			return strings_(list)
		})),
		decl.F("keepalive", "duration", "how often it is sent something if there is nothing to send; 0 for never", value(func(w *runtime.WireguardPeer) starlark.Value { return span(w.Keepalive) })),
		decl.F("handshake", "bool", "whether there has been a handshake", value(func(w *runtime.WireguardPeer) starlark.Value { return starlark.Bool(w.Handshake) })),
		decl.F("rx_bytes", "int", "bytes received from it", value(func(w *runtime.WireguardPeer) starlark.Value { return number(w.RxBytes) })),
		decl.F("tx_bytes", "int", "bytes sent to it", value(func(w *runtime.WireguardPeer) starlark.Value { return number(w.TxBytes) })),
	},
}
