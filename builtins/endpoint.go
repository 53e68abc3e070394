package builtins

import (
	"fmt"
	"net/netip"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
	"wirelark/runtime/talk"
)

// What the builtins that open sockets share.

// endpoint is an address with a port.
var endpoint = decl.Type[netip.AddrPort]{Name: "str", From: func(v starlark.Value) (netip.AddrPort, error) {
	s, err := decl.Str.From(v)
	if err != nil {
		return netip.AddrPort{}, err
	}
	a, err := talk.Parse(s)
	if err != nil {
		return a, decl.Misusef("%s: write \"10.0.0.1:80\", \"[fd00::1]:80\", \"[fe80::1%%eth0]:80\" or, for any address, \":80\"", err)
	}
	return a, nil
}, Show: func(a netip.AddrPort) string {
	if a == (netip.AddrPort{}) {
		return "None"
	}
	return `"` + runtime.Endpoint(a) + `"`
}}

// peerType is an endpoint that can be spoken to.
var peerType = decl.Type[netip.AddrPort]{Name: "str", From: func(v starlark.Value) (netip.AddrPort, error) {
	a, err := endpoint.From(v)
	if err == nil && (!a.Addr().IsValid() || a.Port() == 0) {
		err = decl.Misusef("%s is nowhere: an address and a port are needed, \"10.0.0.1:80\"", v)
	}
	return a, err
}, Show: endpoint.Show}

// socketOptions are the options that sockets share.
func socketOptions(p *params) func(c *call, ns *runtime.Namespace) (talk.Options, error) {
	mark := decl.Or(p, "mark", decl.Int(0, 1<<31-1), 0, "the mark of its packets (SO_MARK), for rules and filters")
	dev := decl.Maybe(p, "dev", deviceType, "the link that it is bound to (SO_BINDTODEVICE)")
	ttl := decl.Maybe(p, "ttl", decl.Int(1, 255), "time to live, or hop limit, of its packets; left out, the kernel's")
	tos := decl.Or(p, "tos", decl.Int(0, 255), 0, "type of service, or traffic class, of its packets")
	reuse := decl.Or(p, "reuse", decl.Bool, false, "whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT)")
	transparent := decl.Or(p, "transparent", decl.Bool, false, "whether it may use addresses that the node does not have (IP_TRANSPARENT)")
	return func(c *call, ns *runtime.Namespace) (talk.Options, error) {
		o := talk.Options{Mark: *mark, TTL: orZero(*ttl), TOS: *tos, Reuse: *reuse, Transparent: *transparent}
		l, err := (*dev).in(c, ns, "dev")
		if l != nil {
			o.Device = l.Device()
		}
		return o, err
	}
}

func endpointValue(a netip.AddrPort) starlark.Value {
	if !a.IsValid() {
		return starlark.None
	}
	return starlark.String(a.String())
}

// A socket is one of a script, and the node that it is in.
type socket[T comparable] struct {
	ns *runtime.Namespace
	at T
}

// key tells one from another in a dict.
func (s *socket[T]) key() string { return fmt.Sprintf("%p", s) }

// socketTimeout is how long a socket waits unless a script says otherwise.
const socketTimeout = 5 * time.Second
