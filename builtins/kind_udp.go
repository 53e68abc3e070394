package builtins

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime/talk"
)

type udpSocket = socket[*talk.UDP]

var udpKind = &decl.Kind[*udpSocket]{
	Name:    "udp_socket",
	Summary: "A socket for datagrams, of listen_udp or dial_udp.",
	Handle:  true,
	Label:   func(u *udpSocket) string { return u.at.Local().String() + " in " + u.ns.Name },
	Key:     (*udpSocket).key,
	Fields: []decl.Field[*udpSocket]{
		decl.F("local", "str", "its own address and port", value(func(u *udpSocket) starlark.Value { return endpointValue(u.at.Local()) })),
		decl.F("peer", "str | None", "the address that it speaks with; None if with whoever sends", value(func(u *udpSocket) starlark.Value { return endpointValue(u.at.Peer()) })),
		decl.F("netns", "str", "the name of its namespace", value(func(u *udpSocket) starlark.Value { return starlark.String(u.ns.Name) })),
		decl.M("udp_socket", "send", "None", "send a datagram. What ICMP errors come of it, recv and ask of a socket of dial_udp tell", beginMethod, udpSend),
		decl.M("udp_socket", "recv", "message | None", "wait for a datagram. It fails if none comes in time", beginMethod, udpRecv),
		decl.M("udp_socket", "ask", "message", "send a datagram and wait for the first that comes from there afterwards; what others send is left for recv. It fails if none comes in time, or an ICMP error does", beginMethod, udpAsk),
		decl.M("udp_socket", "close", "None", "close it; a second time does nothing", beginMethod, func(_ *params, u *udpSocket) body {
			return func(*call) (starlark.Value, error) { return none(u.at.Close()) }
		}),
	},
}

// toParam is where a datagram goes.
func toParam(p *params) **netip.AddrPort {
	return decl.Maybe(p, "to", peerType, "where to; left out, the peer of dial_udp")
}

// sendTo is where a datagram goes, checked.
func sendTo(u *udpSocket, to *netip.AddrPort) (netip.AddrPort, error) {
	connected := u.at.Peer().IsValid()
	switch {
	case to == nil && !connected:
		return netip.AddrPort{}, decl.Misusef("to: is missing: a socket of listen_udp has no peer")
	case to != nil && connected:
		return netip.AddrPort{}, decl.Misusef("to: a socket of dial_udp sends to its peer, %s", u.at.Peer())
	}
	return orZero(to), nil
}

func udpSend(p *params, u *udpSocket) body {
	data := decl.Arg(p, "data", stdinType, "what to send")
	to := toParam(p)
	return func(*call) (starlark.Value, error) {
		dst, err := sendTo(u, *to)
		if err != nil {
			return nil, err
		}
		return none(u.at.Send(*data, dst))
	}
}

func udpRecv(p *params, u *udpSocket) body {
	return receives(p, func(c *call, timeout time.Duration) (starlark.Value, error) {
		return one(messageKind)(u.at.Receive(c.Context, timeout))
	})
}

// receives is a method that waits for the next thing that comes.
func receives(p *params, next func(c *call, timeout time.Duration) (starlark.Value, error)) body {
	timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long to wait")
	p.KeywordsOnly()
	noneOK := decl.Or(p, "none_ok", decl.Bool, false, "whether to give None if none comes")
	return func(c *call) (starlark.Value, error) {
		v, err := next(c, *timeout)
		if *noneOK && talkKind(err) == "timed out" {
			return starlark.None, nil
		}
		return v, err
	}
}

func udpAsk(p *params, u *udpSocket) body {
	data := decl.Arg(p, "data", stdinType, "what to send")
	to := toParam(p)
	p.KeywordsOnly()
	timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long to wait")
	return func(c *call) (starlark.Value, error) {
		dst, err := sendTo(u, *to)
		if err != nil {
			return nil, err
		}
		return one(messageKind)(u.at.Ask(c.Context, *data, dst, *timeout))
	}
}

var messageKind = &decl.Kind[*talk.Message]{
	Name:    "message",
	Summary: "A datagram that came in.",
	Label:   func(m *talk.Message) string { return fmt.Sprintf("%q from %s", shorten(string(m.Data), 40), m.Peer) },
	Fields: []decl.Field[*talk.Message]{
		decl.F("text", "str", "what it holds; bytes that are no UTF-8 are replaced by U+FFFD", value(func(m *talk.Message) starlark.Value { return text(m.Data) })),
		decl.F("data", "bytes", "what it holds, exactly", value(func(m *talk.Message) starlark.Value { return starlark.Bytes(m.Data) })),
		decl.F("peer", "str", "who sent it, as its receiver sees them", value(func(m *talk.Message) starlark.Value { return endpointValue(m.Peer) })),
		decl.F("local", "str", "where it was sent to", value(func(m *talk.Message) starlark.Value { return endpointValue(m.Local) })),
		decl.F("ttl", "int", "its time to live, or hop limit, on arrival", value(func(m *talk.Message) starlark.Value { return number(m.TTL) })),
	},
}

// talkKind is what became of a conversation: "refused", "timed out" …
func talkKind(err error) string {
	var e *talk.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}
