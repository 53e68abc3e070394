package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var wireguardPeerDel = &builtin{
	Name:    "wireguard_peer_del",
	Group:   "set",
	Summary: "Remove a peer from a WireGuard link.",
	Detail:  "It fails if there is no such peer. As `wg set … peer … remove`.",
	Example: `require("wireguard")
n = netns("n")
w = wireguard(n)
wireguard_peer(w, wireguard_key("other").public)
wireguard_peer_del(w, wireguard_key("other").public)
check(wireguard_peers(w) == [])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		public := decl.Arg(p, "public_key", wireguardKeyType, "the peer's public key")
		return func(c *call) (starlark.Value, error) { return none((*l).DelWireguardPeer(c.Context, *public)) }
	},
}
