package builtins

import (
	"net"
	"net/netip"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

// The kinds are the values that scripts hold. Each file named kind_… declares
// one, with what belongs to it. Addresses in attributes are strings, as a
// script writes them, so that == compares what it seems to; ip(…) makes a
// value of one that can be calculated with.

// kinds are all of them, as the reference lists them.
var kinds = []decl.Described{
	netnsKind, linkKind, stateKind, linkEntryKind, diffKind, countersKind, bridgeStateKind, portKind, portStateKind,
	addrKind, routeKind, hopKind, encapKind, mrouteKind, nexthopKind, shareKind, bucketKind, neighKind,
	wireguardKeysKind, wireguardPeerKind, macsecSAKind, nftTableKind, nftChainKind, nftRuleKind, nftSetKind, nftCounterKind,
	filterRuleKind, natKind, flowKind, qdiscKind, classKind, filterKind, matchKind, queueStatsKind, nodeCountersKind,
	xfrmStateKind, xfrmSelectorKind, xfrmPolicyKind, xfrmTemplateKind, socketKind, ruleKind, fdbKind, vlanKind, mdbKind,
	resultKind, testKind, processKind, readyKind, pingKind, replyKind, pingErrorKind, rttKind, udpKind, messageKind,
	listenerKind, tcpKind, serverKind, requestKind, tcpProbeKind, httpKind, dnsKind, dnsRecordKind, traceKind,
	traceHopKind, framesKind, waitedKind, attemptKind, channelKind, decl.IPKind, durationKind,
}

// value makes a field's getter of a function that cannot fail.
func value[T any](f func(T) starlark.Value) func(T) (starlark.Value, error) {
	return func(x T) (starlark.Value, error) { return f(x), nil }
}

// An integer is what the runtime counts with. A duration is none: see span.
type integer interface {
	int | int64 | uint8 | uint16 | uint32 | uint64
}

func number[N integer](n N) starlark.Value {
	if uint64(n) > 1<<63-1 && n > 0 {
		return starlark.MakeUint64(uint64(n))
	}
	return starlark.MakeInt64(int64(n))
}

// unlessZero is a number, None for 0.
func unlessZero[N integer](n N) starlark.Value {
	if n == 0 {
		return starlark.None
	}
	return number(n)
}

// unlessNegative is a number, None for one below 0.
func unlessNegative(n int) starlark.Value {
	if n < 0 {
		return starlark.None
	}
	return number(n)
}

// unlessNil is a number that may be missing.
func unlessNil[N integer](n *N) starlark.Value {
	if n == nil {
		return starlark.None
	}
	return number(*n)
}

// orNone is a text, None if it is empty.
func orNone(s string) starlark.Value {
	if s == "" {
		return starlark.None
	}
	return starlark.String(s)
}

func familyNumber(a netip.Addr) starlark.Value {
	if a.Is4() {
		return number(4)
	}
	return number(6)
}

func addrOrNone(a netip.Addr) starlark.Value {
	if !a.IsValid() {
		return starlark.None
	}
	return starlark.String(a.String())
}

func macOrNone(m net.HardwareAddr) starlark.Value {
	if len(m) == 0 {
		return starlark.None
	}
	return starlark.String(m.String())
}

func span(d time.Duration) starlark.Value { return decl.Span(d) }

// spanUnlessZero is a time, None for 0.
func spanUnlessZero(d time.Duration) starlark.Value {
	if d == 0 {
		return starlark.None
	}
	return span(d)
}

// centiseconds is a time as a bridge counts it.
func centiseconds(n int) starlark.Value { return span(time.Duration(n) * 10 * time.Millisecond) }

// textOf is a value as text: a string is it without quotes.
func textOf(v starlark.Value) string {
	if s, ok := starlark.AsString(v); ok {
		return s
	}
	return v.String()
}

func strings_(list []string) starlark.Value {
	out := make([]starlark.Value, len(list))
	for i, s := range list {
		out[i] = starlark.String(s)
	}
	return starlark.NewList(out)
}

// values wraps what a session gave as values of a kind. Each is held by
// pointer, so that it has an identity.
func values[T any](k *decl.Kind[*T], list []T) []starlark.Value {
	out := make([]starlark.Value, len(list))
	for i := range list {
		out[i] = k.Wrap(&list[i])
	}
	return out
}

func listOf[T any](k *decl.Kind[*T], list []T) starlark.Value {
	return starlark.NewList(values(k, list))
}
